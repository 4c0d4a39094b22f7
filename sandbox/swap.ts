import { randomUUID } from "node:crypto";
import { timestamp } from "./clock.js";
import type { Instance, Node, Task } from "./instances.js";
import {
  busy,
  noneMayBePromoted,
  notRunning,
  swapFailed,
  swapNotSupported,
  workingOn,
  type Refusal,
} from "./refusal.js";
import type { SwapEntry } from "./types.js";
import { newId, type Job, type World } from "./world.js";

/** Who asks for a swap, and how. */
export interface SwapRequest {
  source: SwapEntry["source"];
  /** Absent for an automatic failover. */
  user?: string;
  requestId?: string;
  /** Overrides the behaviour's duration. */
  swapSeconds?: number;
  /** Overrides the behaviour's way of writing the task log. */
  taskRecord?: "at-once" | "late" | "none";
  /** Puts the start into the past, for a swap that is over already. */
  agoSeconds?: number;
}

export interface RunningSwap {
  entry: SwapEntry;
  job: Job;
  /** Settles when the swap ends; never for one that does not end. */
  ended: Promise<"done" | Refusal>;
}

/** The task passes from CREATED to EXECUTING at this fraction of the swap. */
const EXECUTING_AT = 0.1;

/** Why a swap of this instance is not accepted now, or undefined. */
export function refuseSwap(world: World, instance: Instance): Refusal | undefined {
  const modes = world.behaviour.readWriteSplitSwaps ? ["ha", "ha_rw_split"] : ["ha"];
  const standbys = instance.nodes.filter((node) => node.role === "slave");
  if (!modes.includes(instance.cacheMode) || standbys.length === 0) return swapNotSupported;
  if (standbys.every((node) => node.priority === 0)) return noneMayBePromoted;
  if (instance.running.length > 0) return busy(world.behaviour.busyCode);
  if (instance.status !== "RUNNING") return notRunning(instance.status);
  if (instance.task !== null) return workingOn(instance.task);
  // What the cloud says to an unhealthy standby is not documented; that the swap fails is the least that can be assumed.
  return pickStandby(instance) ? undefined : swapFailed;
}

/** Begins a swap that {@link refuseSwap} let pass, and sees it through by the behaviour that is in force now. */
export function startSwap(world: World, instance: Instance, request: SwapRequest): RunningSwap {
  const { swapEnding, rolesChangeAt, addresses, taskJobId, taskRecordDelaySeconds } = world.behaviour;
  const shiftMs = (request.agoSeconds ?? 0) * 1000;
  const now = (): number => world.clock.now() - shiftMs;
  const durationMs = (request.swapSeconds ?? world.behaviour.swapSeconds) * 1000;
  const master = instance.nodes.find((node) => node.role === "master");
  const standby = pickStandby(instance);
  if (!master || !standby) throw new Error(`instance ${instance.id} has no standby that could be promoted`);

  const startedAt = now();
  const job: Job = { id: newId(), status: "RUNNING", beginAt: startedAt };
  if (request.source === "async") world.jobs.set(job.id, job);
  const recordPolicy = request.taskRecord ?? world.behaviour.taskRecord;
  const task: Task = {
    id: newId(),
    name: "masterStandbySwapJob",
    status: "CREATED",
    ...(request.user === undefined ? {} : { userName: request.user, userId: userId(request.user) }),
    ...(request.source === "async" || taskJobId ? { jobId: job.id } : {}),
    createdAt: startedAt,
    updatedAt: startedAt,
  };
  const entry: SwapEntry = {
    id: randomUUID(),
    instanceId: instance.id,
    ...(request.requestId === undefined ? {} : { requestId: request.requestId }),
    at: timestamp(startedAt),
    fromNodeId: master.nodeId,
    toNodeId: standby.nodeId,
    ...(request.user === undefined ? {} : { user: request.user }),
    source: request.source,
    outcome: "running",
    ...(recordPolicy === "none" ? {} : { taskId: task.id }),
  };
  world.swaps.push(entry);
  instance.running.push(entry.id);
  if (recordPolicy !== "none") {
    const delayMs = recordPolicy === "late" ? taskRecordDelaySeconds * 1000 : 0;
    world.timers.after(delayMs, () => instance.tasks.push(task));
  }

  const setTask = (status: Task["status"]): void => {
    task.status = status;
    task.updatedAt = now();
  };
  const finish = (outcome: SwapEntry["outcome"], failure?: Refusal): void => {
    setTask(failure ? "FAILED" : "SUCCESS");
    if (failure) task.errorCode = failure.code;
    job.status = failure ? "FAIL" : "SUCCESS";
    job.endAt = now();
    if (failure) job.failReason = failure.message;
    entry.outcome = outcome;
    entry.endedAt = timestamp(now());
    instance.running = instance.running.filter((id) => id !== entry.id);
  };

  const ended = new Promise<"done" | Refusal>((resolve) => {
    world.timers.after(durationMs * EXECUTING_AT, () => setTask("EXECUTING"));
    const changesRoles = swapEnding === "switched" || swapEnding === "stays-busy";
    if (changesRoles) {
      world.timers.after(durationMs * rolesChangeAt, () => {
        promote(instance, standby, addresses);
        instance.updatedAt = now();
        entry.rolesChangedAt = timestamp(now());
      });
    }
    world.timers.after(durationMs, () => {
      switch (swapEnding) {
        case "switched":
          finish("switched");
          resolve("done");
          return;
        case "roles-unchanged":
          finish("roles-unchanged");
          resolve("done");
          return;
        case "task-fails":
          finish("failed", swapFailed);
          resolve(swapFailed);
          return;
        case "never-ends":
        case "stays-busy":
      }
    });
  });
  return { entry, job, ended };
}

/** The standby to be promoted: of the healthy ones that may be, the one with the smallest priority number. */
function pickStandby(instance: Instance): Node | undefined {
  return instance.nodes
    .filter((node) => node.role === "slave" && node.healthy && node.priority > 0)
    .toSorted((a, b) => a.priority - b.priority)[0];
}

/** Makes a node the master; nothing changes if it is (a failover in the middle may have done the work). */
function promote(instance: Instance, node: Node, addresses: "stay-with-node" | "move-with-role"): void {
  const old = instance.nodes.find((other) => other.role === "master");
  if (!old || old === node) return;
  old.role = "slave";
  node.role = "master";
  if (addresses === "move-with-role") [old.ip, node.ip] = [node.ip, old.ip];
}

const userId = (user: string): string => Buffer.from(user).toString("hex").padEnd(32, "0").slice(0, 32);
