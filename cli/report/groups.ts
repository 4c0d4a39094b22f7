import type { Entry } from "../audit/entry.js";
import { whyText } from "../audit/words.js";

/** Records that share something, counted. */
export interface Group {
  name: string;
  count: number;
  instances: number;
  failed: number;
  /** RFC 3339, of the newest. */
  lastAt: string;
}

/** Who switched over: the cloud's user, and who asked for it. */
export const byPerson = (entries: readonly Entry[]): Group[] =>
  groupBy(entries, ({ record: { performedBy, requestedBy, outcome } }) => {
    if (performedBy === undefined && requestedBy === undefined) {
      return outcome === "observed" ? "nobody named (automatic failover?)" : "nobody named";
    }
    if (requestedBy === undefined) return performedBy ?? "";
    return performedBy === undefined ? `asked for by ${requestedBy}` : `${performedBy}, asked for by ${requestedBy}`;
  });

export const byReason = (entries: readonly Entry[]): Group[] =>
  groupBy(entries, ({ record }) => whyText(record) || "no reason given");

/** Largest first, then by name. */
function groupBy(entries: readonly Entry[], nameOf: (entry: Entry) => string): Group[] {
  const groups = new Map<string, { group: Group; instances: Set<string> }>();
  for (const entry of entries) {
    const { record } = entry;
    const name = nameOf(entry);
    const found = groups.get(name) ?? {
      group: { name, count: 0, instances: 0, failed: 0, lastAt: record.performedAt },
      instances: new Set<string>(),
    };
    groups.set(name, found);
    found.group.count += 1;
    found.instances.add(record.instanceId);
    if (record.outcome === "failed" || record.outcome === "unconfirmed") found.group.failed += 1;
    if (record.performedAt > found.group.lastAt) found.group.lastAt = record.performedAt;
  }
  return [...groups.values()]
    .map(({ group, instances }) => ({ ...group, instances: instances.size }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
