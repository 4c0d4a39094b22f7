import ms from "ms";
import { fitness, type Node } from "./dcs/index.js";
import { isFailed, isRunning, NoSingleMasterError, rolesOf, withoutTasks, type Evidence } from "./evidence.js";
import type { Args, Place } from "./inputs.js";
import type { Intent } from "./intent.js";
import { describeMoment, describeWindow, isInside } from "./maintenanceWindow.js";
import type { RecordedNode, SwitchoverRecord } from "./record.js";
import type { Known } from "./state.js";
import { swapsSince, unknownSwap, verdict } from "./verdict.js";

/** What a decision is made of. Everything is a value: the same situation always gives the same decision. @internal */
export interface Situation {
  args: Args;
  /** Hash of `args.triggers`. */
  triggersHash: string;
  /** Whether the triggers ask for a switchover that was not made yet. */
  due: boolean;
  known: Known;
  history: readonly SwitchoverRecord[];
  /** Notes of earlier runs about a request whose end the state does not know; only those of this trigger and state. */
  own: readonly Intent[];
  /** A person's word on a request that no evidence settles (DCS_SWITCHOVER_RESOLVE). */
  resolution?: Resolution;
  evidence: Evidence;
}

/** @internal */
export type Resolution = "happened" | "did-not-happen";

/** A switchover that the evidence shows. @internal */
export interface SeenSwap {
  /** RFC 3339; undefined when only the exchanged roles show it. */
  at?: string;
  endedAt?: string;
  taskId?: string;
  /** Where several swaps were made at about the same time: all that this one may be. Then no single task or node is named. */
  taskIds?: string[];
  by?: string;
  from?: RecordedNode;
  to?: RecordedNode;
  /** The master before, if nothing has happened since that no log tells of: good enough for a guard, not for a record. */
  probablyFrom?: RecordedNode;
  /** Asked for by an interrupted run of ours, and when. */
  own: boolean;
  askedAt?: string;
  /** Where another switchover followed: what is seen from then on, this one does not account for. */
  before?: { at: string; masterNodeId?: string };
  /** What shows it, for the reader. */
  shownBy: string;
}

/** @internal */
export interface Refusal {
  code:
    | "NOT_FIT"
    | "UNEXPECTED_MASTER"
    | "PRIMARY_OUT_OF_REACH"
    | "MIN_INTERVAL"
    | "OUTSIDE_WINDOW"
    | "ROLES_UNREADABLE"
    | "UNRESOLVED"
    | "BUSY"
    | "NOT_AS_REVIEWED";
  why: string;
  remedy: string;
}

/** @internal */
export type Decision =
  | { kind: "none" }
  | { kind: "wait"; why: string }
  | { kind: "already-primary"; master: Node }
  | { kind: "adopt"; swap: SeenSwap }
  | { kind: "switch"; from: Node; to: Node[]; overridden: string[] }
  | { kind: "refuse"; refusal: Refusal };

const refuse = (code: Refusal["code"], why: string, remedy: string): Decision => ({
  kind: "refuse",
  refusal: { code, why, remedy },
});

/**
 * What to do about a trigger, given what is known and seen. An instance that is busy is for {@link busyWith}; decide speaks of an idle one.
 *
 * The order carries the promise: what may already have happened is settled before anything new is considered, and
 * guards come after evidence, so that no guard can refuse the record of something that was done.
 * @internal
 */
