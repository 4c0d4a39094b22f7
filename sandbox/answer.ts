import { errorEnvelope } from "./envelope.js";

/** An answer before it is put on the wire. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Date and request id belong on every answer; the date is by the sandbox's clock, right or wrong. */
export const commonHeaders = (requestId: string, now: number): Record<string, string> => ({
  "x-request-id": requestId,
  date: new Date(now).toUTCString(),
  server: "api-gateway",
});

/** What a route answered, still without the common headers. */
export async function fromResponse(response: Response): Promise<Answer> {
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

export const jsonAnswer = (status: number, value: unknown, common: Record<string, string>): Answer => ({
  status,
  headers: { "content-type": "application/json", ...common },
  body: Buffer.from(JSON.stringify(value)),
});

/** An error in its usual envelope. */
export const errorAnswer = (status: number, code: string, message: string, common: Record<string, string>): Answer =>
  jsonAnswer(status, errorEnvelope(code, message, common["x-request-id"] ?? ""), common);

/** The gateway's refusal of a signature. */
export const unauthorised = (message: string, common: Record<string, string>): Answer =>
  errorAnswer(401, "APIGW.0301", `Incorrect IAM authentication information: ${message}`, common);

/** The answer as the bytes of an HTTP/1.1 message. */
export function render(answer: Answer): Buffer {
  const length = answer.status === 204 ? {} : { "content-length": String(answer.body.length) };
  const headers = { ...answer.headers, ...length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = answer.status === 204 ? "No Content" : answer.status === 200 ? "OK" : "Status";
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${answer.status} ${reason}\r\n${lines.join("")}\r\n`), answer.body]);
}
