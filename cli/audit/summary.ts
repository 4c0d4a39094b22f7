import type { Entry } from "./entry.js";
import { numberText } from "./words.js";

/** Outcomes in the order in which they are told. */
export const OUTCOMES = ["switched", "adopted", "already-primary", "observed", "unconfirmed", "failed"] as const;

/** How many records have each outcome; those of this version first, in their order, others after them. */
export function countOutcomes(entries: readonly Entry[]): [outcome: string, count: number][] {
  const counts = new Map<string, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  for (const { record } of entries) counts.set(record.outcome, (counts.get(record.outcome) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 0);
}

/** One line under a table: `4 records of 1 instance: 3 switched, 1 failed; 2 are no longer in the state`. */
export function summaryLine(entries: readonly Entry[]): string {
  const instances = new Set(entries.map(({ record }) => record.instanceId)).size;
  const outcomes = countOutcomes(entries).map(([outcome, count]) => `${numberText(count)} ${outcome}`);
  const past = entries.filter(({ found }) => found === "past").length;
  const where = past === 0 ? "" : `; ${numberText(past)} ${past === 1 ? "is" : "are"} no longer in the state`;
  return `${plural(entries.length, "record")} of ${plural(instances, "instance")}: ${outcomes.join(", ")}${where}`;
}

export const plural = (count: number, noun: string): string => `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
