import { errorAnswer, jsonAnswer, unauthorised, type Answer } from "./answer.js";
import { messageOf } from "./refusal.js";
import type { Fault } from "./types.js";

/** What each status usually says, where a fault does not say it. */
const USUAL: Record<number, { code: string; message: string }> = {
  400: { code: "DCS.4026", message: messageOf("DCS.4026") },
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
      if (typeof fault.body === "string") return { status: fault.status, headers, body: Buffer.from(fault.body) };
      if (fault.body) return jsonAnswer(fault.status, fault.body, headers);
      if (fault.status < 300) return { status: fault.status, headers, body: Buffer.alloc(0) };
      return errorOf(fault, headers, canonicalEcho);
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
      return { status: fault.status ?? 307, headers: { location: fault.location, ...common }, body: Buffer.alloc(0) };
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

function errorOf(fault: Fault & { kind: "answer" }, headers: Record<string, string>, canonicalEcho: string): Answer {
  const { status, errorCode, errorMessage } = fault;
  if (status === 401 && errorCode === undefined && errorMessage === undefined) {
    return unauthorised(`verify aksk signature fail, canonicalRequest:${canonicalEcho}`, headers);
  }
  const usual = USUAL[status] ?? { code: "DCS.5000", message: `Status ${status}.` };
  const message = errorCode === undefined ? usual.message : messageOf(errorCode);
  return errorAnswer(status, errorCode ?? usual.code, errorMessage ?? message, headers);
}

/** Every byte value once, in an order that is neither text nor JSON. */
const GARBAGE = Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 167 + 255) % 256));

const PAGE = Buffer.from(
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>",
);
