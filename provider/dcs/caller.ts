import type { Dispatcher } from "undici";
import { apiError } from "./apiError.js";
import type { ServerClock } from "./clock.js";
import type { Credentials } from "./credentials/types.js";
import type { Effects } from "./effects.js";
import { header } from "./envelope.js";
import { AuthError, CredentialsError, DcsError } from "./errors.js";
import { exchange, type ExchangeLimits, type ExchangeRequest } from "./exchange.js";
import type { Operation } from "./operations.js";
import { readReply, type Reply } from "./reply.js";
import { createRefusedKey, type RefusedKey } from "./refusedKey.js";
import { nextDelay, READ_RETRY, WRITE_RETRY, type RetryPolicy } from "./retry.js";
import { signRequest } from "./signer/index.js";
import { abortedError, transportError } from "./transportError.js";

/** Everything a signed call needs. */
export interface CallerOptions {
  endpoint: URL;
  region: string;
  /** Sent as X-Project-Id; IAM's look-up goes without. */
  projectId?: string | undefined;
  credentials: () => Promise<Credentials>;
  /** Asked before every request. */
  dispatcher: () => Dispatcher | Promise<Dispatcher>;
  limits: ExchangeLimits;
  userAgent: string;
  clock: ServerClock;
  effects: Effects;
  retry?: RetryPolicy | undefined;
}

export interface CallExtras {
  signal?: AbortSignal | undefined;
  /** Type of the instance, where a read has told it: an error may name it. */
  cacheMode?: string | undefined;
}

export type Caller = <T>(operation: Operation<T>, extras?: CallExtras) => Promise<Reply<T>>;

/** Signs, sends, retries reads, decodes; every failure is a DcsError. */
export function createCaller(options: CallerOptions): Caller {
  const { effects } = options;
  const refusedKey = createRefusedKey(effects.monotonic);
  return async (operation, extras = {}) => {
    const policy = operation.method === "GET" ? (options.retry ?? READ_RETRY) : WRITE_RETRY;
    const began = effects.monotonic();
    for (let attempt = 1; ; attempt++) {
      try {
        return await callOnce(options, refusedKey, operation, extras);
      } catch (error) {
        if (!DcsError.isInstance(error) || !error.retryable) throw error;
        const elapsed = effects.monotonic() - began;
        const delay = nextDelay(policy, attempt, elapsed, error.retryAfterMs, effects.random());
        if (delay === undefined) throw error;
        await pause(effects, delay, operation, extras.signal);
      }
    }
  };
}

async function pause(effects: Effects, ms: number, operation: Operation<unknown>, signal?: AbortSignal): Promise<void> {
  try {
    await effects.sleep(ms, signal);
  } catch {
    throw abortedError(operation.what);
  }
}

async function callOnce<T>(
  options: CallerOptions,
  refusedKey: RefusedKey,
  operation: Operation<T>,
  { signal, cacheMode }: CallExtras,
): Promise<Reply<T>> {
  const key = await currentKey(options, operation, signal);
  const refused = refusedKey.errorFor(key, operation.what);
  if (refused !== undefined) throw refused;
  const { region, projectId, clock } = options;
  const where = {
    region,
    projectId,
    cacheMode,
    endpoint: options.endpoint.origin,
    secrets: [key.accessKey, key.secretKey, key.securityToken ?? ""],
    signedAt: options.effects.now(),
  };
  const result = await exchange(
    await options.dispatcher(),
    sign(options, operation, key, where.signedAt),
    options.limits,
    {
      signal,
      monotonic: options.effects.monotonic,
    },
  );
  if (!result.ok) throw transportError(operation, result.failure, where);
  const { answer } = result;
  clock.observe(header(answer.headers, "date"), answer.sentAt, answer.receivedAt);
  if (answer.status >= 200 && answer.status <= 299) return readReply(operation, answer, where);
  const error = apiError(operation, answer, where);
  if (error instanceof AuthError) refusedKey.remember(key, error);
  throw error;
}

/** The keys for this request; a source that has to renew them first can be given up as well. */
async function currentKey(
  { credentials }: CallerOptions,
  { what }: Operation<unknown>,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  if (signal?.aborted === true) throw abortedError(what);
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortedError(what));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([credentials(), givenUp]);
  } catch (error) {
    if (DcsError.isInstance(error)) throw error;
    // Not quoted: an error of somebody else's may hold anything.
    throw new CredentialsError({
      what,
      why: `the source of credentials failed (${error instanceof Error ? error.name : typeof error})`,
      remedy: "Correct the `credentials` function that the client was made with.",
    });
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

function sign(
  { endpoint, projectId, userAgent }: CallerOptions,
  operation: Operation<unknown>,
  key: Credentials,
  signedAt: number,
): ExchangeRequest {
  const url = urlOf(endpoint, operation);
  const body = operation.body === undefined ? undefined : JSON.stringify(operation.body);
  const request = {
    method: operation.method,
    url,
    headers: {
      ...(projectId === undefined ? {} : { "X-Project-Id": projectId }),
      "Content-Type": "application/json",
    },
    body,
  };
  let headers: Record<string, string>;
  try {
    headers = signRequest(request, key, new Date(signedAt));
  } catch {
    throw new CredentialsError({
      what: operation.what,
      why: "the request could not be signed with the keys at hand",
      remedy: "Check the security token: it has to be one line.",
    });
  }
  // Not signed: proxies may change these.
  headers["Accept"] = "application/json";
  headers["User-Agent"] = userAgent;
  return { ...request, headers };
}

function urlOf(endpoint: URL, operation: Operation<unknown>): URL {
  const pairs = Object.entries(operation.query ?? {});
  const query = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  const base = endpoint.href.replace(/\/$/, "");
  return new URL(`${base}${operation.path}${query === "" ? "" : `?${query}`}`);
}
