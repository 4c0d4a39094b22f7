import type { Entry, Problem } from "../audit/entry.js";
import type { Zone } from "../audit/zone.js";
import { entryJson, VERSION } from "./entryShape.js";

export interface JsonOptions {
  zone: Zone;
  masked: boolean;
}

/** One document: all records, and what could not be read. */
export function* json(
  entries: readonly Entry[],
  problems: readonly Problem[],
  options: JsonOptions,
): Generator<string> {
  const head = { version: VERSION, complete: problems.length === 0, problems };
  // Entry by entry: the text of a large fleet need not be in memory as a whole.
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "records": [`;
  for (const [index, entry] of entries.entries()) {
    const text = JSON.stringify(entryJson(entry, options), null, 2).replaceAll("\n", "\n    ");
    yield `${index === 0 ? "" : ","}\n    ${text}`;
  }
  yield `${entries.length === 0 ? "" : "\n  "}]\n}\n`;
}

/** One entry a line, each with the schema's version. */
export function* ndjson(entries: readonly Entry[], options: JsonOptions): Generator<string> {
  for (const entry of entries) yield `${JSON.stringify({ version: VERSION, ...entryJson(entry, options) })}\n`;
}
