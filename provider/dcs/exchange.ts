import type { Dispatcher } from "undici";
import type { Stage, TransportReason } from "./errors.js";

/** One HTTP request, already signed. */
export interface ExchangeRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** Time limits in ms, size in bytes. The connect limit belongs to the pool. */
export interface ExchangeLimits {
  /** From the request's last byte to the end of the answer's headers. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
  /** From the start to the answer's last byte. */
  callMs: number;
  maxBytes: number;
}

/** A whole answer, with the times (ms, monotonic) between which the server wrote it. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  sentAt: number;
  receivedAt: number;
}

/** Why there is no whole answer. */
export interface ExchangeFailure {
  reason: TransportReason;
  /** How far it got: a request that never started was surely not sent. */
  stage: Stage;
  /** Code and message of the cause, in one line. */
  detail: string;
  /** Of an answer that broke off after its headers. */
  status?: number;
}

export type ExchangeResult = { ok: true; answer: Answer } | { ok: false; failure: ExchangeFailure };

/**
 * Sends one request and reads the whole answer. Follows nothing, repeats nothing, never rejects.
 * It drives the dispatcher itself because only the handler sees the moment that decides whether a write may be repeated:
 * `onRequestStart` comes after DNS, TCP, proxy and TLS are through and before the first byte is written.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  limits: ExchangeLimits,
  signal?: AbortSignal,
): Promise<ExchangeResult> {
  return new Promise((resolve) => drive(dispatcher, request, limits, signal, resolve));
}

function drive(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  limits: ExchangeLimits,
  signal: AbortSignal | undefined,
  resolve: (result: ExchangeResult) => void,
): void {
  let stage: Stage = "connecting";
  let controller: Dispatcher.DispatchController | undefined;
  let settled = false;
  let status = 0;
  let headers: Answer["headers"] = {};
  let size = 0;
  let sentAt = performance.now();
  let receivedAt = sentAt;
  const chunks: Buffer[] = [];

  const settle = (result: ExchangeResult): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    resolve(result);
  };
  const fail = (reason: TransportReason, detail: string): void => {
    settle({ ok: false, failure: { reason, stage, detail, ...(status === 0 ? {} : { status }) } });
    controller?.abort(new Error(reason));
  };
  const onAbort = (): void => fail("aborted", "given up by the caller");
  const timer = setTimeout(() => fail("call-timeout", `no whole answer within ${limits.callMs} ms`), limits.callMs);

  if (signal?.aborted === true) {
    onAbort();
    return;
  }
  signal?.addEventListener("abort", onAbort, { once: true });

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(c) {
      controller = c;
      // Given up while connecting: this stops it before anything is written.
      if (settled) return c.abort(new Error("given up"));
      stage = "sent";
      sentAt = performance.now();
    },
    onResponseStart(_c, statusCode, answerHeaders) {
      if (statusCode < 200) return;
      receivedAt = performance.now();
      stage = "answering";
      status = statusCode;
      headers = answerHeaders;
    },
    onResponseData(_c, chunk) {
      size += chunk.length;
      if (size > limits.maxBytes) return fail("too-large", `the answer is larger than ${limits.maxBytes} bytes`);
      chunks.push(chunk);
    },
    onResponseEnd() {
      settle({ ok: true, answer: { status, headers, body: Buffer.concat(chunks), sentAt, receivedAt } });
    },
    onResponseError(_c, error) {
      const code = codeOf(error);
      fail(reasonOf(code, error.message, stage), describe(code, error.message));
    },
  };

  try {
    dispatcher.dispatch(
      {
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: limits.headersMs,
        bodyTimeout: limits.bodyMs,
      },
      handler,
    );
  } catch (error) {
    fail("other", error instanceof Error ? describe(codeOf(error), error.message) : "the dispatcher failed");
  }
}

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

function reasonOf(code: string, message: string, stage: Stage): TransportReason {
  if (message.startsWith("Proxy response")) return "proxy";
  const known = REASONS[code];
  // A connection once open that times out in the kernel was not a failure to connect.
  if (known === "connect-timeout" && stage !== "connecting") return "reset";
  if (known !== undefined) return known;
  if (TLS_CODE.test(code)) return "tls";
  if (code.startsWith("HPE_")) return "malformed";
  if (/^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNABORTED)$/.test(code)) {
    // Cut off while connecting: by the far end, in the handshake.
    return stage === "connecting" ? "tls" : "reset";
  }
  return "other";
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function describe(code: string, message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim().slice(0, 200);
  return line === "" || line.includes(code) ? line || code : `${code}: ${line}`;
}