export function decide(asked: Situation): Decision {
  const interrupted = settleOwn(asked);
  if (interrupted) return interrupted;
  const situation = { ...asked, evidence: withoutTasks(asked.evidence, deniedTasks(asked)) };
  const { args, due, evidence } = situation;

  const roles = evidence.roles.readable ? evidence.roles.value : undefined;
  const unknown = unknownSwap(situation);
  const young = unknown && isYoung(unknown, args.adoptWindowMs, evidence.now) ? unknown : undefined;
  if (args.primary && roles && matches(roles.master, args.primary)) {
    // The master came here by a switchover that no record tells of: perhaps by an interrupted run of ours elsewhere.
    if (young && situation.known.masterNodeId !== roles.master.nodeId) return { kind: "adopt", swap: young };
    return due ? { kind: "already-primary", master: roles.master } : { kind: "none" };
  }
  if (!due && !args.primary) return { kind: "none" };

  // State mode asks for a place, not for an event: somebody's switchover away from that place satisfies nothing.
  const other = args.primary ? undefined : young;
  if (other) {
    if (args.expectedMaster && !(other.probablyFrom && matches(other.probablyFrom, args.expectedMaster))) {
      return refuse(
        "UNEXPECTED_MASTER",
        `somebody has switched over ${describeSeen(other)}, and the master before that is not known to be ${describePlace(args.expectedMaster)}`,
        "Look at who switched and why; then change expectedMaster to what is right now, or remove it.",
      );
    }
    return { kind: "adopt", swap: other };
  }

  const fit = fitness(evidence.instance, roles && [roles.master, ...roles.standbys]);
  // What passes by itself is for busyWith: a preview says that it waits, and an update does.
  if (!fit.fit && !fit.passing) return refuse("NOT_FIT", fit.reason, fit.remedy);
  if (!roles) {
    const reason = evidence.roles.readable ? "" : evidence.roles.error.message;
    return refuse(
      "ROLES_UNREADABLE",
      `the roles of the nodes can't be read, so neither an earlier switchover nor the end of a new one could be seen (${reason})`,
      "Grant dcs:instance:get, or wait until the cloud answers again. Redis 3.0 instances have no readable roles and can't be switched over by this resource.",
    );
  }
  if (args.expectedMaster && !matches(roles.master, args.expectedMaster)) {
    return refuse(
      "UNEXPECTED_MASTER",
      `the master is ${describeNode(roles.master)}, and expectedMaster asks for ${describePlace(args.expectedMaster)}`,
      "Look at who switched and why (dcs-switchover history); then change expectedMaster to what is right now.",
    );
  }
  const candidates = roles.standbys.filter((node) => node.healthy && node.priority !== 0);
  const to = args.primary ? candidates.filter((node) => matches(node, args.primary ?? {})) : candidates;
  if (args.primary && to.length === 0) {
    return refuse(
      "PRIMARY_OUT_OF_REACH",
      `primary asks for ${describePlace(args.primary)}, and no standby that may be promoted is there (${roles.standbys.map(describeNode).join(", ") || "there is no standby"})`,
      "Change primary to where a standby is, or add one there first.",
    );
  }
  const { violations, overridden } = guards(situation);
  const violation = violations[0];
  if (violation) return { kind: "refuse", refusal: violation };
  return { kind: "switch", from: roles.master, to, overridden };
}

/** What keeps a switchover of the instance from being asked for now, or undefined when it is idle. @internal */
export function busyWith(evidence: Evidence): string | undefined {
  const running = runningSwap(evidence);
  if (running) return running;
  const live = evidence.intents.find((intent) => intent.live);
  if (live) return `another process on this machine has been switching it since ${live.at}`;
  if (!evidence.roles.readable && evidence.roles.error instanceof NoSingleMasterError) return evidence.roles.error.why;
  const roles = rolesOf(evidence);
  const fit = fitness(evidence.instance, roles && [roles.master, ...roles.standbys]);
  return !fit.fit && fit.passing ? fit.reason : undefined;
}

/** A switchover that the task log shows as running, in words. @internal */
export function runningSwap({ swaps }: Evidence): string | undefined {
  const running = swaps.readable ? swaps.value.find(isRunning) : undefined;
  return running && `a switchover by ${running.userName ?? "somebody"} is running since ${running.createdAt}`;
}

/** A switchover that nothing dates can't be shown to be too old, and repeating is worse than adopting. */
function isYoung(swap: SeenSwap, adoptWindowMs: number, now: number): boolean {
  return adoptWindowMs > 0 && (swap.at === undefined || now - Date.parse(swap.at) < adoptWindowMs);
}

/** What earlier requests of ours ask for; undefined when there were none, or surely nothing came of them. */
function settleOwn(situation: Situation): Decision | undefined {
  const verdicts = situation.own.map((intent) => ({ intent, found: verdict(intent, situation) }));
  for (const { found } of verdicts) {
    if (found.happened === "yes") return { kind: "adopt", swap: found.swap };
  }
  for (const { intent, found } of verdicts) {
    if (found.happened !== "undecided") continue;
    // Not even a person can know before the request has had its time.
    if (!found.settled) return { kind: "wait", why: `a request of ${intent.at} is not settled: ${found.because}` };
    if (situation.resolution === "did-not-happen") continue;
    if (situation.resolution === "happened") {
      return {
        kind: "adopt",
        swap: {
          at: intent.at,
          askedAt: intent.at,
          from: intent.from,
          own: true,
          shownBy: "the word of the operator",
        },
      };
    }
    return refuse(
      "UNRESOLVED",
      `a switchover was asked for at ${intent.at}, and whether it happened can't be told: ${found.because}`,
      `Nothing is switched until it can. Look at the instance in the console; then run once with DCS_SWITCHOVER_RESOLVE=${situation.args.instanceId}=happened or =did-not-happen.`,
    );
  }
  return undefined;
}

