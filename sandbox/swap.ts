import { randomUUID } from "node:crypto";
import { timestamp } from "./clock.js";
import { pickStandby } from "./fitness.js";
import { stableHex, type Instance, type Node, type Task } from "./instances.js";
import { swapFailed, type Refusal } from "./refusal.js";
import type { Behaviour, SwapEnding, SwapEntry } from "./types.js";
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
  taskRecord?: Behaviour["taskRecord"];
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

/**
 * Begins a swap of an instance that is fit for it, and sees it through by the behaviour that is in force now.
 * Its client may go away: the work goes on, as the cloud's does.
 */
export function startSwap(world: World, instance: Instance, request: SwapRequest): RunningSwap {
  const { swapEnding, rolesChangeAt, addresses, taskRecordDelaySeconds } = world.behaviour;
  const durationMs = (request.swapSeconds ?? world.behaviour.swapSeconds) * 1000;
  const shiftMs = (request.agoSeconds ?? 0) * 1000;
  const now = (): number => world.clock.now() - shiftMs;
  const master = instance.nodes.find((node) => node.role === "master");
  const standby = pickStandby(instance);
  if (!master || !standby) throw new Error(`instance ${instance.id} has no standby that could be promoted`);

  const startedAt = now();
  const job: Job = { id: newId(), status: "RUNNING", beginAt: startedAt };
  if (request.source === "async") world.jobs.set(job.id, job);
  const task = taskOf(request, job, world.behaviour);
  const record = request.taskRecord ?? world.behaviour.taskRecord;
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
    ...(record === "none" ? {} : { taskId: task.id }),
  };
  world.swaps.push(entry);
  instance.running.push(entry.id);
  if (record !== "none") {
    const delayMs = record === "late" ? taskRecordDelaySeconds * 1000 : 0;
    world.timers.after(delayMs, () => instance.tasks.push(task));
  }

  const changeRoles = (): void => {
    if (entry.endedAt !== undefined || !promote(instance, standby, addresses)) return;
    instance.updatedAt = now();
    entry.rolesChangedAt = timestamp(now());
  };

  const ended = new Promise<"done" | Refusal>((resolve) => {
    const end = (ending: SwapEnding): void => {
      if (entry.endedAt !== undefined || ending === "never-ends" || ending === "stays-busy") return;
      if (ending === "switched") changeRoles();
      const failure = ending === "task-fails" ? swapFailed : undefined;
      task.status = failure ? "FAILED" : "SUCCESS";
      task.updatedAt = now();
      job.status = failure ? "FAIL" : "SUCCESS";
      job.endAt = now();
      if (failure) {
        task.errorCode = failure.code;
        job.failReason = failure.message;
      }
      entry.endedAt = timestamp(now());
      entry.outcome = failure ? "failed" : entry.rolesChangedAt === undefined ? "roles-unchanged" : "switched";
      instance.running = instance.running.filter((id) => id !== entry.id);
      world.endings.delete(entry.id);
      resolve(failure ?? "done");
    };
    world.endings.set(entry.id, end);
    world.timers.after(durationMs * EXECUTING_AT, () => {
      if (task.status !== "CREATED") return;
      task.status = "EXECUTING";
      task.updatedAt = now();
    });
    const exchanges = swapEnding === "switched" || swapEnding === "stays-busy";
    if (exchanges) world.timers.after(durationMs * rolesChangeAt, changeRoles);
    world.timers.after(durationMs, () => end(swapEnding));
  });
  return { entry, job, ended };
}

function taskOf(request: SwapRequest, job: Job, behaviour: Behaviour): Task {
  return {
    id: newId(),
    name: "masterStandbySwapJob",
    status: "CREATED",
    ...(request.user === undefined ? {} : { userName: request.user, userId: stableHex(`user ${request.user}`) }),
    ...(request.source === "async" || behaviour.taskJobId ? { jobId: job.id } : {}),
    createdAt: job.beginAt,
    updatedAt: job.beginAt,
  };
}

/** Makes a node the master; false if it is already (an automatic failover in the middle may have done the work). */
function promote(instance: Instance, node: Node, addresses: Behaviour["addresses"]): boolean {
  const old = instance.nodes.find((other) => other.role === "master");
  if (!old || old === node) return false;
  old.role = "slave";
  node.role = "master";
  if (addresses === "move-with-role") [old.ip, node.ip] = [node.ip, old.ip];
  return true;
}
