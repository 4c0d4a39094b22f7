import type { Dispatcher } from "undici";
import type { Stage, TransportReason } from "./errors.js";
import { codeOf, describe, reasonOf } from "./transportReason.js";

/** One HTTP request, already signed. */
export interface ExchangeRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** Time limits in ms, size in bytes. The connect limit belongs to the pool. @public */
export interface ExchangeLimits {
  /** From the request's last byte to the end of the answer's headers. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
  /** From the start to the answer's last byte. */
  callMs: number;
  /** Of the answer's body. */
  maxBytes: number;
}

export interface ExchangeOptions {
  signal?: AbortSignal | undefined;
  monotonic?: (() => number) | undefined;
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
  options: ExchangeOptions = {},
): Promise<ExchangeResult> {
  return new Promise((resolve) => drive(dispatcher, request, limits, options, resolve));
}

function drive(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  limits: ExchangeLimits,
  { signal, monotonic = () => performance.now() }: ExchangeOptions,
  resolve: (result: ExchangeResult) => void,
): void {
  let stage: Stage = "connecting";
  let controller: Dispatcher.DispatchController | undefined;
  let settled = false;
  let status = 0;
  let headers: Answer["headers"] = {};
  let size = 0;
  let sentAt = monotonic();
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
      sentAt = monotonic();
    },
    onResponseStart(_c, statusCode, answerHeaders) {
      if (statusCode < 200) return;
      receivedAt = monotonic();
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
