import type { HeldRequest, Hold, OperationName } from "./types.js";

/** Stops requests until they are released. */
export interface Holds {
  add(hold: Hold): void;
  /** Waits if a hold says so; `discard` means that the request goes no further. */
  pass(request: HeldRequest): Promise<"go" | "discard">;
  /** Lifts the holds of an operation (or all) and lets its requests go on, or ends them where they stand. */
  release(operation?: OperationName | "any", how?: "go" | "discard"): number;
  held(): HeldRequest[];
  /** Settles as soon as `count` requests of the operation (or of any) are held; fails after `timeoutMs`. */
  waitForHeld(operation?: OperationName | "any", count?: number, timeoutMs?: number): Promise<HeldRequest[]>;
  /** Discards what is held, and fails those who wait. */
  end(): void;
}

export function createHolds(): Holds {
  let holds: { hold: Hold; left: number }[] = [];
  let held: { request: HeldRequest; settle: (how: "go" | "discard") => void }[] = [];
  const watchers = new Set<{ look: () => void; fail: (reason: string) => void }>();

  const of = (operation: OperationName | "any" | undefined, name: OperationName | "any"): boolean =>
    operation === undefined || operation === "any" || operation === name;
  const heldOf = (operation?: OperationName | "any"): HeldRequest[] =>
    held.filter(({ request }) => of(operation, request.operation)).map(({ request }) => request);

  return {
    add(hold) {
      holds.push({ hold, left: hold.times === undefined || hold.times === "unlimited" ? Infinity : hold.times });
    },
    pass(request) {
      const match = holds.find(
        ({ hold }) =>
          of(hold.operation, request.operation) &&
          (hold.when ?? "before") === request.when &&
          (hold.instanceId === undefined || hold.instanceId === request.instanceId),
      );
      if (!match) return Promise.resolve("go");
      match.left -= 1;
      holds = holds.filter((other) => other.left > 0);
      return new Promise((settle) => {
        held.push({ request, settle });
        for (const watcher of watchers) watcher.look();
      });
    },
    release(operation, how = "go") {
      holds = holds.filter(({ hold }) => !of(operation, hold.operation));
      const freed = held.filter(({ request }) => of(operation, request.operation));
      held = held.filter((entry) => !freed.includes(entry));
      for (const { settle } of freed) settle(how);
      return freed.length;
    },
    held: () => heldOf(),
    waitForHeld(operation, count = 1, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          watchers.delete(watcher);
        };
        const watcher = {
          look(): void {
            const seen = heldOf(operation);
            if (seen.length < count) return;
            settle();
            resolve(seen);
          },
          fail(reason: string): void {
            settle();
            const seen = heldOf(operation).length;
            reject(new Error(`${seen} of ${count} requests of ${operation ?? "any operation"} held ${reason}`));
          },
        };
        const timer = setTimeout(() => watcher.fail(`in ${timeoutMs} ms`), timeoutMs);
        watchers.add(watcher);
        watcher.look();
      });
    },
    end() {
      this.release("any", "discard");
      for (const watcher of watchers) watcher.fail("when the sandbox was closed");
    },
  };
}
