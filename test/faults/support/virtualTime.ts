import { setImmediate as nextTurn } from "node:timers/promises";

/** Numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32: good enough to mix schedules, and one line.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Time that passes only when everybody waits. Events at the same moment come in the order in which they were set. */
export interface VirtualTime {
  now(): number;
  at(time: number, work: () => void): void;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  let order = 0;
  const events: { time: number; order: number; work: () => void }[] = [];
  const time: VirtualTime = {
    now: () => now,
    at(moment, work) {
      events.push({ time: Math.max(moment, now), order: (order += 1), work });
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const giveUp = (): void => reject(signal?.reason as Error);
        if (signal?.aborted) return giveUp();
        signal?.addEventListener("abort", giveUp, { once: true });
        time.at(now + ms, resolve);
      }),
    async run(work) {
      const state = { over: false };
      const settled = work.finally(() => (state.over = true));
      settled.catch(() => undefined);
      for (;;) {
        await nextTurn();
        if (state.over) break;
        events.sort((a, b) => a.time - b.time || a.order - b.order);
        const next = events.shift();
        if (!next) throw new Error("everybody waits for ever");
        now = next.time;
        next.work();
      }
      return settled;
    },
  };
  return time;
}
