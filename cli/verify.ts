import ms from "ms";
import type { SwitchoverRecord } from "../provider/record.js";
import type { Entry, Problem } from "./audit/entry.js";
import { grouped } from "./audit/grouped.js";
import type { VerifyArguments } from "./commands/verify.js";
import { CliFailure, EXIT, failureText } from "./failure.js";
import { connectionOf } from "./options/cloud.js";
import { sourcesOf } from "./options/sources.js";
import { findingsIn, readSnapshots } from "./source/collect.js";
import { switchoverTriggers } from "./source/switchoverTriggers.js";
import { hasColours, painter } from "./terminal/colours.js";
import { write } from "./terminal/output.js";
import { progressOn, type Progress } from "./terminal/progress.js";
import { verifyAgainstPast } from "./verify/checkpoints.js";
import { verifyChain } from "./verify/chain.js";
import { taskLogs } from "./verify/cloud.js";
import { keepersIn, type Keeper } from "./verify/keeper.js";
import { verdictOf, type InstanceVerdict, type ResourceVerdict } from "./verify/report.js";
import { compareWithLog } from "./verify/taskLog.js";
import { verdictText } from "./verify/text.js";

/** Checks all records against their chain, earlier checkpoints and the cloud's log, and says where they disagree. */
export async function verify(args: VerifyArguments): Promise<void> {
  const toleranceMs = toleranceOf(args.tolerance);
  const progress = progressOn();
  const { snapshots, problems } = await readSnapshots(sourcesOf(args), progress);
  const present = snapshots.filter(({ found }) => found === "state");
  // The same stack may be given twice, say as a stack and as its export.
  const keepers = [
    ...new Map(present.flatMap(keepersIn).map((keeper): [string, Keeper] => [keeper.urn, keeper])).values(),
  ];
  const findings = findingsIn(snapshots, problems);

  // Taken apart once, not for each resource: a fleet has thousands of them, and a stack hundreds of updates.
  const past = snapshots
    .filter(({ found }) => found === "past")
    .map(({ state }) => grouped(switchoverTriggers(state, "past").entries, ({ urn }) => urn));
  const resources = keepers.map((keeper) => verifyResource(keeper, past));
  const instances = await verifyInstances({ keepers, entries: findings.entries, args, toleranceMs, progress });

  const unread = instances.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const verdict = verdictOf({
    resources,
    instances: instances.map(({ verdict: instance }) => instance),
    // What is damaged is a finding of its chain already.
    problems: [...problems, ...unread],
  });
  if (args.json === true) await write([`${JSON.stringify(verdict, null, 2)}\n`]);
  else await write(verdictText(verdict, painter(hasColours(process.stdout))));

  for (const { where, why, remedy } of verdict.problems) {
    process.exitCode = EXIT.unusable;
    console.error(failureText({ what: where, why, remedy }));
  }
  if (keepers.length === 0) {
    process.exitCode = EXIT.unusable;
    console.error(
      `There is no SwitchoverTrigger in ${findings.origins.join(", ") || "what was read"}: nothing was verified.`,
    );
  }
  if (verdict.counts.disagrees > 0 || (args.strict && verdict.counts.unproven > 0))
    process.exitCode = EXIT.disagreement;
}

/** @param past entries of earlier checkpoints, by resource */
function verifyResource(keeper: Keeper, past: readonly ReadonlyMap<string, Entry[]>[]): ResourceVerdict {
  const { records, findings } = verifyChain(keeper);
  const earlier = past.map((entries) =>
    (entries.get(keeper.urn) ?? [])
      .map(({ record }) => record)
      .filter(({ instanceId: of }) => of === keeper.instanceId),
  );
  const { project, stack, resource, urn, instanceId } = keeper;
  return {
    project,
    stack,
    resource,
    urn,
    instanceId: instanceId ?? null,
    records: keeper.history?.length ?? 0,
    findings: [...findings, ...verifyAgainstPast(records, earlier, keeper.historyLimit)],
  };
}

interface Work {
  keepers: readonly Keeper[];
  entries: readonly Entry[];
  args: VerifyArguments;
  toleranceMs: number;
  progress: Progress;
}

/** How many instances are asked for at once: the API's limits are far above, and a fleet is not read one by one. */
const AT_ONCE = 4;

async function verifyInstances(work: Work): Promise<{ verdict: InstanceVerdict; problem?: Problem }[]> {
  const { args, keepers, entries, progress, toleranceMs } = work;
  const keepersOf = grouped(keepers, ({ instanceId }) => instanceId ?? "");
  keepersOf.delete("");
  const entriesOf = grouped(entries, ({ record }) => record.instanceId);
  const readLog = args.offline ? undefined : taskLogs({ cwd: args.cwd, env: process.env }, connectionOf(args));
  const results: { verdict: InstanceVerdict; problem?: Problem }[] = [];
  const queue = [...keepersOf].entries();
  const worker = async () => {
    for (const [index, [id, own]] of queue) {
      progress.step(`reading the task log of instance ${index + 1} of ${keepersOf.size}`);
      const records = (entriesOf.get(id) ?? []).map(({ record }) => record);
      results[index] = await verifyInstance(id, { own, records, toleranceMs }, readLog);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  progress.end();
  return results;
}

async function verifyInstance(
  instanceId: string,
  { own, records, toleranceMs }: { own: readonly Keeper[]; records: readonly SwitchoverRecord[]; toleranceMs: number },
  readLog: ReturnType<typeof taskLogs> | undefined,
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

function toleranceOf(text: string): number {
  const value = /^\d+(\.\d+)? ?(ms|s|m|h)$/.test(text) ? ms(text as ms.StringValue) : undefined;
  if (value !== undefined) return value;
  throw new CliFailure({
    what: "Reading --tolerance",
    why: `${JSON.stringify(text)} is no duration`,
    remedy: 'Give a duration such as "30s" or "2m".',
  });
}
