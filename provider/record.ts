import { canonicalHash } from "./canonical.js";

/** A node of an instance, as a record keeps it. Nodes are told apart by `nodeId`: an address may move with the role. */
export interface RecordedNode {
  /** Id of the node, 32 hex digits: the only thing that stays with it. */
  nodeId: string;
  /** Its address when it was seen. */
  ip?: string;
  /** Code of its availability zone, such as `cn-north-4a`. */
  availabilityZone?: string;
}

/**
 * How a switchover ended.
 * - `switched`: this run's swap was accepted and the roles were seen exchanged
 * - `adopted`: a swap already made (an interrupted run of ours, or another's) satisfied the trigger
 * - `already-primary`: state mode, the master was where it must be
 * - `unconfirmed`: accepted or possibly accepted, and its end was not seen in time
 * - `failed`: it did not happen
 * - `observed`: made elsewhere, noticed by a refresh or on the way; it satisfied no trigger
 */
export type Outcome = "switched" | "adopted" | "already-primary" | "unconfirmed" | "failed" | "observed";

/**
 * What `performedAt` rests on: the cloud's task log, the cloud's clock when our request was sent (`request`), or only the moment at which
 * the exchanged roles were noticed (`noticed`): then the switchover is older than that.
 */
export type TimeSource = "task" | "request" | "noticed";

/** One switchover, as the stack keeps it. Times are RFC 3339 UTC with milliseconds, by the cloud's clock. */
export interface SwitchoverRecord {
  /** Version of this schema. */
  schema: 1;
  /** Id of the DCS instance. */
  instanceId: string;
  /** Its name at the time. */
  instanceName?: string;
  /** How it ended. */
  outcome: Outcome;
  /** When it was asked for or began. */
  performedAt: string;
  /** What `performedAt` rests on. */
  timeSource: TimeSource;
  /** When roles were exchanged and the instance was running and idle again. */
  completedAt?: string;
  /** From `performedAt` to `completedAt`, in ms. */
  durationMs?: number;
  /** The master before. */
  from?: RecordedNode;
  /** The master after. */
  to?: RecordedNode;
  /** `X-Request-Id` of the accepted request. */
  requestId?: string;
  /** Id of the cloud's background task. */
  taskId?: string;
  /** The `triggers` that caused it. */
  trigger: Record<string, string>;
  /** The resource's `reason` at the time. */
  reason?: string;
  /** The resource's `requestedBy` at the time. */
  requestedBy?: string;
  /** The resource's `override`, where it let this through. */
  override?: string;
  /** The user as the cloud's task log names them. */
  performedBy?: string;
  /** Swap requests sent. */
  attempts: number;
  /** What a person should know of it, such as what is not certain. */
  note?: string;
  /** Hash of the record before this one; `null` in the first. */
  previousHash: string | null;
  /** SHA-256 (hex) of this record's canonical JSON without `hash`. */
  hash: string;
}

/** A record before it takes its place in the chain. @internal */
export type RecordDraft = Omit<SwitchoverRecord, "schema" | "previousHash" | "hash">;

/**
 * Hash of a record over its canonical JSON (sorted keys, no white space, `hash` itself left out).
 * @public
 */
export function recordHash(record: Omit<SwitchoverRecord, "hash"> & { hash?: string }): string {
  const { hash: _hash, ...rest } = record;
  return canonicalHash(rest);
}

/**
 * History with the drafts on top, oldest draft first, each chained to the one before, cut to `limit`.
 * With `replacing` they take the place of the newest record: what was unconfirmed is now known.
 * @internal
 */
export function extendHistory(
  history: readonly SwitchoverRecord[],
  drafts: readonly RecordDraft[],
  limit: number,
  { replacing = false }: { replacing?: boolean } = {},
): SwitchoverRecord[] {
  const newest = history[0];
  let head = (replacing ? newest?.previousHash : newest?.hash) ?? null;
  const records = drafts.map((draft) => {
    const record = chain(draft, head);
    head = record.hash;
    return record;
  });
  return [...records.toReversed(), ...history.slice(replacing ? 1 : 0)].slice(0, limit);
}

/** A record's draft again, to be amended. @internal */
export function toDraft(record: SwitchoverRecord): RecordDraft {
  const { schema: _schema, previousHash: _previous, hash: _hash, ...draft } = record;
  return draft;
}

function chain(draft: RecordDraft, previousHash: string | null): SwitchoverRecord {
  const defined = Object.fromEntries(
    Object.entries(draft).filter(([, value]) => value !== undefined),
  ) as unknown as RecordDraft;
  const record = { schema: 1 as const, ...defined, previousHash };
  return { ...record, hash: recordHash(record) };
}
