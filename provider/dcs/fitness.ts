import type { Instance, Node } from "./types.js";

/** Whether a switchover could be made now. @public */
export type Fitness =
  | { fit: true }
  | {
      fit: false;
      code: UnfitCode;
      /** What was found. */
      reason: string;
      /** What to do. */
      remedy: string;
      /** True if waiting may help. */
      passing: boolean;
    };

/** Why an instance can't be switched over. @public */
export type UnfitCode =
  | "NOT_SUPPORTED"
  | "BROKEN"
  | "NOT_RUNNING"
  | "BUSY"
  | "NO_MASTER"
  | "NO_STANDBY"
  | "NO_HEALTHY_STANDBY"
  | "NO_PROMOTABLE_STANDBY";

/** Types whose master and standby can be exchanged. The console manual adds read/write splitting to the API page's master/standby. */
const SWITCHABLE = new Set(["ha", "ha_rw_split"]);

/** States that pass only if somebody acts. */
const STUCK = new Map(
  Object.entries({
    FROZEN: "Settle the account or lift the freeze first.",
    FREEZING: "Settle the account or lift the freeze first.",
    ERROR: "Have the instance repaired first (console, or the vendor's support).",
    CREATEFAILED: "The instance was never created; remove it and create another.",
    CLOSED: "Start the instance first.",
    DELETED: "The instance is gone.",
  }),
);

/**
 * Judges by what was observed; pure, and asks nobody. Nodes may come from `listNodes` or, with priorities, from
 * `listLogicalNodes`; pass undefined where they could not be read, and only the instance is judged.
 * @public
 */
export function fitness(instance: Instance, nodes: readonly Node[] | undefined): Fitness {
  const name = instance.name === "" ? instance.id : `${instance.name} (${instance.id})`;
  const unfit = (code: UnfitCode, reason: string, remedy: string, passing = false): Fitness => {
    return { fit: false, code, reason: `instance ${name} ${reason}`, remedy, passing };
  };
  const { cacheMode, status, task } = instance;

  if (cacheMode !== undefined && !SWITCHABLE.has(cacheMode)) {
    return unfit(
      "NOT_SUPPORTED",
      `is of type "${cacheMode}", which has no master and standby to exchange`,
      'Only "ha" and "ha_rw_split" instances can be switched over.',
    );
  }
  const stuck = STUCK.get(status);
  if (stuck !== undefined) return unfit("BROKEN", `is ${status}`, stuck);
  if (status !== "RUNNING") return unfit("NOT_RUNNING", `is ${status}, not RUNNING`, "Wait until it is RUNNING.", true);
  if (task !== undefined) return unfit("BUSY", `is busy with ${task}`, "Wait until the task is over.", true);
  return nodes === undefined ? { fit: true } : judgeNodes(nodes, unfit);
}

function judgeNodes(
  nodes: readonly Node[],
  unfit: (code: UnfitCode, reason: string, remedy: string, passing?: boolean) => Fitness,
): Fitness {
  const standbys = nodes.filter(({ role }) => role === "standby");
  if (!nodes.some(({ role }) => role === "master")) {
    return unfit("NO_MASTER", "shows no master", "Wait, or look at the instance in the console.", true);
  }
  if (standbys.length === 0) return unfit("NO_STANDBY", "has no standby", "Add a replica first.");
  const healthy = standbys.filter((node) => node.healthy);
  if (healthy.length === 0) {
    return unfit(
      "NO_HEALTHY_STANDBY",
      `has no healthy standby (${standbys.map(({ nodeId }) => nodeId).join(", ")} inactive)`,
      "Wait until a standby is Active, or have it repaired.",
      true,
    );
  }
  if (healthy.every(({ priority }) => priority === 0)) {
    return unfit(
      "NO_PROMOTABLE_STANDBY",
      "has only standbys with promotion priority 0, none of which may become master",
      "Give a standby a priority above 0.",
    );
  }
  return { fit: true };
}
