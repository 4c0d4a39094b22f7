import type { SwitchoverRecord } from "../../provider/record.js";
import type { Entry, Problem } from "../audit/entry.js";
import { grouped } from "../audit/grouped.js";
import type { Progress } from "../terminal/progress.js";
import type { ReadLog } from "./cloud.js";
import type { Keeper } from "./keeper.js";
import type { InstanceVerdict } from "./report.js";
import { compareWithLog } from "./taskLog.js";

export interface Work {
  keepers: readonly Keeper[];
  entries: readonly Entry[];
  /** undefined: no cloud is asked. */
  readLog: ReadLog | undefined;
  toleranceMs: number;
  progress: Progress;
}

/** How many instances are asked for at once: the API's limits are far above, and a fleet is not read one by one. */
const AT_ONCE = 4;

/**
 * Compares the records of each instance, whichever resources keep them, with the cloud's log.
 * @throws CliFailure at the first sign that no log can be read at all
 */
export async function verifyInstances({
  keepers,
  entries,
  readLog,
  toleranceMs,
  progress,
}: Work): Promise<{ verdict: InstanceVerdict; problem?: Problem }[]> {
  const keepersOf = grouped(
    keepers.filter(({ instanceId }) => instanceId !== undefined),
    ({ instanceId }) => instanceId ?? "",
  );
  const entriesOf = grouped(entries, ({ record }) => record.instanceId);
  const results: { verdict: InstanceVerdict; problem?: Problem }[] = [];
  const queue = [...keepersOf].map(([id, own], index) => ({ id, own, index }));
  const verifyNext = async (): Promise<boolean> => {
    const next = queue.shift();
    if (next === undefined) return false;
    const { id, own, index } = next;
    progress.step(`reading the task log of instance ${index + 1} of ${keepersOf.size}`);
    const records = (entriesOf.get(id) ?? []).map(({ record }) => record);
    results[index] = await verifyInstance(id, { own, records, toleranceMs }, readLog);
    return true;
  };
  const worker = async () => {
    while (await verifyNext());
  };
  try {
    // The first alone: a key that is refused several times in a row gets locked.
    await verifyNext();
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    // Whoever still works stops there.
    queue.length = 0;
    progress.end();
  }
  return results;
}

async function verifyInstance(
  instanceId: string,
  { own, records, toleranceMs }: { own: readonly Keeper[]; records: readonly SwitchoverRecord[]; toleranceMs: number },
  readLog: ReadLog | undefined,
): Promise<{ verdict: InstanceVerdict; problem?: Problem }> {
  const name = records[0]?.instanceName;
  const base = { instanceId, instanceName: name ?? null, expected: 0, confirmed: 0, logReachesBackTo: null };
  const keeper = own[0];
  if (readLog === undefined || keeper === undefined) return { verdict: { ...base, log: "not-asked", findings: [] } };

  const log = await readLog(keeper, instanceId);
  if (log.kind === "gone") {
    const text = "the instance is not there any more, and its task log with it: nothing is left to confirm the records";
    return { verdict: { ...base, log: "gone", findings: [{ severity: "unproven", code: "instance-gone", text }] } };
  }
  if (log.kind === "unreadable") {
    const { what: where, why, remedy } = log.error;
    const text = `the task log can't be read: ${why}`;
    return {
      verdict: { ...base, log: "unreadable", findings: [{ severity: "unproven", code: "log-unreadable", text }] },
      problem: { where, why, remedy },
    };
  }
  const compared = compareWithLog({
    records,
    tasks: log.tasks,
    managedSince: earliest([
      ...own.map(({ createdAt }) => createdAt),
      ...records.map(({ performedAt }) => performedAt),
    ]),
    isCut: isCut(records),
    toleranceMs,
  });
  const { findings, confirmed, expected, reachesBackTo } = compared;
  return {
    verdict: { ...base, log: "read", findings, confirmed, expected, logReachesBackTo: reachesBackTo ?? null },
  };
}

/** Whether some record names one before it that was not found. */
function isCut(records: readonly SwitchoverRecord[]): boolean {
  const hashes = new Set(records.map(({ hash }) => hash));
  return records.some(({ previousHash }) => previousHash !== null && !hashes.has(previousHash));
}

const earliest = (times: readonly (string | undefined)[]): string | undefined =>
  times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
