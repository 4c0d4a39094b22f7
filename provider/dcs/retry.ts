import type { TransportReason } from "./errors.js";

/** When a call is made again. Times in ms. @public */
export interface RetryPolicy {
  /** Calls in all, the first included. */
  maxAttempts: number;
  /** Ceiling of the first wait; it doubles for each further one. */
  baseDelayMs: number;
  maxDelayMs: number;
  /** A Retry-After longer than this is not waited for: the error carries it instead. */
  maxRetryAfterMs: number;
  /** No further call begins when this much time has passed since the first began. */
  budgetMs: number;
  statuses: readonly number[];
  transport: readonly TransportReason[];
}

/** Reads change nothing, so they are repeated on whatever may pass. A certificate that is wrong will not pass. @public */
export const READ_RETRY: RetryPolicy = {
  maxAttempts: 4,
  baseDelayMs: 250,
  maxDelayMs: 4_000,
  maxRetryAfterMs: 20_000,
  budgetMs: 60_000,
  statuses: [429, 500, 502, 503, 504],
  transport: [
    "dns",
    "connection-refused",
    "unreachable",
    "connect-timeout",
    "reset",
    "headers-timeout",
    "body-timeout",
    "call-timeout",
    "other",
  ],
};

/** Writes are sent once: whether they may be repeated is for the caller to judge, from evidence. @public */
export const WRITE_RETRY: RetryPolicy = { ...READ_RETRY, maxAttempts: 1, statuses: [], transport: [] };

/**
 * How long to wait before the next call, or undefined to give up.
 * Full jitter: anywhere between nothing and the ceiling, so that many clients do not come back together.
 * @param attempt calls made so far, from 1
 * @param random in [0, 1)
 */
export function nextDelay(
  policy: RetryPolicy,
  attempt: number,
  elapsedMs: number,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  if (attempt >= policy.maxAttempts) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > policy.maxRetryAfterMs) return undefined;
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const delay = (retryAfterMs ?? 0) + Math.floor(random * ceiling);
  return elapsedMs + delay > policy.budgetMs ? undefined : delay;
}

/** A Retry-After header in ms from `now`: seconds or a date; undefined if it is neither. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
