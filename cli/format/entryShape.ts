import type { SwitchoverRecord } from "../../provider/record.js";
import type { Entry } from "../audit/entry.js";
import type { Zone } from "../audit/zone.js";

/** Version of what `--json` and `--ndjson` print; see docs/schema. */
export const VERSION = 1;

/** An entry as machines read it. `record` is what the stack has, so that its hash can be computed again. */
export interface EntryJson {
  project: string;
  stack: string;
  resource: string;
  urn: string;
  found: "state" | "past";
  /** Words that the stack keeps secret were hidden in `record`, so that its hash does not fit what is shown. */
  masked: boolean;
  /** `performedAt` in the zone that was asked for; left off for UTC. */
  performedAtLocal?: string;
  record: SwitchoverRecord;
}

/** @param shown the entry as it may be shown, with secrets hidden or not */
export function entryJson(shown: Entry, { zone, masked }: { zone: Zone; masked: boolean }): EntryJson {
  const { project, stack, resource, urn, found, secret, record } = shown;
  return {
    project,
    stack,
    resource,
    urn,
    found,
    masked: masked && secret,
    ...(zone.name === "UTC" ? {} : { performedAtLocal: zone.rfc3339(record.performedAt) }),
    record,
  };
}
