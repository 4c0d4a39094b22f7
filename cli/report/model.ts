import type { Entry } from "../audit/entry.js";
import { grouped } from "../audit/grouped.js";
import { countOutcomes } from "../audit/summary.js";
import { instanceOf } from "../audit/words.js";
import type { Zone } from "../audit/zone.js";
import { needingAttention, type Attention } from "./attention.js";
import { byPerson, byReason, type Group } from "./groups.js";
import { distribution, type Distribution } from "./histogram.js";
import { ticks, type Tick } from "./ticks.js";
import { masterByZone, masterNow, type Range, type Stretch } from "./timeline.js";

/** One instance's part of the report. */
export interface InstancePart {
  id: string;
  name: string;
  /** Newest first. */
  entries: Entry[];
  stretches: Stretch[];
  masterZone: string | undefined;
  failed: number;
}

/** All that the page shows, computed; the page itself only writes it down. */
export interface Report {
  title: string;
  /** What was read and which records are shown, in words. */
  scope: string[];
  generatedAt: string;
  version: string;
  zone: Zone;
  range: Range;
  ticks: Tick[];
  records: number;
  /** Switchovers that were made, and those that were asked for and not made or not known to be. */
  made: number;
  failed: number;
  outcomes: [outcome: string, count: number][];
  durations: Distribution | undefined;
  attention: Attention[];
  people: Group[];
  reasons: Group[];
  /** Those that need attention first, then by name. */
  instances: InstancePart[];
  /** Names of all zones, sorted: their place gives their colour. */
  zones: string[];
  chain: { resources: number; broken: string[] };
  /** What could not be read: the report is not complete. */
  problems: string[];
}

export interface Material {
  title: string;
  scope: string[];
  generatedAt: string;
  version: string;
  zone: Zone;
  /** To be shown, newest first, words that are secret hidden. */
  shown: readonly Entry[];
  /** Also those that a filter hides: they tell where a master stood before. */
  all: readonly Entry[];
  chain: Report["chain"];
  problems: string[];
}

export function reportOf({ shown, all, ...given }: Material): Report {
  const range = rangeOf(shown);
  const durations = distribution(
    shown.flatMap(({ record: { durationMs, outcome } }) =>
      durationMs === undefined || (outcome !== "switched" && outcome !== "adopted") ? [] : [durationMs],
    ),
  );
  const instances = instanceParts(shown, all, range);
  const count = (...outcomes: string[]) => shown.filter(({ record }) => outcomes.includes(record.outcome)).length;
  return {
    ...given,
    range,
    ticks: ticks(range, given.zone),
    records: shown.length,
    made: count("switched", "adopted"),
    failed: count("failed", "unconfirmed"),
    outcomes: countOutcomes(shown),
    durations,
    attention: needingAttention(shown, durations?.medianMs),
    people: byPerson(shown),
    reasons: byReason(shown),
    instances,
    zones: [...new Set(instances.flatMap(({ stretches }) => stretches.flatMap(({ zone }) => zone ?? [])))].sort(),
  };
}

const HOUR_MS = 3_600_000;

/** From the first record to the last, with a little room on both sides. */
function rangeOf(shown: readonly Entry[]): Range {
  const from = Date.parse(shown.at(-1)?.record.performedAt ?? "1970-01-01T00:00:00Z");
  const to = Date.parse(shown[0]?.record.performedAt ?? "1970-01-01T00:00:00Z");
  const room = Math.max(HOUR_MS / 4, (to - from) * 0.03);
  return { from: from - room, to: to + room };
}

function instanceParts(shown: readonly Entry[], all: readonly Entry[], range: Range): InstancePart[] {
  const allById = grouped(all, ({ record }) => record.instanceId);
  return [...grouped(shown, ({ record }) => record.instanceId)]
    .map(([id, entries]): InstancePart => {
      const records = (allById.get(id) ?? entries).map(({ record }) => record);
      return {
        id,
        name: instanceOf(entries[0]?.record ?? { instanceId: id }),
        entries,
        stretches: masterByZone(records, range),
        masterZone: masterNow(records),
        failed: entries.filter(({ record }) => record.outcome === "failed" || record.outcome === "unconfirmed").length,
      };
    })
    .sort((a, b) => b.failed - a.failed || compare(a.name, b.name) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
