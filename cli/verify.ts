import ms from "ms";
import type { Entry } from "./audit/entry.js";
import { grouped } from "./audit/grouped.js";
import type { VerifyArguments } from "./commands/verify.js";
import { CliFailure, EXIT, failureText } from "./failure.js";
import { connectionOf } from "./options/cloud.js";
import { sourcesOf } from "./options/sources.js";
import { findingsIn, readSnapshots } from "./source/collect.js";
import { switchoverTriggers } from "./source/switchoverTriggers.js";
import { hasColours, painter } from "./terminal/colours.js";
import { write } from "./terminal/output.js";
import { progressOn } from "./terminal/progress.js";
import { verifyAgainstPast } from "./verify/checkpoints.js";
import { verifyChain } from "./verify/chain.js";
import { taskLogs } from "./verify/cloud.js";
import { verifyInstances } from "./verify/instances.js";
import { keepersIn, type Keeper } from "./verify/keeper.js";
import { verdictOf, type ResourceVerdict } from "./verify/report.js";
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
  const readLog = args.offline ? undefined : taskLogs({ cwd: args.cwd, env: process.env }, connectionOf(args));
  const instances = await verifyInstances({ keepers, entries: findings.entries, readLog, toleranceMs, progress });

  const unread = instances.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const verdict = verdictOf({
    resources,
    instances: instances.map(({ verdict: instance }) => instance),
    problems: [...findings.problems, ...unread],
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

function toleranceOf(text: string): number {
  const value = /^\d+(\.\d+)? ?(ms|s|m|h)$/.test(text) ? ms(text as ms.StringValue) : undefined;
  if (value !== undefined) return value;
  throw new CliFailure({
    what: "Reading --tolerance",
    why: `${JSON.stringify(text)} is no duration`,
    remedy: 'Give a duration such as "30s" or "2m".',
  });
}
