import type { Stage, TransportReason } from "./errors.js";

const REASONS: Readonly<Record<string, TransportReason>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  ECONNREFUSED: "connection-refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ETIMEDOUT: "connect-timeout",
  UND_ERR_CONNECT_TIMEOUT: "connect-timeout",
  UND_ERR_HEADERS_TIMEOUT: "headers-timeout",
  UND_ERR_BODY_TIMEOUT: "body-timeout",
  UND_ERR_HEADERS_OVERFLOW: "too-large",
  UND_ERR_PRX_TLS: "proxy",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "malformed",
  EPROTO: "tls",
};

/** Node's TLS codes: ERR_TLS_…, ERR_SSL_… and OpenSSL's verification results. */
const TLS_CODE =
  /^ERR_(?:TLS|SSL|OSSL)_|CERT|^UNABLE_TO_|^SELF_SIGNED|^HOSTNAME_MISMATCH|^CRL_|^INVALID_(?:CA|PURPOSE)$/;

/** What broke an exchange, from the code of the error that Node or undici gave. */
export function reasonOf(code: string, message: string, stage: Stage): TransportReason {
  if (message.startsWith("Proxy response")) return "proxy";
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  // A connection once open that times out in the kernel was not a failure to connect.
  if (known === "connect-timeout" && stage !== "connecting") return "reset";
  if (known !== undefined) return known;
  if (TLS_CODE.test(code)) return "tls";
  // The parser gives a code to some of its errors only.
  if (code.startsWith("HPE_") || code === "HTTPParserError") return "malformed";
  if (/^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNABORTED)$/.test(code)) {
    // Cut off while connecting: by the far end, in the handshake.
    return stage === "connecting" ? "tls" : "reset";
  }
  return "other";
}

/** The error's code, or its name where it has none. */
export function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** Code and message in one short line. */
export function describe(code: string, message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim().slice(0, 200);
  return line === "" || line.includes(code) ? line || code : `${code}: ${line}`;
}
