import { describeNode, describeSeen, lastSwitchoverAt, type Decision, type Situation } from "./decide.js";
import type { Known, Reviewed } from "./state.js";

/** The reviewer's line, and the same for the machine. @internal */
export interface Plan {
  text: string;
  reviewed: Reviewed;
}

/** Nothing is due. @internal */
export const PLAN_NONE = "none";

/**
 * Puts a decision into the one line that people review.
 * @param previous the recorded plan: an event that is planned again must not read the same, or a diff would not show it.
 * @internal
 */
export function toPlan(
  situation: Situation,
  decision: Decision,
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
    known: situation.known,
  };
  return {
    text: text === previous && decision.kind !== "none" ? text.replace(/^switch over/, "switch over again") : text,
    reviewed,
  };
}

/** Nothing could be looked at: the update itself will decide. @internal */
export function unknownPlan(why: string, known: Known): Plan {
  return { text: `unknown until update: ${why}`, reviewed: { kind: "unknown", known } };
}

/** A change that asks for no switchover. @internal */
export function nonePlan(previous: Reviewed | undefined, known: Known): Plan {
  // A chain of reasons keeps the one plan that had an effect, not every text since.
  const before = previous?.kind === "none" ? previous.before : previous;
  return { text: PLAN_NONE, reviewed: { kind: "none", known, ...(before ? { before } : {}) } };
}

function describe(situation: Situation, decision: Decision, busy: string | undefined): string {
  const name = situation.evidence.instance.name;
  switch (decision.kind) {
    case "none":
      return PLAN_NONE;
    case "wait":
      return `unknown until update: ${decision.why}`;
    case "already-primary":
      return `none: the master of ${name} is already ${describeNode(decision.master)}`;
    case "adopt":
      return `adopt switchover of ${name} ${describeSeen(decision.swap).replace(/^at (?=\d)/, "of ")}${decision.swap.own ? " (an interrupted run of this stack)" : ""}`;
    case "refuse":
      return `refuse: ${decision.refusal.why}`;
    case "switch": {
      const to = decision.to.map(describeNode);
      const last = lastSwitchoverAt(situation);
      const notes = [
        last === undefined
          ? undefined
          : `last switched over ${new Date(last.at).toISOString()}${last.by === undefined ? "" : ` by ${last.by}`}`,
        busy === undefined ? undefined : `waits while ${busy}`,
        decision.overridden.length === 0 ? undefined : `overrides ${decision.overridden.join(" and ")}`,
      ].filter((note) => note !== undefined);
      const target = to.length === 1 ? to[0] : `one of ${to.join(", ")}`;
      return `switch over ${name}: ${describeNode(decision.from)} -> ${target}${notes.length === 0 ? "" : `; ${notes.join("; ")}`}`;
    }
  }
}

/**
 * What the stack knows after the planned action was carried out, as far as a check can tell from its old inputs and what it sees now.
 * The action accounts for one swap at most: the first that followed. Whatever came later was somebody else's.
 * @internal
 */
export function knownAfter(reviewed: Reviewed, evidence: Situation["evidence"]): Known {
  if (reviewed.kind === "none") return reviewed.before ? knownAfter(reviewed.before, evidence) : reviewed.known;
  const { known } = reviewed;
  const roles = evidence.roles.readable ? evidence.roles.value : undefined;
  if (reviewed.kind === "refuse") return known;
  const tasks = evidence.swaps.readable ? evidence.swaps.value : [];
  const newer = tasks.filter((task) => known.newestSwap === undefined || task.createdAt > known.newestSwap.at);
  const first = reviewed.kind === "switch" || reviewed.kind === "unknown" ? newer.at(-1) : newer[0];
  const newestSwap = first ? { taskId: first.id, at: first.createdAt } : known.newestSwap;
  const expected =
    reviewed.kind === "switch"
      ? (reviewed.toNodeIds?.find((id) => id === roles?.master.nodeId) ?? reviewed.toNodeIds?.[0])
      : reviewed.kind === "unknown"
        ? roles?.master.nodeId
        : reviewed.fromNodeId;
  return {
    version: 1,
    ...(expected === undefined ? {} : { masterNodeId: expected }),
    ...(newestSwap === undefined ? {} : { newestSwap }),
  };
}
