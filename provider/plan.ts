import { describeNode, describeSeen, lastSwitchoverAt, type Decision, type Situation } from "./decide.js";
import { isFailed } from "./evidence.js";
import type { Args } from "./inputs.js";
import { describeWindow } from "./maintenanceWindow.js";
import type { Known, Reviewed } from "./state.js";
import { knownFrom } from "./switchover.js";

/** The reviewer's line, and the same for the machine. @internal */
export interface Plan {
  text: string;
  reviewed: Reviewed;
}

/**
 * Puts a decision into the one line that people review. Nothing in it changes with mere time: a plan that was saved in the morning is the
 * same in the maintenance window at night.
 * @param previous the recorded plan: an event that is planned again must not read the same, or a diff would not show it.
 * @internal
 */
export function toPlan(
  situation: Situation,
  decision: Exclude<Decision, { kind: "none" }>,
  busy: string | undefined,
  previous: string | undefined,
): Plan {
  const text = describe(situation, decision, busy);
  const { instance, roles } = situation.evidence;
  const reviewed: Reviewed = {
    kind: decision.kind === "wait" ? "unknown" : decision.kind,
    ...(roles.readable ? { fromNodeId: roles.value.master.nodeId } : {}),
    ...(decision.kind === "switch" ? { toNodeIds: decision.to.map((node) => node.nodeId) } : {}),
    status: instance.task === undefined ? instance.status : `${instance.status}, ${instance.task}`,
    known: knownThen(situation, decision, busy),
  };
  return { text: text === previous ? text.replace(`${instance.name}:`, `${instance.name} again:`) : text, reviewed };
}

/** Nothing could be looked at: the update itself will decide. @internal */
export function unknownPlan(why: string, known: Known): Plan {
  return { text: `unknown until update: ${why}`, reviewed: { kind: "unknown", known } };
}

/** The first look at an instance that is not to be switched over. @internal */
export function baselinePlan(): Plan {
  return {
    text: "none: the roles are recorded as they are, nothing is switched over",
    reviewed: { kind: "none", known: { version: 1 } },
  };
}

/** A change that asks for no switchover. @internal */
export function nonePlan(changed: readonly string[], previous: Reviewed | undefined, known: Known): Plan {
  // A chain of such changes keeps the one plan that had an effect, not every text since.
  const before = previous?.kind === "none" ? previous.before : previous;
  return {
    text:
      changed.length === 0 ? "none" : `none: only ${changed.join(", ")} ${changed.length > 1 ? "change" : "changes"}`,
    reviewed: { kind: "none", known, ...(before ? { before } : {}) },
  };
}

function describe(
  situation: Situation,
  decision: Exclude<Decision, { kind: "none" }>,
  busy: string | undefined,
): string {
  const { instance, swaps } = situation.evidence;
  const { name } = instance;
  switch (decision.kind) {
    case "wait":
      return `unknown until update: ${decision.why}`;
    case "already-primary":
      return `none: the master of ${name} is already ${describeNode(decision.master)}`;
    case "adopt":
      return `adopt switchover of ${name} ${describeSeen(decision.swap).replace(/^at (?=\d)/, "of ")}${decision.swap.own ? " (an interrupted run of this stack)" : ""}`;
    case "refuse":
      return decision.refusal.why.includes(name)
        ? `refuse: ${decision.refusal.why}`
        : `refuse: ${name}: ${decision.refusal.why}`;
    case "switch": {
      const to = decision.to.map(describeNode);
      // Only the log tells when it was; what the stack remembers may have been followed by others.
      const last = swaps.readable && swaps.value.length > 0 ? lastSwitchoverAt(situation) : undefined;
      const notes = [
        last === undefined
          ? undefined
          : `last switched over ${new Date(last.at).toISOString()}${last.by === undefined ? "" : ` by ${last.by}`}`,
        busy === undefined ? undefined : `waits while ${busy}`,
        describeGuards(situation.args),
      ].filter((note) => note !== undefined);
      const target = to.length > 1 ? `one of ${to.join(", ")}` : (to[0] ?? "its standby, once one is healthy");
      return [`switch over ${name}: ${describeNode(decision.from)} -> ${target}`, ...notes].join("; ");
    }
  }
}

/** Whether a guard holds at this moment would be another text each hour, so it says only what is set. */
function describeGuards({ maintenanceWindow, override, minIntervalMs }: Args): string | undefined {
  if (override !== undefined) {
    const passed = [minIntervalMs > 0 ? "minInterval" : "", maintenanceWindow ? "maintenanceWindow" : ""];
    return `override is set, so ${passed.filter((guard) => guard !== "").join(" and ")} can't refuse it`;
  }
  return maintenanceWindow && `only in the maintenance window (${describeWindow(maintenanceWindow)})`;
}

/** What the stack will know of all that could be seen when the plan was made, once the planned action is on record. */
function knownThen({ evidence, known }: Situation, decision: Decision, busy: string | undefined): Known {
  if (decision.kind === "wait" || decision.kind === "refuse" || decision.kind === "none") return known;
  const { masterNodeId, masterSince, ...seen } = knownFrom(evidence, known);
  // Roles that are still to change are no reason to speak of another switchover later.
  const isMoving = decision.kind === "adopt" && busy !== undefined;
  // When it was first seen would be another time in each check, and a saved plan compares.
  const isOld = masterSince !== undefined && masterSince === known.masterSince;
  return {
    ...seen,
    ...(masterNodeId === undefined || isMoving ? {} : { masterNodeId }),
    ...(isOld && !isMoving ? { masterSince } : {}),
  };
}

/**
 * What the stack knows after the planned action was carried out, as far as a check can tell from its old inputs and what it sees now.
 * A switchover accounts for one swap: the first that followed. Whatever came later was somebody else's.
 * @internal
 */
export function knownAfter(reviewed: Reviewed, evidence: Situation["evidence"]): Known {
  if (reviewed.kind === "none") return reviewed.before ? knownAfter(reviewed.before, evidence) : reviewed.known;
  const { known, toNodeIds = [] } = reviewed;
  if (reviewed.kind !== "switch" && reviewed.kind !== "unknown") return known;
  const newer = evidence.swaps.readable
    ? evidence.swaps.value.filter(
        (task) => !isFailed(task) && (known.newestSwap === undefined || task.createdAt > known.newestSwap.at),
      )
    : [];
  const masterNow = evidence.roles.readable ? evidence.roles.value.master.nodeId : undefined;
  // What an update did whose plan was unknown can't be told: to take all as known shows a switchover where the update may find one to adopt, never the reverse.
  const own = reviewed.kind === "switch" ? newer.at(-1) : newer[0];
  const master = reviewed.kind === "switch" ? (toNodeIds.find((id) => id === masterNow) ?? toNodeIds[0]) : masterNow;
  const newestSwap = own ? { taskId: own.id, at: own.createdAt } : known.newestSwap;
  return {
    version: 1,
    ...(master === undefined ? {} : { masterNodeId: master }),
    ...(newestSwap === undefined ? {} : { newestSwap }),
  };
}
