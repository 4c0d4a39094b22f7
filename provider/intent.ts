import { canonicalHash } from "./canonical.js";
import type { RecordedNode } from "./record.js";
import type { Ledger, Pending } from "./state.js";

/**
 * A note made before a swap request is sent: if the process dies before the state holds the record, the next run finds it
 * and asks the cloud what became of the request instead of sending a second one.
 * @internal
 */
export interface Intent {
  /** Where the note was kept. */
  source: "state" | "journal" | "tag";
  /** Id of the journal's file; empty for the others. */
  id: string;
  triggersHash: string;
  /** Stack and name of the resource, hashed; a tag has no room for it. */
  owner?: string;
  /** Whose note it is, and what the state looked like then: see {@link fingerprintOf}. */
  fingerprint: string;
  /** When the request was about to be sent, by the cloud's clock (RFC 3339). */
  at: string;
  /** The master then. The tag keeps only the first eight characters of its node id. */
  from: RecordedNode;
  /** The process that made it still runs. */
  live: boolean;
  /** The cloud said that it took the request. */
  accepted?: boolean;
  /** The new master, as the run that asked saw it soon after. */
  to?: RecordedNode;
  /** The next note of ours on the same state: that run had settled this request before it made its own. */
  later?: { at: string; from: RecordedNode };
}

/** Whether the node was the master when the intent was noted. @internal */
export function startedFrom(intent: Pick<Intent, "from">, nodeId: string): boolean {
  return nodeId.startsWith(intent.from.nodeId);
}

/**
 * Which resource it is and what its state holds. The engine runs an interrupted update again with the same state, so this tells an interrupted
 * run from another stack's, and from a later switchover for the same triggers. A refresh in between does not change it, a record of ours does.
 * @param owner stack and name of the resource
 * @internal
 */
export function fingerprintOf(
  { ledger, switchoverCount }: { ledger: Pick<Ledger, "settled">; switchoverCount: number },
  owner = "",
): string {
  return canonicalHash([owner, ledger.settled, switchoverCount]);
}

/** An unconfirmed request that the state holds. @internal */
export function pendingIntent(pending: Pending, fingerprint: string): Intent {
  return {
    source: "state",
    id: "",
    triggersHash: pending.triggersHash,
    fingerprint,
    at: pending.at,
    from: pending.from,
    live: false,
    ...(pending.accepted === true ? { accepted: true } : {}),
    ...(pending.to === undefined ? {} : { to: pending.to }),
  };
}

/**
 * Requests of interrupted runs of this very trigger on this very state, the state's own first. A tag holds only the beginnings of both hashes.
 * @param noted every note that was found, also those of other triggers and other stacks
 * @internal
 */
export function ownIntents(
  noted: readonly Intent[],
  triggersHash: string,
  fingerprint: string,
  pending: Pending | undefined,
): Intent[] {
  const sameState = noted.filter((intent) => !intent.live && fingerprint.startsWith(intent.fingerprint));
  const own = [
    ...(pending?.triggersHash === triggersHash ? [pendingIntent(pending, fingerprint)] : []),
    ...sameState.filter((intent) => triggersHash.startsWith(intent.triggersHash)),
  ];
  return own.map((intent) => {
    const [next] = sameState.filter((other) => other.at > intent.at).sort((a, b) => (a.at < b.at ? -1 : 1));
    return next ? { ...intent, later: { at: next.at, from: next.from } } : intent;
  });
}

/** A tag's node id is cut short. @internal */
export const isSameNode = (a: RecordedNode, b: RecordedNode): boolean =>
  a.nodeId.startsWith(b.nodeId) || b.nodeId.startsWith(a.nodeId);
