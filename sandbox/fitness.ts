import type { Instance, Node } from "./instances.js";
import {
  busy,
  noneMayBePromoted,
  notRunning,
  swapFailed,
  swapNotSupported,
  workingOn,
  type Refusal,
} from "./refusal.js";
import type { Behaviour } from "./types.js";

/** Why a swap of this instance is not accepted now, or undefined. */
export function refuseSwap(instance: Instance, behaviour: Behaviour): Refusal | undefined {
  const modes = behaviour.readWriteSplitSwaps ? ["ha", "ha_rw_split"] : ["ha"];
  const standbys = instance.nodes.filter((node) => node.role === "slave");
  if (!modes.includes(instance.cacheMode) || standbys.length === 0) return swapNotSupported;
  if (standbys.every((node) => node.priority === 0)) return noneMayBePromoted;
  if (instance.running.length > 0) return busy(behaviour.busyCode);
  if (instance.status !== "RUNNING") return notRunning(instance.status);
  if (instance.task !== null) return workingOn(instance.task);
  // What the cloud says to an unhealthy standby is not documented; that the swap fails is the least to be assumed.
  return pickStandby(instance) ? undefined : swapFailed;
}

/** The standby to be promoted: of the healthy ones that may be, the one with the smallest priority number. */
export function pickStandby(instance: Instance): Node | undefined {
  return instance.nodes
    .filter((node) => node.role === "slave" && node.healthy && node.priority > 0)
    .toSorted((a, b) => a.priority - b.priority)[0];
}
