import { knownFrom, othersMade, type Book } from "./book.js";
import { rfc3339 } from "./clock.js";
import { runningSwap } from "./decide.js";
import { type Evidence, rolesOf } from "./evidence.js";
import type { Args } from "./inputs.js";
import { extendHistory, type RecordDraft, type SwitchoverRecord } from "./record.js";
import { toRecorded, type Known } from "./state.js";

/**
 * The book after a refresh: switchovers made elsewhere are in it as `observed`, and what a later update needs as evidence is still there.
 * @internal
 */
export function refreshed(book: Book, evidence: Evidence, args: Args): Book {
  const { history, ledger } = book;
  // What is pending is for the next update to settle: its own swap must not pass for somebody else's here. What still runs may yet fail.
  if (ledger.pending || runningSwap(evidence) !== undefined)
    return { ...book, history: history.slice(0, args.historyLimit) };
  const observed = madeElsewhere(evidence, ledger.known, history, args);
  return {
    ...book,
    history: extendHistory(history, observed, args.historyLimit),
    ledger: { ...ledger, known: knownNow(evidence, ledger.known, observed) },
  };
}

/** Switchovers that no record accounts for: those that the task log tells of, or else the one that exchanged roles show. */
function madeElsewhere(
  evidence: Evidence,
  known: Known,
  history: readonly SwitchoverRecord[],
  args: Args,
): RecordDraft[] {
  const logged = othersMade({ evidence, known, history, args });
  if (logged.length > 0) return logged;
  const roles = rolesOf(evidence);
  if (!roles || known.masterNodeId === undefined || roles.master.nodeId === known.masterNodeId) return [];
  const from = roles.standbys.find((node) => node.nodeId === known.masterNodeId);
  return [
    {
      instanceId: args.instanceId,
      instanceName: evidence.instance.name,
      outcome: "observed",
      performedAt: rfc3339(evidence.now),
      timeSource: "noticed",
      ...(from ? { from: toRecorded(from) } : {}),
      to: toRecorded(roles.master),
      trigger: {},
      attempts: 0,
      note: "the roles were found exchanged, and no task tells when or by whom",
    },
  ];
}

/** What is seen now, with the newest switchover of others still there to satisfy a trigger. */
function knownNow(evidence: Evidence, before: Known, observed: readonly RecordDraft[]): Known {
  const last = observed.at(-1);
  const unclaimed: Known["unclaimed"] = last
    ? {
        at: last.performedAt,
        ...(last.taskId === undefined ? {} : { taskId: last.taskId }),
        ...(last.performedBy === undefined ? {} : { by: last.performedBy }),
        ...(before.masterNodeId === undefined ? {} : { fromNodeId: before.masterNodeId }),
      }
    : before.unclaimed;
  return { ...knownFrom(evidence, before), ...(unclaimed ? { unclaimed } : {}) };
}
