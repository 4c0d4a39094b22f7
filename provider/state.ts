import type { Node } from "./dcs/index.js";
import type { RecordedNode, SwitchoverRecord } from "./record.js";

/**
 * What the stack knows of the instance's switchovers. One copy lives in the outputs, as of the last record; another in the inputs, as of the
 * last check, because the engine shows a check nothing but inputs. Nothing in it changes with mere time: a saved plan compares it.
 * @internal
 */
export interface Known {
  version: 1;
  /** The node that was master after the last record. */
  masterNodeId?: string;
  /** When that was first seen. */
  masterSince?: string;
  /** The newest swap task that a record of ours accounts for. */
  newestSwap?: { taskId: string; at: string };
  /** Up to when the newest record that satisfied a trigger accounts for swaps, even if the log shows them only later. */
  until?: string;
  /** A switchover that a refresh noticed and that has satisfied no trigger yet. */
  unclaimed?: { at: string; taskId?: string; by?: string; fromNodeId?: string };
}

/** What was reviewed: the machine's copy of the `plan` text. @internal */
export interface Reviewed {
  kind: "switch" | "adopt" | "already-primary" | "none" | "refuse" | "unknown";
  fromNodeId?: string;
  toNodeIds?: string[];
  /** The instance's status and running task, so that a saved plan notices a change. */
  status?: string;
  /** What the stack knew then. */
  known: Known;
  /** Where this plan asks for nothing: the plan before it, whose effect `known` does not hold yet. */
  before?: Reviewed;
  /** Written by a refresh after an update that failed with something to keep: what is still to be done or found out. */
  unfinished?: {
    /** Whether the triggers among the inputs still ask for a switchover. */
    due: boolean;
    pending?: Omit<Pending, "triggersHash"> & { isOfTriggers: boolean };
  };
}

/** Settles whatever triggers are declared: a state that this package did not write tells of none, and must not cause a switchover. @internal */
export const ANY_TRIGGERS = "any";

/** An attempt whose end is not known. @internal */
export interface Pending {
  triggersHash: string;
  /** When the request was sent, by the cloud's clock. */
  at: string;
  from: RecordedNode;
  /** The cloud said that it took the request, so silence is no proof that nothing happened. */
  accepted?: boolean;
  /** The new master, where it was seen before the wait for the end was given up. */
  to?: RecordedNode;
}

/** Private part of the outputs. @internal */
export interface Ledger {
  version: 1;
  known: Known;
  /** Hash of the triggers that were last satisfied (or taken as a baseline); `null` while none is. */
  settled: string | null;
  pending?: Pending;
  /** Notes in the intent journal that this state makes superfluous. */
  noted?: string[];
  /** Words of a record were secret. */
  secret?: true;
}

/** Outputs as a state file holds them beside the arguments. @internal */
export interface State {
  plan?: string;
  lastSwitchover?: SwitchoverRecord;
  history: SwitchoverRecord[];
  switchoverCount: number;
  master?: RecordedNode;
  standbys: RecordedNode[];
  __ledger: Ledger;
}

/** Names of our own that stand among the inputs beside the arguments. @internal */
export const OWN_INPUTS: ReadonlySet<string> = new Set([
  "plan",
  "lastSwitchover",
  "history",
  "switchoverCount",
  "master",
  "standbys",
  "__provider",
  "__resource",
  "__stack",
  "__secret",
  "__import",
  "__reviewed",
  "__ledger",
  "__defaults",
]);

/** @internal */
export function toRecorded(node: Node): RecordedNode {
  return {
    nodeId: node.nodeId,
    ...(node.ip === undefined ? {} : { ip: node.ip }),
    ...(node.availabilityZone === undefined ? {} : { availabilityZone: node.availabilityZone }),
  };
}

/** The ledger of a state; without one, nothing is due. @internal */
export function ledgerOf(state: Readonly<Record<string, unknown>>): Ledger {
  return (state["__ledger"] as Ledger | undefined) ?? { version: 1, known: { version: 1 }, settled: ANY_TRIGGERS };
}

/** The history of a state; newest first. @internal */
export function historyOf(state: Readonly<Record<string, unknown>>): SwitchoverRecord[] {
  return (state["history"] as SwitchoverRecord[] | null | undefined) ?? [];
}
