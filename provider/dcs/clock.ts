import type { Effects } from "./effects.js";

/** The cloud's clock, learned from the Date header of its answers. */
export interface ServerClock {
  /** Cloud clock minus local clock in ms; undefined before the first answer. */
  offsetMs(): number | undefined;
  /** Now by the cloud's clock (ms since the epoch); by the local clock before the first answer. */
  now(): number;
  /** Learns from an answer that was written between two readings of the monotonic clock. */
  observe(date: string | undefined, sentAt: number, receivedAt: number): void;
}

/**
 * Counts by the monotonic clock, so that a step of the local clock does not move the cloud's.
 * A Date header has whole seconds and came at an unknown moment of the round trip, so each answer only bounds the offset
 * from both sides; the bounds of successive answers are intersected, and start afresh if they contradict.
 */
export function createServerClock({ monotonic, now: wall }: Pick<Effects, "monotonic" | "now">): ServerClock {
  /** Bounds of (cloud clock - monotonic clock). */
  let low = -Infinity;
  let high = Infinity;
  const now = (): number | undefined => (low === -Infinity ? undefined : Math.round((low + high) / 2 + monotonic()));
  return {
    now: () => now() ?? wall(),
    offsetMs() {
      const server = now();
      return server === undefined ? undefined : server - wall();
    },
    observe(date, sentAt, receivedAt) {
      const second = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(second)) return;
      const atLeast = second - receivedAt;
      const atMost = second + 1000 - sentAt;
      const contradicts = atLeast > high || atMost < low;
      low = contradicts ? atLeast : Math.max(low, atLeast);
      high = contradicts ? atMost : Math.min(high, atMost);
    },
  };
}
