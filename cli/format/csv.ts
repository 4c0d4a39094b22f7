import { stringify } from "csv-stringify/sync";
import type { Entry } from "../audit/entry.js";
import { entryJson } from "./entryShape.js";
import type { JsonOptions } from "./json.js";

type Cell = string | number | undefined;

/** Names and order of the columns are part of the schema's version: later ones are added at the end. */
const COLUMNS: readonly (readonly [name: string, cell: (entry: Entry, options: JsonOptions) => Cell])[] = [
  ["project", ({ project }) => project],
  ["stack", ({ stack }) => stack],
  ["resource", ({ resource }) => resource],
  ["instanceId", ({ record }) => record.instanceId],
  ["instanceName", ({ record }) => record.instanceName],
  ["outcome", ({ record }) => record.outcome],
  ["performedAt", ({ record }) => record.performedAt],
  ["performedAtLocal", (entry, options) => entryJson(entry, options).performedAtLocal],
  ["timeSource", ({ record }) => record.timeSource],
  ["completedAt", ({ record }) => record.completedAt],
  ["durationMs", ({ record }) => record.durationMs],
  ["fromNodeId", ({ record }) => record.from?.nodeId],
  ["fromIp", ({ record }) => record.from?.ip],
  ["fromAvailabilityZone", ({ record }) => record.from?.availabilityZone],
  ["toNodeId", ({ record }) => record.to?.nodeId],
  ["toIp", ({ record }) => record.to?.ip],
  ["toAvailabilityZone", ({ record }) => record.to?.availabilityZone],
  ["performedBy", ({ record }) => record.performedBy],
  ["requestedBy", ({ record }) => record.requestedBy],
  ["reason", ({ record }) => record.reason],
  ["override", ({ record }) => record.override],
  ["trigger", ({ record }) => JSON.stringify(record.trigger)],
  ["requestId", ({ record }) => record.requestId],
  ["taskId", ({ record }) => record.taskId],
  ["attempts", ({ record }) => record.attempts],
  ["note", ({ record }) => record.note],
  ["found", ({ found }) => found],
  ["masked", (entry, options) => String(entryJson(entry, options).masked)],
  ["previousHash", ({ record }) => record.previousHash ?? undefined],
  ["hash", ({ record }) => record.hash],
];

/** RFC 4180 with a header. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function* csv(entries: readonly Entry[], options: JsonOptions): Generator<string> {
  // A line break of either kind ends a record unless it is quoted; csv-stringify quotes only its own delimiter.
  const style = { escape_formulas: true, record_delimiter: "\r\n", quoted_match: /[\r\n]/ } as const;
  yield stringify([COLUMNS.map(([name]) => name)], style);
  for (const entry of entries) yield stringify([COLUMNS.map(([, cell]) => cell(entry, options))], style);
}
