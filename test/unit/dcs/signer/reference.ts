import { createHash, createHmac } from "node:crypto";

/** A request before anything is encoded for the wire. */
export interface RawRequest {
  method: string;
  host: string;
  segments: readonly string[];
  query: readonly (readonly [key: string, value: string])[];
  headers: Readonly<Record<string, string>>;
  body: string;
  /** `20240102T030405Z` */
  stamp: string;
}

/**
 * The rules once more, as plainly as they can be put: starts from raw values where ours starts from the wire form, and
 * shares no line with it. It stands in where the official signers disagree among themselves.
 */
export function referenceAuthorization(request: RawRequest, accessKey: string, secretKey: string): string {
  const encode = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) => String.fromCharCode(byte))
      .map((c) => (/[A-Za-z0-9\-_.~]/.test(c) ? c : `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`))
      .join("");
  const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const path = `/${request.segments.map(encode).join("/")}`;
  const query = request.query
    .toSorted(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`);
  const headers = Object.entries({ ...request.headers, Host: request.host, "X-Sdk-Date": request.stamp })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name, value]) => !name.includes("_") && !(name === "content-type" && value.startsWith("multipart/")))
    .toSorted(([a], [b]) => byBytes(a, b));
  const names = headers.map(([name]) => name).join(";");
  const declared = headers.find(([name]) => name === "x-sdk-content-sha256")?.[1];
  const canonical = [
    request.method,
    path.endsWith("/") ? path : `${path}/`,
    query.join("&"),
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    declared ?? createHash("sha256").update(request.body).digest("hex"),
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const signature = createHmac("sha256", secretKey).update(`SDK-HMAC-SHA256\n${request.stamp}\n${hash}`).digest("hex");
  return `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`;
}
