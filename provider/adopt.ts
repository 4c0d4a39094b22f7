import { closePending, settle } from "./book.js";
import { rfc3339 } from "./clock.js";
import { describeSeen, type SeenSwap, type Situation } from "./decide.js";
import { type Evidence, rolesOf } from "./evidence.js";
import { toDraft, type RecordDraft, type RecordedNode, type SwitchoverRecord, type TimeSource } from "./record.js";
import { draftOf, noteSettled, say, withoutWords, type Run } from "./run.js";
import { toRecorded } from "./state.js";

/**
 * Takes a switchover that was made already for the one that triggers ask for.
 * @param situation that was decided on; its triggers are today's, or those of an unconfirmed request
 * @internal
 */
export function adopt(
  run: Run,
  swap: SeenSwap,
  { evidence, triggersHash, own }: Pick<Situation, "evidence" | "triggersHash" | "own">,
): void {
  const { args } = run.task;
  // It is somebody's, or that of a later run, which had found that nothing came of the pending one.
  if (swap.askedAt !== run.book.ledger.pending?.at)
    run.book = closePending(run.book, "it did not happen", args.historyLimit);
  const { pending } = run.book.ledger;
  const newest = run.book.history[0];
  const isPending = pending?.triggersHash === triggersHash && newest?.outcome === "unconfirmed";
  const isObserved = newest?.outcome === "observed" && isSame(newest, swap);
  const times =
    swap.at === undefined
      ? { performedAt: rfc3339(evidence.now), timeSource: "noticed" as const }
      : { performedAt: swap.at, timeSource: sourceOf(swap) };
  const durationMs =
    swap.endedAt === undefined || swap.at === undefined
      ? undefined
      : Math.max(0, Date.parse(swap.endedAt) - Date.parse(swap.at));
  const { from: _from, ...base } = isPending
    ? toDraft(newest)
    : {
        ...(triggersHash === run.task.triggersHash
          ? draftOf(run, "adopted", times.performedAt, times.timeSource)
          : wordless(run, times)),
        ...(swap.own ? { attempts: 1 } : {}),
      };
  const draft: RecordDraft = {
    ...base,
    ...times,
    outcome: "adopted",
    // What a refresh saw happen still holds.
    ...(isObserved && !swap.own && newest.from !== undefined ? { from: newest.from } : {}),
    ...(isObserved && !swap.own && newest.to !== undefined ? { to: newest.to } : {}),
    ...(swap.from === undefined ? {} : { from: whole(swap.from, evidence) }),
    ...(swap.to === undefined ? {} : { to: whole(swap.to, evidence) }),
    ...(durationMs === undefined || swap.endedAt === undefined ? {} : { completedAt: swap.endedAt, durationMs }),
    ...(swap.taskId === undefined ? {} : { taskId: swap.taskId }),
    ...(swap.by === undefined ? {} : { performedBy: swap.by }),
    note: swap.own
      ? `an earlier run of this resource asked for it at ${swap.askedAt ?? "an unknown time"} and did not see its end; ${swap.shownBy} shows that it was made`
      : `not asked for by this run; ${swap.shownBy} shows it`,
  };
  say(run, `adopted the switchover made ${describeSeen(swap)}: nothing was sent`);
  run.book = settle(run.book, draft, {
    args,
    evidence,
    triggersHash,
    taskIds: swap.taskIds ?? [],
    noted: noteSettled(run, own),
    // An earlier request leaves what followed for today's triggers.
    ...(swap.before === undefined || triggersHash === run.task.triggersHash ? {} : { before: swap.before }),
    replacing: isPending || isObserved,
  });
  run.effects.trace("recorded", withoutWords(draft));
}

/** Whether a refresh has recorded just this switchover as seen. */
function isSame(observed: SwitchoverRecord, swap: SeenSwap): boolean {
  if (swap.taskIds !== undefined) return false;
  if (swap.taskId !== undefined || observed.taskId !== undefined) return swap.taskId === observed.taskId;
  return swap.to === undefined || observed.to === undefined || swap.to.nodeId === observed.to.nodeId;
}

function sourceOf(swap: SeenSwap): TimeSource {
  if (swap.taskId !== undefined) return "task";
  return swap.own ? "request" : "noticed";
}

/** Of an interrupted run for other triggers only their hash is known. */
function wordless(run: Run, times: { performedAt: string; timeSource: TimeSource }): RecordDraft {
  const { reason: _reason, requestedBy: _by, ...draft } = draftOf(run, "adopted", times.performedAt, times.timeSource);
  return { ...draft, trigger: {} };
}

/** A person who reads a record wants the address too, where the node is still there to ask. */
function whole(node: RecordedNode, evidence: Evidence): RecordedNode {
  const roles = rolesOf(evidence);
  const nodes = roles ? [roles.master, ...roles.standbys] : [];
  const found = nodes.find((item) => item.nodeId.startsWith(node.nodeId));
  return found && node.ip === undefined ? toRecorded(found) : node;
}
