import type { Fault } from "./types.js";

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

export async function fromResponse(response: Response, common: Record<string, string>): Promise<Answer> {
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: { ...Object.fromEntries(response.headers), ...common }, body };
}

export const jsonAnswer = (status: number, value: unknown, common: Record<string, string>): Answer => ({
  status,
  headers: { "content-type": "application/json", ...common },
  body: Buffer.from(JSON.stringify(value)),
});

/** The gateway's refusal of a signature. */
export const unauthorised = (message: string, common: Record<string, string>): Answer =>
  jsonAnswer(
    401,
    {
      error_code: "APIGW.0301",
      error_msg: `Incorrect IAM authentication information: ${message}`,
      request_id: common["x-request-id"],
    },
    common,
  );

/** What each status usually says, where a fault does not say it. */
const USUAL: Record<number, { code: string; message: string }> = {
  400: { code: "DCS.4026", message: "This operation is not allowed in the current state of the instance." },
  401: { code: "APIGW.0301", message: "Incorrect IAM authentication information: verify aksk signature fail" },
  403: { code: "DCS.2003", message: "The user has no permission for this operation." },
  404: { code: "DCS.3022", message: "This DCS instance does not exist." },
  413: { code: "APIGW.0201", message: "Request entity too large" },
  429: {
    code: "APIGW.0308",
    message: "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute",
  },
  500: { code: "DCS.5000", message: "Internal service error." },
  502: { code: "APIGW.0201", message: "Backend unavailable" },
  503: { code: "APIGW.0201", message: "Service unavailable" },
  504: { code: "APIGW.0201", message: "Service DCS timed out (30000 ms)" },
};

/** The answer that a fault gives in place of the true one; undefined if it gives none. */
export function faultAnswer(fault: Fault, common: Record<string, string>, canonicalEcho: string): Answer | undefined {
  switch (fault.kind) {
    case "answer": {
      const headers = { ...common, ...fault.headers };
      if (typeof fault.body === "string") {
        return { status: fault.status, headers, body: Buffer.from(fault.body) };
      }
      if (fault.body) return jsonAnswer(fault.status, fault.body, headers);
      if (fault.status < 300) return { status: fault.status, headers, body: Buffer.alloc(0) };
      const usual = USUAL[fault.status] ?? { code: "DCS.5000", message: `Status ${fault.status}.` };
      const echo = fault.status === 401 ? `, canonicalRequest:${canonicalEcho}` : "";
      const envelope = {
        error_code: fault.errorCode ?? usual.code,
        error_msg: fault.errorMessage ?? `${usual.message}${echo}`,
        request_id: common["x-request-id"],
      };
      return jsonAnswer(fault.status, envelope, headers);
    }
    case "garbage":
      return { status: fault.status ?? 200, headers: { "content-type": "application/json", ...common }, body: GARBAGE };
    case "html":
      return { status: fault.status ?? 200, headers: { "content-type": "text/html", ...common }, body: PAGE };
    case "huge": {
      const body = Buffer.alloc(fault.bytes ?? 20 * 1024 * 1024, "x");
      body.write('{"instance_id":"', 0);
      body.write('"}', body.length - 2);
      return { status: fault.status ?? 200, headers: { "content-type": "application/json", ...common }, body };
    }
    case "redirect":
      return {
        status: fault.status ?? 307,
        headers: { location: fault.location, ...common },
        body: Buffer.alloc(0),
      };
    case "drop":
    case "reset":
    case "hang":
    case "delay":
    case "trickle":
    case "truncate":
    case "cut":
    case "reset-mid-answer":
      break;
  }
  return undefined;
}

/** Every byte value once, in an order that is neither text nor JSON. */
const GARBAGE = Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 167 + 255) % 256));

const PAGE = Buffer.from(
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>",
);

/** The answer as the bytes of an HTTP/1.1 message that ends with its connection. */
export function render(answer: Answer): Buffer {
  const length = answer.status === 204 ? {} : { "content-length": String(answer.body.length) };
  const headers = { ...answer.headers, ...length, connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = answer.status === 204 ? "No Content" : answer.status === 200 ? "OK" : "Status";
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${answer.status} ${reason}\r\n${lines.join("")}\r\n`), answer.body]);
}
