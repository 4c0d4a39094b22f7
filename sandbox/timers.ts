/** Delayed work that ends with its owner: `clear` leaves none behind. */
export interface Timers {
  /** Runs `work` after `ms`; at once, within the call, if that is 0. */
  after(ms: number, work: () => void): void;
  clear(): void;
}

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  return {
    after(ms, work) {
      if (ms <= 0) {
        work();
        return;
      }
      const timer = setTimeout(() => {
        pending.delete(timer);
        work();
      }, ms);
      pending.add(timer);
    },
    clear() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
