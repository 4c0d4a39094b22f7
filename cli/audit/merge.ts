import { canonicalJson } from "../../provider/canonical.js";
import type { SwitchoverRecord } from "../../provider/record.js";
import { grouped } from "./grouped.js";
import type { Entry, Findings, Problem, Resource } from "./entry.js";

/**
 * Tells each thing once: a record that several states hold, whatever the resource was called in them, and an unconfirmed or
 * observed one that a later record took the place of. Where a record is in a present state, that is where it is told to be.
 */
export function mergeUpdates({ entries, problems, resources, origins }: Findings): Findings {
  const distinct = distinctRecords(entries);
  const superseded = replaced(distinct);
  return {
    entries: distinct.filter((entry) => !superseded.has(entry)),
    problems: [...new Map(problems.map((problem): [string, Problem] => [JSON.stringify(problem), problem])).values()],
    resources: distinctResources(resources),
    origins: [...new Set(origins)],
  };
}

/** One of each record, told apart by its hash; the present ones first. */
function distinctRecords(entries: readonly Entry[]): Entry[] {
  const byHash = new Map<string, Entry>();
  for (const entry of presentFirst(entries, ({ found }) => found === "state")) {
    const known = byHash.get(entry.record.hash);
    // A secret once is a secret in every copy of it.
    byHash.set(entry.record.hash, known === undefined ? entry : { ...known, secret: known.secret || entry.secret });
  }
  return [...byHash.values()];
}

function distinctResources(resources: readonly Resource[]): Resource[] {
  const byUrn = new Map<string, Resource>();
  for (const resource of presentFirst(resources, ({ isPresent }) => isPresent)) {
    const key = `${resource.urn} ${resource.instanceId}`;
    if (!byUrn.has(key)) byUrn.set(key, resource);
  }
  return [...byUrn.values()];
}

const presentFirst = <T>(items: readonly T[], isPresent: (item: T) => boolean): T[] => [
  ...items.filter(isPresent),
  ...items.filter((item) => !isPresent(item)),
];

function replaced(all: readonly Entry[]): Set<Entry> {
  return new Set(
    [...grouped(all, positionOf).values()].flatMap((rivals) =>
      rivals.filter((entry) => rivals.some((other) => other !== entry && takesPlaceOf(other.record, entry.record))),
    ),
  );
}

/** Records that follow the same one are rivals for one place. */
const positionOf = ({ urn, record }: Entry): string => `${urn} ${record.instanceId} ${record.previousHash}`;

/**
 * Whether `later` tells what became of `earlier`, given that both follow the same record: an unconfirmed one is adopted, or
 * closed as failed; an observed one is adopted by a trigger. See `extendHistory` and its callers in the provider.
 */
export function takesPlaceOf(later: SwitchoverRecord, earlier: SwitchoverRecord): boolean {
  if (earlier.outcome === "unconfirmed") {
    if (later.outcome !== "adopted" && later.outcome !== "failed") return false;
    const isSameRequest =
      later.requestId === earlier.requestId && canonicalJson(later.trigger) === canonicalJson(earlier.trigger);
    return isSameRequest && (later.outcome === "adopted" || later.performedAt === earlier.performedAt);
  }
  if (earlier.outcome === "observed") {
    return later.outcome === "adopted" && (later.taskId === undefined || later.taskId === earlier.taskId);
  }
  return false;
}
