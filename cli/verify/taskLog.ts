import type { SwitchoverRecord } from "../../provider/record.js";
import type { Task } from "../../provider/dcs/types.js";
import type { Finding } from "./finding.js";

/** Name of a switchover in the task log (DCS API "ListBackgroundTask"). */
const SWAP = "masterStandbySwapJob";

export interface Comparison {
  /** Of one instance, in any order, whichever resource keeps them. */
  records: readonly SwitchoverRecord[];
  /** The whole log of the instance, all kinds of tasks. */
  tasks: readonly Task[];
  /** Since when a stack has had the instance, RFC 3339; undefined if that is not known. */
  managedSince: string | undefined;
  /** Whether records older than the oldest given may have been made and dropped. */
  isCut: boolean;
  toleranceMs: number;
}

export interface Compared {
  findings: Finding[];
  /** Records of switchovers that a task of the log confirms. */
  confirmed: number;
  /** Records of switchovers that a task should confirm. */
  expected: number;
  /** Since when the log has entries, RFC 3339; undefined for an empty one. */
  reachesBackTo: string | undefined;
}

/** Two clocks of the cloud's, and the grain of the times in its log. */
const GRAIN_MS = 2_000;

/** Compares records with the cloud's own task log, both ways. Pure: what is compared is given. */
export function compareWithLog({ records, tasks, managedSince, isCut, toleranceMs }: Comparison): Compared {
  const findings: Finding[] = [];
  const swaps = tasks.filter(({ name }) => name === SWAP);
  const byId = new Map(swaps.map((task) => [task.id, task]));
  const reachesBackTo = earliest(tasks.map(({ createdAt }) => createdAt));
  const made = records.filter(isMade).toSorted((a, b) => compare(a.performedAt, b.performedAt));
  const asked = records.filter(({ outcome }) => outcome === "failed" || outcome === "unconfirmed");

  const taken = new Map<string, SwitchoverRecord>();
  for (const record of [...made, ...asked]) {
    const task = record.taskId === undefined ? undefined : byId.get(record.taskId);
    if (task) taken.set(task.id, record);
  }
  // A record that names no task was written before the log had it: the nearest task that no other record names is its own.
  for (const record of [...made, ...asked].filter(({ taskId }) => taskId === undefined)) {
    const task = nearest(
      record,
      swaps.filter(({ id }) => !taken.has(id)),
      toleranceMs,
    );
    if (task) taken.set(task.id, record);
  }
  const taskOf = new Map([...taken].map(([id, record]) => [record, byId.get(id)]));

  let confirmed = 0;
  for (const record of made) {
    const task = taskOf.get(record);
    if (task === undefined) findings.push(withoutTask(record, reachesBackTo));
    else {
      const differences = compareOne(record, task, toleranceMs);
      if (differences.length === 0) confirmed += 1;
      findings.push(...differences);
    }
  }
  for (const record of asked) findings.push(...askedFindings(record, taskOf.get(record)));

  const oldest = made[0]?.performedAt;
  for (const task of swaps.filter(({ id, status }) => !taken.has(id) && !isFailed(status))) {
    if (managedSince !== undefined && task.createdAt < managedSince) continue;
    findings.push(
      withoutRecord(task, {
        isTooOld: isCut && oldest !== undefined && task.createdAt < oldest,
        newest: made.at(-1)?.performedAt,
      }),
    );
  }
  if (reachesBackTo === undefined && made.length > 0) {
    // One finding says it for all.
    return {
      findings: [emptyLog(made.length), ...findings.filter(({ code }) => code !== "beyond-retention")],
      confirmed,
      expected: made.length,
      reachesBackTo,
    };
  }
  return { findings, confirmed, expected: made.length, reachesBackTo };
}

const isMade = ({ outcome }: SwitchoverRecord): boolean =>
  outcome === "switched" || outcome === "adopted" || outcome === "observed";

const isFailed = (status: string): boolean => ["FAILED", "FAIL"].includes(status.toUpperCase());

function withoutTask(record: SwitchoverRecord, reachesBackTo: string | undefined): Finding {
  const { performedAt: at, outcome, taskId, hash, timeSource } = record;
  const base = { at, hash, ...(taskId === undefined ? {} : { taskId }) };
  const what = `the record of ${at} (${outcome})`;
  if (reachesBackTo === undefined || at < reachesBackTo) {
    const text = `${what} is older than the log, which reaches back to ${reachesBackTo ?? "nothing"}: nothing is left to confirm it`;
    return { severity: "unproven", code: "beyond-retention", text, ...base };
  }
  if (timeSource === "noticed") {
    const text = `${what} was noticed by its roles only, as an automatic failover is: the log need not have a task of it, and has none`;
    return { severity: "unproven", code: "record-without-task", text, ...base };
  }
  const text =
    taskId === undefined
      ? `${what} has no task in the log, which reaches back to ${reachesBackTo}`
      : `${what} names task ${taskId}, which is not in the log, though that reaches back to ${reachesBackTo}`;
  return { severity: "disagrees", code: "record-without-task", text, ...base };
}

