import { rfc3339 } from "./clock.js";
import type { Task as CloudTask } from "./dcs/index.js";
import { type SeenSwap, type Situation } from "./decide.js";
import { CLOCK_GRAIN_MS, type Evidence, isFailed, isRunning, rolesOf } from "./evidence.js";
import { unaccountedSwaps } from "./verdict.js";
import type { Args } from "./inputs.js";
import type { Intent } from "./intent.js";
import { extendHistory, toDraft, type RecordDraft, type SwitchoverRecord } from "./record.js";
import type { Known, Ledger } from "./state.js";

/** What the state holds about switchovers: the part that the procedure may change. Every change gives a new book. @internal */
export interface Book {
  history: SwitchoverRecord[];
  ledger: Ledger;
  switchoverCount: number;
}

/** @internal */
export interface Settlement {
  args: Args;
  evidence: Evidence;
  /** Hash of the triggers that the record satisfies. */
  triggersHash: string;
  /** Swap tasks that the record may be about: none of them is somebody else's. */
  taskIds: readonly string[];
  /** The record accounts for nothing from then on. */
  before?: SeenSwap["before"];
  /** Notes in the journal that the state makes superfluous once it holds the record. */
  noted: readonly string[];
  /** The record takes the place of the newest: what was unconfirmed or merely observed is now known. */
  replacing: boolean;
}

/** Takes a record that satisfies triggers, and with it all that the log tells of others. @internal */
export function settle(book: Book, draft: RecordDraft, settlement: Settlement): Book {
  const { args, triggersHash, taskIds, noted, replacing, before } = settlement;
  const evidence = before ? asOf(before.at, settlement.evidence) : settlement.evidence;
  const limit = args.historyLimit;
  const { pending: _pending, ...ledger } = book.ledger;
  const history = replacing ? book.history.slice(1) : book.history;
  const others = othersMade({ args, evidence, known: ledger.known, history }, draft, taskIds);
  // A short history must not lose our own record to somebody's newer one.
  const room = limit > 1 ? others.slice(1 - limit) : [];
  const drafts = [...room, draft].sort((a, b) => Date.parse(a.performedAt) - Date.parse(b.performedAt));
  return {
    history: extendHistory(book.history, drafts, limit, { replacing }),
    ledger: {
      ...ledger,
      known: {
        ...knownFrom(evidence, ledger.known),
        ...(before ? { masterNodeId: before.masterNodeId } : {}),
        until: endOf(draft, evidence, taskIds, before),
      },
      settled: triggersHash,
      noted: [...noted],
    },
    switchoverCount: book.switchoverCount + (draft.outcome === "switched" || draft.outcome === "adopted" ? 1 : 0),
  };
}

/** The log as it was at a moment. */
function asOf(moment: string, { swaps, ...evidence }: Evidence): Evidence {
  if (!swaps.readable) return { ...evidence, swaps };
  const value = swaps.value.filter((task) => Date.parse(task.createdAt) < Date.parse(moment));
  return { ...evidence, swaps: { readable: true, value } };
}

/** Up to when a record accounts for what the log may still show. */
function endOf(
  draft: RecordDraft,
  { swaps }: Evidence,
  taskIds: readonly string[],
  before: SeenSwap["before"],
): string {
  if (before) return rfc3339(Date.parse(before.at) - 1);
  const tasks = swaps.readable ? swaps.value.filter(({ id }) => taskIds.includes(id)) : [];
  const moments = [draft.completedAt ?? draft.performedAt, ...tasks.map((task) => task.createdAt)];
  // A task that the record names needs no allowance for clocks.
  const grainMs = draft.taskId === undefined ? CLOCK_GRAIN_MS : 0;
  return rfc3339(Math.max(...moments.map((moment) => Date.parse(moment))) + grainMs);
}

/** Takes a record that leaves the triggers due. @internal */
export function keep(book: Book, draft: RecordDraft, limit: number): Book {
  return { ...book, history: extendHistory(book.history, [draft], limit) };
}

