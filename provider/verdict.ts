import { rfc3339 } from "./clock.js";
import type { Task } from "./dcs/index.js";
import type { SeenSwap, Situation } from "./decide.js";
import { CLOCK_GRAIN_MS, isFailed, isRunning, rolesOf, type Evidence } from "./evidence.js";
import { isSameNode, startedFrom, type Intent } from "./intent.js";
import type { SwitchoverRecord } from "./record.js";
import { toRecorded, type Known } from "./state.js";

/** @internal */
export type Verdict =
  | { happened: "yes"; swap: SeenSwap }
  | { happened: "no"; because: string; failedTask?: string }
  | { happened: "undecided"; because: string; settled: boolean };

/**
 * What became of a request that an intent speaks of. Where roles, task log and the cloud's own answer contradict each other, a person must look.
 * @internal
 */
export function verdict(
  intent: Intent,
  situation: Pick<Situation, "known" | "history" | "evidence" | "args">,
): Verdict {
  const { evidence, args } = situation;
  const age = evidence.now - Date.parse(intent.at);
  const undecided = (because: string): Verdict => ({ happened: "undecided", because, settled: age >= args.settleMs });
  const { own, after, failed } = swapsSince(intent, situation);
  const master = rolesOf(evidence)?.master;
  const isAway = master !== undefined && !startedFrom(intent, master.nodeId);
  if (own.length >= 2 || (failed && (own.length === 1 || intent.to)))
    return { happened: "yes", swap: oneOfSeveral(intent, failed ? [...own, failed] : own) };
  const task = own[0];
  const yes = (): Verdict => ({ happened: "yes", swap: seenOwn(intent, task, after.at(-1), evidence) });
  if (intent.to) return yes();
  if (intent.later) {
    // The run that made the later note had settled this one first, by the same evidence as it was then.
    if (task || !isSameNode(intent.later.from, intent.from)) return yes();
    return { happened: "no", because: "a later run of this resource found that nothing had come of it" };
  }
  if (task) {
    if (isAway || !master || after.length > 0) return yes();
    return undecided(
      `the task log says that a switchover was made (task ${task.id}), and the roles are as they were before it`,
    );
  }
  if (failed) {
    return {
      happened: "no",
      because: `the cloud's task ${failed.id} failed${failed.errorCode === undefined ? "" : ` (${failed.errorCode})`}`,
      failedTask: failed.id,
    };
  }
  if (isAway && after.length === 0) return yes();
  if (!master) return undecided("neither the roles nor the task log show what became of it");
  if (intent.accepted)
    return undecided("the cloud accepted the request, and neither the roles nor the task log show any effect");
  if (after.length > 0) {
    // Each switchover exchanges the two: those that were made later must explain where the master is now.
    const explained = hasOneStandby(evidence) && isAway === (after.length % 2 === 1);
    if (explained)
      return { happened: "no", because: "the switchovers made later explain the roles, and none was written for it" };
    return undecided("switchovers were made since, and which of them moved the master where can't be told");
  }
  if (age < args.settleMs) return undecided("the request may still be on its way");
  return {
    happened: "no",
    because: "the roles are unchanged, no task was written, and the time in which either could appear is over",
  };
}

const hasOneStandby = (evidence: Evidence): boolean => rolesOf(evidence)?.standbys.length === 1;

/** @param next the first switchover after it, by whomever */
function seenOwn(intent: Intent, task: Task | undefined, next: Task | undefined, evidence: Evidence): SeenSwap {
  const roles = rolesOf(evidence);
  const nodes = roles ? [roles.master, ...roles.standbys] : [];
  // With more than one standby nobody can say afterwards which was promoted, unless the run itself saw it.
  const other = nodes.length === 2 ? nodes.find((node) => !startedFrom(intent, node.nodeId)) : undefined;
  // Seen to have moved, and back: one of two exchanges was ours, and nobody can say which.
  const isBack = intent.to !== undefined && roles !== undefined && startedFrom(intent, roles.master.nodeId) && !next;
  const to = isBack ? undefined : (intent.to ?? (other && toRecorded(other)));
  const end = intent.later ? rfc3339(Date.parse(intent.later.at) - CLOCK_GRAIN_MS) : next?.createdAt;
  // Roles alone tell neither when nor by whom, unless the cloud took the request, or the run itself saw them change.
  const isDated = task !== undefined || intent.to !== undefined || intent.accepted === true;
  return {
    ...(isDated ? { at: task?.createdAt ?? intent.at } : {}),
    askedAt: intent.at,
    ...(task?.updatedAt === undefined ? {} : { endedAt: task.updatedAt }),
    ...(task === undefined ? {} : { taskId: task.id }),
    ...(task?.userName === undefined ? {} : { by: task.userName }),
    ...((roles || intent.to) && !isBack ? { from: intent.from } : {}),
    ...(to === undefined ? {} : { to }),
    own: true,
    ...(end === undefined ? {} : { before: { at: end, ...(to === undefined ? {} : { masterNodeId: to.nodeId }) } }),
    shownBy: task ? `task ${task.id}` : "the exchange of the roles",
  };
}