function compareOne(record: SwitchoverRecord, task: Task, toleranceMs: number): Finding[] {
  const base = { at: record.performedAt, hash: record.hash, taskId: task.id };
  const what = `the record of ${record.performedAt} (${record.outcome})`;
  const findings: Finding[] = [];
  if (isFailed(task.status)) {
    const text = `${what} says that it was made, and the cloud's task ${task.id} says ${task.status}`;
    findings.push({ severity: "disagrees", code: "outcome-disagrees", text, ...base });
  }
  const started = differenceMs(task.createdAt, record.performedAt);
  const allowed = record.timeSource === "task" ? GRAIN_MS : toleranceMs;
  if (record.timeSource !== "noticed" && Math.abs(started) > allowed) {
    const text = `${what} and the cloud's task ${task.id}, which began at ${task.createdAt}, are ${seconds(started)} apart`;
    findings.push({ severity: "disagrees", code: "times-disagree", text, ...base });
  }
  if (record.completedAt !== undefined && task.updatedAt !== undefined) {
    const ended = differenceMs(task.updatedAt, record.completedAt);
    if (Math.abs(ended) > toleranceMs) {
      const text = `${what} ends at ${record.completedAt}, and the cloud's task ${task.id} at ${task.updatedAt}: ${seconds(ended)} apart`;
      findings.push({ severity: "disagrees", code: "times-disagree", text, ...base });
    }
  }
  if (record.performedBy !== undefined && task.userName !== undefined && record.performedBy !== task.userName) {
    const text = `${what} names another user than the cloud's task ${task.id}, which was started by ${task.userName}`;
    findings.push({ severity: "disagrees", code: "user-disagrees", text, ...base });
  }
  return findings;
}

/** Asked for and not made, or not known to be. */
function askedFindings(record: SwitchoverRecord, task: Task | undefined): Finding[] {
  const base = { at: record.performedAt, hash: record.hash, ...(task === undefined ? {} : { taskId: task.id }) };
  const what = `the record of ${record.performedAt} (${record.outcome})`;
  if (record.outcome === "unconfirmed") {
    const text = `${what} is not resolved yet: ${task === undefined ? "the log has no task of it" : `the cloud's task ${task.id} says ${task.status}`}. The next update resolves it`;
    return [{ severity: "unproven", code: "unconfirmed", text, ...base }];
  }
  if (task === undefined || isFailed(task.status) || record.taskId !== task.id) return [];
  const text = `${what} says that it was not made, and the cloud's task ${task.id} says ${task.status}`;
  return [{ severity: "disagrees", code: "outcome-disagrees", text, ...base }];
}

function withoutRecord(task: Task, { isTooOld, newest }: { isTooOld: boolean; newest: string | undefined }): Finding {
  const by = task.userName === undefined ? "" : ` by ${task.userName}`;
  const base = { at: task.createdAt, taskId: task.id };
  if (isTooOld) {
    const text = `the cloud's task ${task.id} of ${task.createdAt}${by} is older than the records that are kept`;
    return { severity: "unproven", code: "before-kept-records", text, ...base };
  }
  const isNew = newest === undefined || task.createdAt > newest;
  const text = `the cloud switched over at ${task.createdAt}${by} (task ${task.id}, ${task.status}), and no record tells of it${
    isNew ? "; if that was in order, `pulumi refresh` takes it into the records" : ""
  }`;
  return { severity: "disagrees", code: "task-without-record", text, ...base };
}

const emptyLog = (count: number): Finding => ({
  severity: "unproven",
  code: "log-empty",
  text: `the cloud's task log of this instance is empty (finished tasks can be deleted there): nothing in it confirms ${count === 1 ? "the record" : `the ${count} records`} of a switchover`,
});

/** The task that began nearest to a record, if one is near enough; for a record by its roles alone, the newest one before it. */
function nearest(record: SwitchoverRecord, tasks: readonly Task[], toleranceMs: number): Task | undefined {
  const distance = ({ createdAt }: Task) => Math.abs(differenceMs(createdAt, record.performedAt));
  const end = Date.parse(record.completedAt ?? record.performedAt);
  return tasks
    .filter(
      (task) =>
        distance(task) <= toleranceMs ||
        (differenceMs(task.createdAt, record.performedAt) > 0 && Date.parse(task.createdAt) <= end),
    )
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

const differenceMs = (a: string, b: string): number => Date.parse(a) - Date.parse(b);

const seconds = (durationMs: number): string => `${Math.abs(durationMs / 1000).toFixed(1)} s`;

const earliest = (times: readonly string[]): string | undefined => times.toSorted(compare)[0];

/** RFC 3339 in UTC with milliseconds: text order is time order. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
