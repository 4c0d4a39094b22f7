import type { RecordedNode } from "./record.js";

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
  /** What the state looked like when the note was made: the engine runs an interrupted update again with the same state. */
  fingerprint: string;
  /** When the request was about to be sent, by the cloud's clock (RFC 3339). */
  at: string;
  /** The master then. The tag keeps only the first eight characters of its node id. */
  from: RecordedNode;
  /** The process that made it still runs. */
  live: boolean;
}

/** Whether the node was the master when the intent was noted. @internal */
export function startedFrom(intent: Pick<Intent, "from">, nodeId: string): boolean {
  return nodeId.startsWith(intent.from.nodeId);
}
