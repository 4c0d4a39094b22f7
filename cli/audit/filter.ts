import type { Entry } from "./entry.js";
import type { Period } from "./period.js";

/** Which records to show; each that is empty lets all pass. */
export interface Filter {
  /** Names or ids of instances, or names of resources; `*` stands for anything. */
  instances: readonly string[];
  outcomes: readonly string[];
  /** Who did it or who asked for it; `*` stands for anything, and case does not matter. */
  users: readonly string[];
  periods: readonly Period[];
}

export function matching(entries: readonly Entry[], { instances, outcomes, users, periods }: Filter): Entry[] {
  const isInstance = oneOf(instances);
  const isUser = oneOf(users);
  return entries.filter(
    ({ resource, record }) =>
      isInstance([record.instanceId, record.instanceName, resource]) &&
      (outcomes.length === 0 || outcomes.includes(record.outcome)) &&
      isUser([record.performedBy, record.requestedBy]) &&
      periods.every((period) => period(record.performedAt)),
  );
}

/** Whether any of the texts is one of those wanted. */
function oneOf(wanted: readonly string[]): (texts: readonly (string | undefined)[]) => boolean {
  if (wanted.length === 0) return () => true;
  const patterns = wanted.map((text) => new RegExp(`^${text.split("*").map(escape).join(".*")}$`, "isu"));
  return (texts) => texts.some((text) => text !== undefined && patterns.some((pattern) => pattern.test(text)));
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
