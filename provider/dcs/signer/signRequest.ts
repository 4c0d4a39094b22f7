import { bodyHash } from "./bodyHash.js";
import { canonicalRequest } from "./canonicalRequest.js";
import { ALGORITHM, BODY_HASH_HEADER, DATE_HEADER, TOKEN_HEADER } from "./constants.js";
import { lowerCase } from "./lowerCase.js";
import { signature } from "./signature.js";
import { signingDate } from "./signingDate.js";
import { splitUrl } from "./splitUrl.js";
import { stringToSign } from "./stringToSign.js";

/** A request before signing. @public */
export interface SignableRequest {
  method: string;
  /** Absolute, as it will be sent. */
  url: string | URL;
  /** Each of these is signed and must be sent unchanged. `Host` is taken from the URL unless given. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The very bytes that will be sent; text is sent as UTF-8. */
  body?: string | Uint8Array | null | undefined;
}

/** A key pair, with the token that temporary keys need. @public */
export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string | undefined;
}

/** Each stage of a signature as text, to find where two signers part. @public */
export interface SigningStages {
  canonicalRequest: string;
  signedHeaders: string;
  stringToSign: string;
  /** Hex. */
  signature: string;
  /** All headers to send, `Authorization` among them. */
  headers: Record<string, string>;
}

/**
 * Signs a request with SDK-HMAC-SHA256 and gives all headers to send: the request's own, `Host`, `X-Sdk-Date`,
 * `X-Security-Token` if there is one, and `Authorization`.
 * @param date when it is signed; the gateway refuses more than 15 minutes off its clock.
 * @throws TypeError for a URL that is not absolute http(s), a header given twice, or a line break in a header's value;
 * URIError for a broken percent-escape in the URL; RangeError for an invalid date.
 * @public
 */
export function signRequest(request: SignableRequest, key: SigningKey, date: Date): Record<string, string> {
  return signingStages(request, key, date).headers;
}

/** The same as {@link signRequest}, with every stage to look at. @public */
export function signingStages(request: SignableRequest, key: SigningKey, date: Date): SigningStages {
  const { host, path, query } = splitUrl(request.url);
  const stamp = signingDate(date);
  const { headers, declaredHash } = headersToSend(request.headers ?? {}, host, stamp, key.securityToken);
  const { text, signedHeaders } = canonicalRequest({
    method: request.method.toUpperCase(),
    path,
    query,
    headers,
    bodyHash: declaredHash ?? bodyHash(request.body),
  });
  const toSign = stringToSign(stamp, text);
  const signed = signature(key, toSign);
  headers["Authorization"] =
    `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signed}`;
  return { canonicalRequest: text, signedHeaders, stringToSign: toSign, signature: signed, headers };
}

/** The caller's headers with ours laid over them, and the body's hash if the caller declares one. */
function headersToSend(
  given: Readonly<Record<string, string>>,
  host: string,
  stamp: string,
  token: string | undefined,
): { headers: Record<string, string>; declaredHash: string | undefined } {
  const headers: Record<string, string> = {};
  let hasHost = false;
  let declaredHash: string | undefined;
  for (const name of Object.keys(given)) {
    const value = given[name]!;
    const lower = lowerCase(name);
    if (lower === "authorization" || lower === "x-sdk-date" || (lower === "x-security-token" && token !== undefined))
      continue;
    if (lower === "host") hasHost = true;
    if (lower === BODY_HASH_HEADER) declaredHash = value.trim();
    headers[name] = value;
  }
  if (!hasHost) headers["Host"] = host;
  headers[DATE_HEADER] = stamp;
  if (token !== undefined) headers[TOKEN_HEADER] = token;
  return { headers, declaredHash };
}
