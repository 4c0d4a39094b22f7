import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { compactTimestamp, parseCompactTimestamp } from "./clock.js";

// Written from the rules of the SDK-HMAC-SHA256 scheme and from nothing else: it must not share a line with the
// signer in provider/, or both could share a mistake.

/** The request as it came in, with nothing decoded. */
export interface RawRequest {
  method: string;
  /** Path and query as on the request line. */
  target: string;
  /** By lower-case name; repeated headers joined by commas. */
  headers: Record<string, string>;
  body: Uint8Array;
}

/** One who may sign: a permanent key, or a temporary one with its token. */
export interface Signer {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
  name: string;
}

/** `canonical` is the canonical request with `|` for line ends, as the gateway's message shows it. */
export type Verdict =
  | { ok: true; signer: Signer; canonical: string }
  | { ok: false; accessKey?: string; message: string };

/** The gateway refuses signatures that are further from its clock than this. */
const MAX_SKEW_MS = 15 * 60_000;

const AUTHORIZATION = /^SDK-HMAC-SHA256 +Access=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** Judges a request by its Authorization header, at the instant `now` of the sandbox's clock. */
export function verifySignature(
  request: RawRequest,
  now: number,
  findSigner: (accessKey: string) => Signer | undefined,
): Verdict {
  const header = request.headers["authorization"];
  if (header === undefined) return { ok: false, message: "Authorization header is missing" };
  const parts = AUTHORIZATION.exec(header.trim());
  const [, accessKey, signedList, signature] = parts ?? [];
  if (!accessKey || !signedList || !signature) return { ok: false, message: "Authorization header format error" };
  const refuse = (message: string): Verdict => ({ ok: false, accessKey, message });

  const signed = signedList.split(";");
  if (!signed.includes("x-sdk-date")) return refuse("x-sdk-date is not signed");
  const absent = signed.find((name) => request.headers[name] === undefined);
  if (absent !== undefined) return refuse(`signed header ${absent} is missing`);
  const date = request.headers["x-sdk-date"] ?? "";
  const signedAt = parseCompactTimestamp(date);
  if (signedAt === undefined) return refuse(`calc aksk signature fail:x-sdk-date ${date} is malformed`);
  if (Math.abs(now - signedAt) > MAX_SKEW_MS) {
    const serverTime = compactTimestamp(now);
    return refuse(`calc aksk signature fail:signature expired, signature time:${date},server time:${serverTime}`);
  }

  const signer = findSigner(accessKey);
  if (!signer) return refuse(`ak ${accessKey} not exist`);
  const token = request.headers["x-security-token"];
  if (signer.securityToken !== token) return refuse(token ? "decrypt token fail" : "Get secretKey failed");
  if (token !== undefined && !signed.includes("x-security-token")) return refuse("x-security-token is not signed");

  const declared = request.headers["x-sdk-content-sha256"];
  const actual = sha256(request.body);
  if (declared !== undefined && declared !== "UNSIGNED-PAYLOAD" && declared !== actual) {
    return refuse("the body does not match x-sdk-content-sha256");
  }
  const canonical = canonicalRequest(request, signed, declared ?? actual);
  const text = ["SDK-HMAC-SHA256", date, sha256(canonical)].join("\n");
  const expected = createHmac("sha256", signer.secretKey).update(text, "utf8").digest();
  const echo = canonical.replaceAll("\n", "|");
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) {
    // The real gateway echoes what it computed, signed headers and all; clients have to be ready for it.
    return refuse(`verify aksk signature fail, canonicalRequest:${echo}`);
  }
  return { ok: true, signer, canonical: echo };
}

function canonicalRequest(request: RawRequest, signed: string[], bodyHash: string): string {
  const [path, query] = splitOnce(request.target, "?");
  const headers = signed.toSorted(byCodePoint).map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`);
  return [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    headers.join(""),
    signed.join(";"),
    bodyHash,
  ].join("\n");
}

function canonicalPath(path: string): string {
  const encoded = path
    .split("/")
    .map((segment) => encode(decode(segment)))
    .join("/");
  return encoded.endsWith("/") ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => splitOnce(pair, "=").map((text) => decode(text.replaceAll("+", " "))))
    .toSorted(([keyA = "", valueA = ""], [keyB = "", valueB = ""]) =>
      keyA === keyB ? byCodePoint(valueA, valueB) : byCodePoint(keyA, keyB),
    )
    .map(([key = "", value = ""]) => `${encode(key)}=${encode(value)}`)
    .join("&");
}

/** Unreserved characters stay; every other byte of the UTF-8 form becomes %XX. */
function encode(text: string): string {
  let out = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** A text with a broken escape stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** UTF-16 order puts astral characters before U+E000..U+FFFF; the order of UTF-8 bytes is that of code points. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