/** Tasks of requests of which a person says that they did not happen: nobody else's either. @internal */
export function deniedTasks(situation: Situation): ReadonlySet<string> {
  if (situation.resolution !== "did-not-happen") return new Set();
  const open = situation.own.filter((intent) => verdict(intent, situation).happened === "undecided");
  return new Set(open.flatMap((intent) => swapsSince(intent, situation).own.map(({ id }) => id)));
}

function guards({ args, evidence, history, known }: Situation): { violations: Refusal[]; overridden: string[] } {
  const found: Refusal[] = [];
  const last = lastSwitchoverAt({ evidence, history, known });
  if (args.minIntervalMs > 0 && last !== undefined && evidence.now - last.at < args.minIntervalMs) {
    found.push({
      code: "MIN_INTERVAL",
      why: `the last switchover${last.by === undefined ? "" : ` (by ${last.by})`} was at ${new Date(last.at).toISOString()}, and minInterval asks for ${ms(args.minIntervalMs)} between two`,
      remedy: `Wait until ${new Date(last.at + args.minIntervalMs).toISOString()}, or set override to the reason why it can't wait.`,
    });
  }
  const window = args.maintenanceWindow;
  if (window && !isInside(window, evidence.now)) {
    found.push({
      code: "OUTSIDE_WINDOW",
      why: `it is ${describeMoment(evidence.now, window.timezone)} there, outside the maintenance window (${describeWindow(window)})`,
      remedy: "Wait for the window, or set override to the reason why it can't wait.",
    });
  }
  return args.override === undefined
    ? { violations: found, overridden: [] }
    : { violations: [], overridden: found.map((item) => item.code) };
}

/** When the instance was last switched over, by anyone, as far as log and records tell. @internal */
export function lastSwitchoverAt({
  evidence,
  history,
  known,
}: Pick<Situation, "evidence" | "history" | "known">): { at: number; by?: string } | undefined {
  const log = evidence.swaps.readable ? evidence.swaps.value.filter((task) => !isFailed(task)) : [];
  const moments = [
    ...log.map((task) => ({
      at: Date.parse(task.createdAt),
      ...(task.userName === undefined ? {} : { by: task.userName }),
    })),
    ...history
      .filter(
        (record) =>
          record.outcome === "switched" ||
          record.outcome === "adopted" ||
          record.outcome === "observed" ||
          record.outcome === "unconfirmed",
      )
      .map((record) => ({
        at: Date.parse(record.performedAt),
        ...(record.performedBy === undefined ? {} : { by: record.performedBy }),
      })),
    ...(known.newestSwap ? [{ at: Date.parse(known.newestSwap.at) }] : []),
  ];
  return moments.sort((a, b) => b.at - a.at)[0];
}

/** @internal */
export function matches(node: { nodeId: string; availabilityZone?: string | undefined }, place: Place): boolean {
  return (
    (place.nodeId === undefined || place.nodeId === node.nodeId) &&
    (place.availabilityZone === undefined || place.availabilityZone === node.availabilityZone)
  );
}

/** `10.0.0.5 (az1)`. @internal */
export function describeNode(node: {
  nodeId: string;
  ip?: string | undefined;
  availabilityZone?: string | undefined;
}): string {
  return `${node.ip ?? node.nodeId}${node.availabilityZone === undefined ? "" : ` (${node.availabilityZone})`}`;
}

/** @internal */
export function describePlace(place: Place): string {
  return [
    ...(place.availabilityZone === undefined ? [] : [`zone ${place.availabilityZone}`]),
    ...(place.nodeId === undefined ? [] : [`node ${place.nodeId}`]),
  ].join(", ");
}

/** `at 2026-11-23T10:02:11.000Z by ops`. @internal */
export function describeSeen(swap: SeenSwap): string {
  return `${swap.at === undefined ? "at an unknown time" : `at ${swap.at}`}${swap.by === undefined ? "" : ` by ${swap.by}`}`;
}
