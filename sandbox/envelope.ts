/** An error body: the gateway's own codes come in its envelope, which repeats the request id; DCS has another. */
export function errorEnvelope(code: string, message: string, requestId: string): Record<string, unknown> {
  const rest = code.startsWith("APIG") ? { request_id: requestId } : { error_ext_msg: null };
  return { error_code: code, error_msg: message, ...rest };
}