/** Takes a request whose end is not known: the next update settles it before it does anything else. @internal */
export function leavePending(book: Book, draft: RecordDraft, intent: Intent, limit: number): Book {
  return {
    ...book,
    history: extendHistory(book.history, [draft], limit),
    ledger: {
      ...book.ledger,
      pending: {
        triggersHash: intent.triggersHash,
        at: intent.at,
        from: intent.from,
        ...(intent.accepted === true ? { accepted: true } : {}),
        ...(intent.to === undefined ? {} : { to: intent.to }),
      },
      // From here on the state itself speaks of the request.
      ...(intent.id === "" ? {} : { noted: [intent.id] }),
    },
  };
}

/** Closes an unconfirmed record of which evidence, or a person, says that nothing came. @internal */
export function closePending(book: Book, note: string, limit: number): Book {
  const { pending, ...ledger } = book.ledger;
  if (pending === undefined) return book;
  const newest = book.history[0];
  return {
    ...book,
    ledger,
    history:
      newest?.outcome === "unconfirmed"
        ? extendHistory(book.history, [{ ...toDraft(newest), outcome: "failed", note }], limit, { replacing: true })
        : book.history,
  };
}

/**
 * Swaps that the log shows and no record accounts for, oldest first, as records of what others did.
 * @param own a record about to be taken, which accounts for its own task; `ownTaskIds` where it may be one of several
 * @internal
 */
export function othersMade(
  situation: Pick<Situation, "args" | "evidence" | "known" | "history">,
  own?: RecordDraft,
  ownTaskIds: readonly string[] = [],
): RecordDraft[] {
  const { args, evidence, known, history } = situation;
  // With nothing to start from, the whole log would count as news: then only what could have been adopted does.
  const isFirst = history.length === 0 && known.masterNodeId === undefined && known.newestSwap === undefined;
  const since = isFirst ? evidence.now - args.adoptWindowMs : Number.NEGATIVE_INFINITY;
  return (
    unaccountedSwaps(situation)
      .filter((task) => Date.parse(task.createdAt) > since)
      // One that still runs may fail yet.
      .filter((task) => !isRunning(task) && !ownTaskIds.includes(task.id) && !(own && isTaskOf(task, own)))
      .map((task) => ({
        instanceId: args.instanceId,
        instanceName: evidence.instance.name,
        outcome: "observed" as const,
        performedAt: task.createdAt,
        timeSource: "task" as const,
        ...(task.updatedAt === undefined
          ? {}
          : {
              completedAt: task.updatedAt,
              durationMs: Math.max(0, Date.parse(task.updatedAt) - Date.parse(task.createdAt)),
            }),
        taskId: task.id,
        ...(task.userName === undefined ? {} : { performedBy: task.userName }),
        trigger: {},
        attempts: 0,
      }))
      .toReversed()
  );
}

const isTaskOf = (task: CloudTask, record: RecordDraft): boolean =>
  record.taskId === undefined
    ? Math.abs(Date.parse(task.createdAt) - Date.parse(record.performedAt)) <= CLOCK_GRAIN_MS
    : record.taskId === task.id;

/** What the stack knows once everything seen is on record; what could not be read stays as it was known. @internal */
export function knownFrom(evidence: Evidence, before: Known): Known {
  const newest = evidence.swaps.readable
    ? evidence.swaps.value.find((task) => !isFailed(task) && !isRunning(task))
    : undefined;
  const newestSwap = newest ? { taskId: newest.id, at: newest.createdAt } : before.newestSwap;
  // A switchover that is accounted for has moved the master to where nobody could look.
  const isSame = newestSwap?.taskId === before.newestSwap?.taskId;
  const masterNodeId = rolesOf(evidence)?.master.nodeId ?? (isSame ? before.masterNodeId : undefined);
  const since = masterNodeId === before.masterNodeId ? before.masterSince : rfc3339(evidence.now);
  return {
    version: 1,
    ...(masterNodeId === undefined ? {} : { masterNodeId, ...(since === undefined ? {} : { masterSince: since }) }),
    ...(newestSwap === undefined ? {} : { newestSwap }),
    ...(before.until === undefined ? {} : { until: before.until }),
  };
}
