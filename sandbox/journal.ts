import { timestamp, type Clock } from "./clock.js";
import type { RequestEntry } from "./types.js";

/** Every request, in the order of arrival; entries are completed as the request goes on. */
export interface Journal {
  begin(entry: Omit<RequestEntry, "at" | "bytesOut" | "handled" | "aborted">): RequestEntry;
  /** Copies, so that a reader keeps what it has seen. */
  entries(): RequestEntry[];
  clear(): void;
}

export function createJournal(clock: Clock): Journal {
  let entries: RequestEntry[] = [];
  return {
    begin(request) {
      const entry = { ...request, at: timestamp(clock.now()), bytesOut: 0, handled: false, aborted: false };
      entries.push(entry);
      return entry;
    },
    entries: () => entries.map((entry) => ({ ...entry })),
    clear() {
      entries = [];
    },
  };
}
