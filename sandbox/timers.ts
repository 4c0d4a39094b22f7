/** Delayed work that ends with its owner. */
export interface Timers {
  /** Runs `work` after `ms`; at once, within the call, if that is 0. */
  after(ms: number, work: () => void): void;
  /** Drops all that is pending, and all that is still to come. */
  clear(): void;
}

export function createTimers(): Timers {
  let ended = false;
  const pending = new Set<NodeJS.Timeout>();
  return {
    after(ms, work) {
      if (ended) return;
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
      ended = true;
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
