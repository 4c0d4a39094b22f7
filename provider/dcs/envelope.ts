import { redact } from "./redact.js";

/** What an error answer says of itself, redacted. */
export interface ErrorEnvelope {
  errorCode?: string;
  message: string;
  requestId?: string;
}

/** Names of code and message, in the order the official clients look in. */
const NAMES = [
  ["error_code", "error_msg"],
  ["errorCode", "errorMsg"],
  ["code", "message"],
] as const;

/**
 * Reads any of the envelopes of DCS, its older API, the gateway and IAM; where there is none, the message tells what the
 * body is instead. Never throws.
 */
export function readEnvelope(
  body: Buffer,
  headers: Record<string, string | string[] | undefined>,
  secrets: readonly string[],
): ErrorEnvelope {
  const text = body.toString("utf8");
  const json = parseJson(text);
  const found =
    json === undefined
      ? undefined
      : (pick(json) ??
        nested(json)
          .map(pick)
          .find((x) => x !== undefined));
  const requestId = header(headers, "x-request-id") ?? field(json, "request_id") ?? header(headers, "x-iam-trace-id");
  return {
    ...(found?.code === undefined ? {} : { errorCode: normaliseCode(redact(found.code, secrets, 40)) }),
    ...(requestId === undefined ? {} : { requestId: redact(requestId, secrets, 80) }),
    message: found?.message === undefined ? describeBody(text, secrets) : redact(found.message, secrets),
  };
}

/** What a body is, where JSON was expected. */
export function describeBody(text: string, secrets: readonly string[]): string {
  const trimmed = text.trim();
  if (trimmed === "") return "an empty body";
  const size = `${Buffer.byteLength(text)} bytes`;
  if (/^<(?:!doctype|html|\?xml|head|body)/i.test(trimmed)) {
    const title = /<title>([^<]*)<\/title>/i.exec(trimmed)?.[1];
    return title === undefined ? `an HTML page (${size})` : `an HTML page "${redact(title, secrets, 80)}" (${size})`;
  }
  if (parseJson(text) !== undefined) return `JSON of another shape (${size})`;
  return `text that is not JSON (${size}): "${redact(trimmed.slice(0, 400), secrets, 80)}"`;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One value of a header, the first of several. */
export function header(headers: Record<string, string | string[] | undefined>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * `DCS. 4855` (as the vendor's table prints it) and `111400855` (the older API's number) become `DCS.4855`, `APIG.0301`
 * becomes `APIGW.0301`.
 */
export function normaliseCode(code: string): string {
  const bare = code.replaceAll(/\s/g, "");
  const old = /^111400(\d{3})$/.exec(bare);
  if (old !== null) return `DCS.4${old[1]}`;
  return bare.replace(/^APIG\./, "APIGW.");
}

function pick(value: unknown): { code?: string; message?: string } | undefined {
  for (const [codeName, messageName] of NAMES) {
    const code = field(value, codeName);
    const message = field(value, messageName);
    if (code !== undefined || message !== undefined) {
      return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
    }
  }
  return undefined;
}

/** A field as text: Keystone's codes are numbers. */
function field(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  if (typeof found === "number") return String(found);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function nested(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}