/** Ours and somebody else's within moments of each other: nothing tells which is which, so nothing is said about either. */
function oneOfSeveral(intent: Intent, tasks: readonly Task[]): SeenSwap {
  const taskIds = tasks.map((task) => task.id);
  const second = tasks.at(-2);
  return {
    at: intent.at,
    askedAt: intent.at,
    taskIds,
    own: true,
    ...(second ? { before: { at: second.createdAt } } : {}),
    shownBy: `one of the tasks ${taskIds.join(", ")}`,
  };
}

/**
 * Swap tasks, newest first, from the intent's request on: those that may be its own, and those that were made when it had had its time.
 * A failed one of the first kind is told apart.
 * @internal
 */
export function swapsSince(
  intent: Intent,
  { evidence, known, history, args }: Pick<Situation, "known" | "history" | "evidence" | "args">,
): { own: Task[]; after: Task[]; failed: Task | undefined } {
  if (!evidence.swaps.readable) return { own: [], after: [], failed: undefined };
  const from = Date.parse(intent.at) - CLOCK_GRAIN_MS;
  // The last record's end is known to the grain only; too many candidates do less harm than none.
  const until = known.until === undefined ? -Infinity : Date.parse(known.until) - CLOCK_GRAIN_MS;
  const settledAt = Date.parse(intent.at) + args.settleMs + CLOCK_GRAIN_MS;
  // What began after a later note of ours belongs to that one.
  const to = intent.later === undefined ? Infinity : Date.parse(intent.later.at) - CLOCK_GRAIN_MS;
  const taken = new Set(history.filter((record) => record.outcome !== "observed").map((record) => record.taskId));
  const since = evidence.swaps.value.filter((task) => {
    const at = Date.parse(task.createdAt);
    // What a refresh has merely noticed may well be ours.
    const isKnown = task.id === known.newestSwap?.taskId && task.id !== known.unclaimed?.taskId;
    // Over before the request was made: somebody's just before ours.
    const isEarlier = !isRunning(task) && Date.parse(task.updatedAt ?? "") < Date.parse(intent.at) - CLOCK_GRAIN_MS / 2;
    return !isEarlier && at >= from && at < to && at > until && !isKnown && !taken.has(task.id);
  });
  const isOwn = (task: Task): boolean => Date.parse(task.createdAt) <= settledAt;
  const done = since.filter((task) => !isFailed(task));
  return {
    own: done.filter(isOwn),
    after: done.filter((task) => !isOwn(task)),
    failed: since.find((task) => isFailed(task) && isOwn(task)),
  };
}

function isAccountedFor(task: Task, known: Known, history: readonly SwitchoverRecord[]): boolean {
  const at = Date.parse(task.createdAt);
  if (known.newestSwap && (task.id === known.newestSwap.taskId || at < Date.parse(known.newestSwap.at))) return true;
  // Also the task of a record that was made before the log had it.
  if (known.until !== undefined && at <= Date.parse(known.until)) return true;
  return history.some((record) => record.taskId === task.id && record.outcome !== "unconfirmed");
}

/** Swap tasks that no record accounts for, newest first; failed ones did nothing. @internal */
export function unaccountedSwaps({
  evidence,
  known,
  history,
}: Pick<Situation, "known" | "history" | "evidence">): Task[] {
  return evidence.swaps.readable
    ? evidence.swaps.value.filter((task) => !isFailed(task) && !isAccountedFor(task, known, history))
    : [];
}

/** The newest switchover that the stack does not know, or knows only from a refresh. @internal */
export function unknownSwap(situation: Pick<Situation, "known" | "history" | "evidence">): SeenSwap | undefined {
  const { evidence, known } = situation;
  const roles = rolesOf(evidence);
  const knownMaster = roles?.standbys.find((node) => node.nodeId === known.masterNodeId);
  const onlyStandby = roles?.standbys.length === 1 ? roles.standbys[0] : undefined;
  const guess = knownMaster ?? onlyStandby;
  const before = guess ? { probablyFrom: toRecorded(guess) } : {};
  // Where the roles differ from what was known, one exchange explains them best.
  const move = roles && knownMaster ? { from: toRecorded(knownMaster), to: toRecorded(roles.master) } : {};
  const tasks = unaccountedSwaps(situation);
  const task = tasks[0];
  if (task) {
    return {
      at: task.createdAt,
      ...(task.updatedAt === undefined ? {} : { endedAt: task.updatedAt }),
      taskId: task.id,
      ...(task.userName === undefined ? {} : { by: task.userName }),
      // It led from the known master only if that one was known before it began.
      ...(tasks.length === 1 && onlyStandby && task.createdAt > (known.masterSince ?? "9") ? move : {}),
      ...before,
      own: false,
      shownBy: `task ${task.id}`,
    };
  }
  if (knownMaster) return { ...move, ...before, own: false, shownBy: "the exchanged roles" };
  if (known.unclaimed) {
    const { at, taskId, by, fromNodeId } = known.unclaimed;
    return {
      at,
      ...(taskId === undefined ? {} : { taskId }),
      ...(by === undefined ? {} : { by }),
      ...(fromNodeId === undefined ? before : { probablyFrom: { nodeId: fromNodeId } }),
      own: false,
      shownBy: taskId === undefined ? "a refresh" : `task ${taskId}`,
    };
  }
  return undefined;
}
