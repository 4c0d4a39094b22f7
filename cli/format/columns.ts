import type { Entry } from "../audit/entry.js";
import { durationText, instanceOf, nodeText, whoText, whyText } from "../audit/words.js";
import type { Zone } from "../audit/zone.js";

/** A column of a table for people. */
export interface Column {
  head: string;
  text: (entry: Entry) => string;
}

/** Columns for these records: a stack only where there are several, an id where names are not enough, why only where one says so. */
export function columnsFor(entries: readonly Entry[], zone: Zone): Column[] {
  const stacks = new Set(entries.map(({ project, stack }) => `${project}/${stack}`));
  const idsByName = new Map<string, Set<string>>();
  for (const { record } of entries) {
    const ids = idsByName.get(instanceOf(record)) ?? new Set();
    idsByName.set(instanceOf(record), ids.add(record.instanceId));
  }
  const isAmbiguous = [...idsByName.values()].some((ids) => ids.size > 1);
  const some = (text: Column["text"]) => entries.some((entry) => text(entry) !== "");
  const why: Column = { head: "why", text: ({ record }) => whyText(record) };
  const note: Column = {
    head: "note",
    text: ({ record }) => (record.outcome === "switched" ? "" : (record.note ?? "")),
  };
  return [
    { head: `performed at (${zone.name})`, text: ({ record }) => zone.show(record.performedAt) },
    ...(stacks.size > 1
      ? [{ head: "stack", text: ({ project, stack }: Entry) => (project === "" ? stack : `${project}/${stack}`) }]
      : []),
    { head: "instance", text: ({ record }) => instanceOf(record) },
    ...(isAmbiguous ? [{ head: "instance id", text: ({ record }: Entry) => record.instanceId }] : []),
    { head: "outcome", text: ({ record }) => record.outcome },
    { head: "from", text: ({ record }) => nodeText(record.from) },
    { head: "to", text: ({ record }) => nodeText(record.to) },
    { head: "took", text: ({ record }) => durationText(record.durationMs) },
    { head: "by", text: ({ record }) => whoText(record) },
    ...(some(why.text) ? [why] : []),
    ...(some(note.text) ? [note] : []),
  ];
}
