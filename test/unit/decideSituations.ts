import { ForbiddenError, type Instance, type Node, type Task } from "../../provider/dcs/index.js";
import type { Situation } from "../../provider/decide.js";
import { NoSingleMasterError, type Evidence } from "../../provider/evidence.js";
import type { Args } from "../../provider/inputs.js";
import type { Intent } from "../../provider/intent.js";
import { extendHistory, type RecordDraft, type SwitchoverRecord } from "../../provider/record.js";

/** The cloud's clock in every situation. */
export const NOW = Date.parse("2026-11-24T12:00:00.000Z");
/** A moment so many seconds ago. */
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

export const A: Node = {
  nodeId: "a".repeat(32),
  role: "master",
  ip: "10.0.0.5",
  availabilityZone: "az1",
  healthy: true,
};
export const B: Node = {
  nodeId: "b".repeat(32),
  role: "standby",
  ip: "10.0.0.6",
  availabilityZone: "az2",
  healthy: true,
};
export const C: Node = { ...B, nodeId: "c".repeat(32), ip: "10.0.0.7", availabilityZone: "az3" };

const instance: Instance = {
  id: "3f2c0000-0000-0000-0000-000000000000",
  name: "orders-cache",
  status: "RUNNING",
  cacheMode: "ha",
  availabilityZones: [],
};
const denied = new ForbiddenError({ code: "FORBIDDEN", what: "Reading", why: "not allowed", remedy: "" });
export const unreadable = { readable: false as const, error: denied };
export const inMotion = {
  readable: false as const,
  error: new NoSingleMasterError("2 nodes say that they are master"),
};

/** Roles with this node as master, and the others as standbys. */
export const roles = (master: Node, ...standbys: Node[]): Evidence["roles"] => ({
  readable: true,
  value: {
    master: { ...master, role: "master" },
    standbys: standbys.map((node) => ({ ...node, role: "standby" as const })),
  },
});
export const AB = roles(A, B);
export const BA = roles(B, A);

/** A task of the log that began so many seconds ago and took three. */
export const task = (id: string, seconds: number, patch: Partial<Task> = {}): Task => ({
  id,
  name: "masterStandbySwapJob",
  status: "SUCCESS",
  userName: "ops",
  createdAt: ago(seconds),
  updatedAt: ago(seconds - 3),
  ...patch,
});
export const log = (...tasks: Task[]): Evidence["swaps"] => ({ readable: true, value: tasks });

/** A note of ours, made so many seconds ago while A was master. */
export const intent = (seconds: number, patch: Partial<Intent> = {}): Intent => ({
  source: "journal",
  id: "note",
  triggersHash: "hash",
  fingerprint: "state",
  at: ago(seconds),
  from: { nodeId: A.nodeId },
  live: false,
  ...patch,
});

export const evidence = (patch: Partial<Evidence> = {}, instancePatch: Partial<Instance> = {}): Evidence => ({
  instance: { ...instance, ...instancePatch },
  roles: AB,
  swaps: log(),
  intents: [],
  now: NOW,
  ...patch,
});

export const args = (patch: Partial<Args> = {}): Args => ({
  instanceId: instance.id,
  triggers: { drill: "1" },
  switchOnCreate: true,
  intentTag: false,
  minIntervalMs: 0,
  adoptWindowMs: 900_000,
  acceptMs: 600_000,
  completeMs: 600_000,
  settleMs: 60_000,
  historyLimit: 20,
  connection: {},
  ...patch,
});

/** A due trigger of a stack that knows A as master; each test says what is different. */
export function situation(
  patch: Omit<Partial<Situation>, "args" | "evidence"> & { args?: Partial<Args>; evidence?: Evidence } = {},
): Situation {
  const { args: argsPatch, evidence: seen, ...rest } = patch;
  return {
    args: args(argsPatch),
    triggersHash: "hash",
    due: true,
    known: { version: 1, masterNodeId: A.nodeId, masterSince: ago(86_400) },
    history: [],
    own: [],
    evidence: seen ?? evidence(),
    ...rest,
  };
}

/** A history with one record. */
export const recorded = (patch: Partial<RecordDraft>): SwitchoverRecord[] =>
  extendHistory(
    [],
    [
      {
        instanceId: instance.id,
        outcome: "switched",
        performedAt: ago(600),
        timeSource: "request",
        trigger: {},
        attempts: 1,
        ...patch,
      },
    ],
    20,
  );
