import type { Dispatcher } from "undici";
import { apiError, type CallContext } from "./apiError.js";
import type { ServerClock } from "./clock.js";
import type { Credentials } from "./credentials/types.js";
import { decode, noBody } from "./decode.js";
import { describeBody, header, parseJson, readEnvelope } from "./envelope.js";
import { BadAnswerError, type DcsError } from "./errors.js";
import { exchange, type Answer, type ExchangeLimits } from "./exchange.js";
import type { Operation } from "./operations.js";
import { nextDelay, READ_RETRY, WRITE_RETRY, type RetryPolicy } from "./retry.js";
import { signRequest } from "./signer/index.js";
import { sleep as realSleep } from "./sleep.js";
import { transportError } from "./transportError.js";

/** Everything a signed call needs. */
export interface CallerOptions {
  endpoint: URL;
  region: string;
  /** Sent as X-Project-Id; IAM's look-up goes without. */
  projectId?: string | undefined;
  credentials: () => Promise<Credentials>;
  dispatcher: Dispatcher;
  limits: ExchangeLimits;
  userAgent: string;
  clock: ServerClock;
  retry?: RetryPolicy | undefined;
  random?: (() => number) | undefined;
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** What a call gives. */
export interface Reply<T> {
  value: T;
  status: number;
  requestId: string | undefined;
}

export type Caller = <T>(
  operation: Operation<T>,
  options?: { signal?: AbortSignal | undefined; cacheMode?: string | undefined },
) => Promise<Reply<T>>;

/** Signs, sends, retries reads, decodes; every failure is a DcsError. */
export function createCaller(options: CallerOptions): Caller {
  const { random = Math.random, sleep = realSleep } = options;
  return async (operation, { signal, cacheMode } = {}) => {
    const policy = operation.method === "GET" ? (options.retry ?? READ_RETRY) : WRITE_RETRY;
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const outcome = await callOnce(options, operation, signal, cacheMode);
      if (outcome.ok) return outcome.reply;
      const { error } = outcome;
      if (!error.retryable) throw error;
      const delay = nextDelay(policy, attempt, performance.now() - began, error.retryAfterMs, random());
      if (delay === undefined) throw error;
      try {
        await sleep(delay, signal);
      } catch {
        throw transportError(
          operation,
          { reason: "aborted", stage: "connecting", detail: "given up while waiting to try again" },
          { region: options.region, endpoint: options.endpoint.origin, secrets: [] },
        );
      }
    }
  };
}

type Outcome<T> = { ok: true; reply: Reply<T> } | { ok: false; error: DcsError };

async function callOnce<T>(
  options: CallerOptions,
  operation: Operation<T>,
  signal: AbortSignal | undefined,
  cacheMode: string | undefined,
): Promise<Outcome<T>> {
  const { endpoint, region, projectId, clock } = options;
  const key = await options.credentials();
  const secrets = [key.accessKey, key.secretKey, key.securityToken ?? ""];
  const url = urlOf(endpoint, operation);
  const body = operation.body === undefined ? undefined : JSON.stringify(operation.body);
  const signedAt = Date.now();
  const headers = signRequest(
    {
      method: operation.method,
      url,
      headers: {
        ...(projectId === undefined ? {} : { "X-Project-Id": projectId }),
        "Content-Type": "application/json",
      },
      body,
    },
    key,
    new Date(signedAt),
  );
  // Not signed: proxies may change these.
  headers["Accept"] = "application/json";
  headers["User-Agent"] = options.userAgent;

  const result = await exchange(
    options.dispatcher,
    { method: operation.method, url, headers, body },
    options.limits,
    signal,
  );
  if (!result.ok) {
    return {
      ok: false,
      error: transportError(operation, result.failure, { region, endpoint: endpoint.origin, secrets }),
    };
  }
  const { answer } = result;
  clock.observe(header(answer.headers, "date"), answer.sentAt, answer.receivedAt);
  if (answer.status < 200 || answer.status > 299) {
    const context: CallContext = { region, endpoint: endpoint.origin, projectId, secrets, signedAt, cacheMode };
    return { ok: false, error: apiError(operation, answer, context) };
  }
  return readSuccess(operation, answer, { region, endpoint: endpoint.origin, secrets });
}

function readSuccess<T>(
  operation: Operation<T>,
  answer: Answer,
  where: { region: string; endpoint: string; secrets: readonly string[] },
): Outcome<T> {
  const { requestId } = readEnvelope(Buffer.alloc(0), answer.headers, where.secrets);
  const reply = { status: answer.status, requestId };
  const text = answer.body.toString("utf8");
  const json = operation.shape === noBody ? null : parseJson(text);
  const decoded = json === undefined ? undefined : decode(operation.shape, json);
  if (decoded?.ok === true) return { ok: true, reply: { ...reply, value: decoded.value } };
  const found =
    decoded === undefined
      ? describeBody(text, where.secrets)
      : `an answer whose field ${decoded.where} is missing or wrong`;
  return {
    ok: false,
    error: new BadAnswerError({
      what: `${operation.what} in ${where.region}`,
      why: `${where.endpoint} answered ${answer.status} with ${found}`,
      remedy: "Check that the endpoint serves the DCS API (a proxy's page or a wrong address looks like this).",
      status: answer.status,
      requestId,
    }),
  };
}

function urlOf(endpoint: URL, operation: Operation<unknown>): URL {
  const pairs = Object.entries(operation.query ?? {});
  const query = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  const base = endpoint.href.replace(/\/$/, "");
  return new URL(`${base}${operation.path}${query === "" ? "" : `?${query}`}`);
}
