import { setTimeout as delay } from "node:timers/promises";

/**
 * Time as the procedure sees it, so that tests can run hours in milliseconds.
 * Local time only measures how long we waited; whatever is compared with the cloud's own times
 * comes from {@link DcsClient.serverNow}.
 * @internal
 */
export interface Clock {
  /** Local time in ms, from any beginning; it never steps. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** @internal */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};

/** RFC 3339 UTC with milliseconds, the form of every time in a record. @internal */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
