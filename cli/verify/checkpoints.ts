import type { SwitchoverRecord } from "../../provider/record.js";
import { takesPlaceOf } from "../audit/merge.js";
import type { Finding } from "./finding.js";

/**
 * Compares the records that a resource has now with those that earlier checkpoints of the same resource had. What was kept
 * then must still be there, unless a later record took its place or it was dropped in order, for newer ones.
 * @param present of the resource, newest first
 * @param past of the same resource and instance: the records of each checkpoint, newest first
 * @param limit how many are kept now
 */
export function verifyAgainstPast(
  present: readonly SwitchoverRecord[],
  past: readonly (readonly SwitchoverRecord[])[],
  limit: number,
): Finding[] {
  const newest = present[0];
  const oldest = present.at(-1);
  if (newest === undefined || oldest === undefined) return [];
  const hashes = new Set(present.map(({ hash }) => hash));
  const isDropped = (record: SwitchoverRecord, from: readonly SwitchoverRecord[]): boolean =>
    record.performedAt < oldest.performedAt && (present.length >= limit || from[0]?.hash !== newest.hash);
  const gone = new Map<string, SwitchoverRecord>();
  for (const records of past) {
    for (const record of records) {
      if (!hashes.has(record.hash) && !isDropped(record, records)) gone.set(record.hash, record);
    }
  }
  return [...gone.values()].flatMap((record): Finding[] => {
    const rivals = [present, ...past].flat().filter(({ previousHash }) => previousHash === record.previousHash);
    if (rivals.some((other) => takesPlaceOf(other, record))) return [];
    const replacement = present.find(({ previousHash }) => previousHash === record.previousHash);
    return [
      {
        severity: "disagrees",
        code: replacement === undefined ? "removed" : "rewritten",
        text: `an earlier checkpoint has a record of ${record.performedAt} (${record.outcome}), and the state now has ${
          replacement === undefined
            ? "none of it"
            : `another in its place (${replacement.performedAt}, ${replacement.outcome})`
        }`,
        at: record.performedAt,
        hash: record.hash,
      },
    ];
  });
}
