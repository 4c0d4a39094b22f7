import type { Fault, OperationName } from "./types.js";

/** The faults in force, in the order in which they were injected. */
export interface Faults {
  inject(fault: Fault): void;
  /** The fault that befalls this request, if any; it has then one time less. */
  take(operation: OperationName, instanceId: string | undefined): Fault | undefined;
  list(): Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let faults: { fault: Fault; left: number; skip: number }[] = [];
  return {
    inject(fault) {
      const left = fault.times === "unlimited" ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
      faults.push({ fault, left, skip: fault.skip ?? 0 });
    },
    take(operation, instanceId) {
      for (const entry of faults) {
        const { fault } = entry;
        const matches =
          (fault.operation === "any" || fault.operation === operation) &&
          (fault.instanceId === undefined || fault.instanceId === instanceId);
        if (!matches) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        faults = faults.filter((other) => other.left > 0);
        return fault;
      }
      return undefined;
    },
    list: () =>
      faults.map(({ fault, left, skip }) => ({ ...fault, times: Number.isFinite(left) ? left : "unlimited", skip })),
    clear() {
      faults = [];
    },
  };
}

/** The true answer is needed for these, so they come after handling. */
const SPOILERS = new Set<Fault["kind"]>(["trickle", "truncate", "cut", "reset-mid-answer"]);

/** When a fault strikes. */
export const strikes = (fault: Fault): "before" | "after" =>
  SPOILERS.has(fault.kind) ? "after" : (fault.when ?? "before");
