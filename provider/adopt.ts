import { closePending, settle } from "./book.js";
import { rfc3339 } from "./clock.js";
import { describeSeen, rolesOf, type SeenSwap, type Situation } from "./decide.js";
import type { Evidence } from "./evidence.js";
import { startedFrom } from "./intent.js";
import { toDraft, type RecordDraft, type RecordedNode } from "./record.js";
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
  if (!swap.own) run.book = closePending(run.book, "it did not happen", args.historyLimit);
  const { pending } = run.book.ledger;
  const newest = run.book.history[0];
  const isPending = pending?.triggersHash === triggersHash && newest?.outcome === "unconfirmed";
  const isObserved =
    newest?.outcome === "observed" &&
    swap.taskIds === undefined &&
    (swap.taskId === undefined || newest.taskId === undefined || newest.taskId === swap.taskId);
  const times =
    swap.at === undefined
      ? { performedAt: rfc3339(evidence.now), timeSource: "noticed" as const }
      : { performedAt: swap.at, timeSource: swap.taskId === undefined ? ("request" as const) : ("task" as const) };
  const durationMs =
    swap.endedAt === undefined || swap.at === undefined
      ? undefined
      : Math.max(0, Date.parse(swap.endedAt) - Date.parse(swap.at));
  const { from: _from, ...base } = isPending
    ? toDraft(newest)
    : { ...draftOf(run, "adopted", times.performedAt, times.timeSource), ...(swap.own ? { attempts: 1 } : {}) };
  const to = swap.to ?? masterOf(evidence, swap);
  const draft: RecordDraft = {
    ...base,
    ...times,
    outcome: "adopted",
    ...(swap.from === undefined ? {} : { from: whole(swap.from, evidence) }),
    ...(to === undefined ? {} : { to: whole(to, evidence) }),
    ...(durationMs === undefined || swap.endedAt === undefined ? {} : { completedAt: swap.endedAt, durationMs }),
    ...(swap.taskId === undefined ? {} : { taskId: swap.taskId }),
    ...(swap.by === undefined ? {} : { performedBy: swap.by }),
    note: swap.own
      ? `asked for by an earlier run of this resource that did not see its end; ${swap.shownBy} shows that it was made`
      : `not asked for by any run of this resource that is known here; ${swap.shownBy} shows it`,
  };
  say(run, `adopted the switchover made ${describeSeen(swap)}: nothing was sent`);
  run.book = settle(run.book, draft, {
    args,
    evidence,
    triggersHash,
    taskIds: swap.taskIds ?? [],
    noted: noteSettled(run, own),
    replacing: isPending || isObserved,
  });
  run.effects.trace("recorded", withoutWords(draft));
}

/** Where somebody's swap led to, if the roles still show it. */
function masterOf(evidence: Evidence, swap: SeenSwap): RecordedNode | undefined {
  const master = rolesOf(evidence)?.master;
  return master && swap.from && !startedFrom({ from: swap.from }, master.nodeId) ? toRecorded(master) : undefined;
}

/** A person who reads a record wants the address too, where the node is still there to ask. */
function whole(node: RecordedNode, evidence: Evidence): RecordedNode {
  const roles = rolesOf(evidence);
  const nodes = roles ? [roles.master, ...roles.standbys] : [];
  const found = nodes.find((item) => item.nodeId.startsWith(node.nodeId));
  return found && node.ip === undefined ? toRecorded(found) : node;
}
