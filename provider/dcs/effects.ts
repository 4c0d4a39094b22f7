import { setTimeout as delay } from "node:timers/promises";

/** What a client takes from its surroundings, to be replaced in tests. @public */
export interface Effects {
  /** In [0, 1). */
  random: () => number;
  /** Rejects as soon as the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  monotonic: () => number;
  /** The local clock, ms since the epoch. */
  now: () => number;
}

export const realEffects: Effects = {
  random: Math.random,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
  monotonic: () => performance.now(),
  now: Date.now,
};
