import { createFaults, type Faults } from "./faults.js";
import { createHolds, type Holds } from "./holds.js";
import { createJournal, type Journal } from "./journal.js";
import type { Instance, Task } from "./instances.js";
import { pickStandby, refuseSwap } from "./fitness.js";
import { startSwap } from "./swap.js";
import type { Behaviour, ExternalSwap, InstancePatch, SwapEnding, SwapEntry, TaskSpec } from "./types.js";
import { newId, type World } from "./world.js";

/** All that a test can do to a sandbox from outside the API; the in-process handle and the admin paths share it. */
export interface Controls {
  readonly world: World;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly holds: Holds;
  swaps(instanceId?: string): SwapEntry[];
  clearJournal(): void;
  setBehaviour(patch: Partial<Behaviour>): void;
  setInstance(instanceId: string, patch: InstancePatch): void;
  externalSwap(instanceId: string, how?: ExternalSwap): SwapEntry;
  endSwaps(instanceId: string, ending?: SwapEnding): void;
  addTask(instanceId: string, task: TaskSpec): string;
}

/** A wish that cannot be granted as things stand; the message says why. */
export class ControlError extends Error {}

export function createControls(world: World): Controls {
  const journal = createJournal(world.clock);

  const instanceOf = (id: string): Instance => {
    const instance = world.instances.get(id);
    if (instance) return instance;
    throw new ControlError(`no instance ${id}; there are ${[...world.instances.keys()].join(", ")}`);
  };

  return {
    world,
    journal,
    faults: createFaults(),
    holds: createHolds(),
    swaps: (instanceId) =>
      world.swaps
        .filter((swap) => instanceId === undefined || swap.instanceId === instanceId)
        .map((swap) => ({ ...swap })),
    clearJournal() {
      journal.clear();
      // What is still running must be able to end; its entry is only no longer shown.
      world.swaps = [];
    },
    setBehaviour(patch) {
      Object.assign(world.behaviour, patch);
    },
    setInstance(instanceId, patch) {
      const instance = instanceOf(instanceId);
      const { nodes, tags, ...fields } = patch;
      for (const change of nodes ?? []) {
        const role = change.node === "standby" ? "slave" : change.node;
        const targets = instance.nodes.filter((node) => node.nodeId === change.node || node.role === role);
        if (targets.length === 0) throw new ControlError(`instance ${instanceId} has no node ${change.node}`);
        for (const node of targets) {
          node.healthy = change.healthy ?? node.healthy;
          node.priority = change.priority ?? node.priority;
        }
      }
      if (tags) instance.tags = tags.map((tag) => ({ ...tag }));
      Object.assign(instance, fields);
      instance.updatedAt = world.clock.now();
    },
    externalSwap(instanceId, how = {}) {
      const instance = instanceOf(instanceId);
      const refusal = refuseSwap(instance, world.behaviour);
      // An automatic failover asks nobody and may come at any time, also in the middle of a swap.
      const possible = how.user === undefined ? pickStandby(instance) !== undefined : refusal === undefined;
      if (!possible) throw new ControlError(`${refusal?.code}: ${refusal?.message}`);
      const swap = startSwap(world, instance, {
        source: "external",
        ...(how.user === undefined ? { taskRecord: "none" as const } : { user: how.user }),
        ...(how.swapSeconds === undefined ? {} : { swapSeconds: how.swapSeconds }),
        ...(how.agoSeconds ? { agoSeconds: how.agoSeconds, swapSeconds: 0 } : {}),
      });
      return { ...swap.entry };
    },
    endSwaps(instanceId, ending = "switched") {
      for (const id of instanceOf(instanceId).running) world.endings.get(id)?.(ending);
    },
    addTask(instanceId, spec) {
      const instance = instanceOf(instanceId);
      const at = world.clock.now() - (spec.agoSeconds ?? 0) * 1000;
      const task: Task = {
        id: newId(),
        name: spec.name,
        status: spec.status ?? "SUCCESS",
        userName: spec.userName ?? "sandbox-user",
        createdAt: at,
        updatedAt: at,
      };
      instance.tasks.push(task);
      return task.id;
    },
  };
}
