import { randomUUID } from "node:crypto";
import type { Signer } from "./signature.js";
import type { Clock } from "./clock.js";
import { createTimers, type Timers } from "./timers.js";
import { createInstance, type Instance } from "./instances.js";
import { defaultBehaviour } from "./behaviour.js";
import type { Behaviour, InstanceSpec, SwapEnding, SwapEntry } from "./types.js";

/** All that the sandbox knows. Routes, admin and the in-process handle work on one and the same world. */
export interface World {
  readonly region: string;
  readonly projectId: string;
  readonly signers: Map<string, Signer>;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly instances: Map<string, Instance>;
  readonly jobs: Map<string, Job>;
  swaps: SwapEntry[];
  /** By swap id, what ends each one that is running. */
  readonly endings: Map<string, (ending: SwapEnding) => void>;
}

/** A job of the asynchronous API. Times in ms since the epoch. */
export interface Job {
  readonly id: string;
  status: "INIT" | "RUNNING" | "SUCCESS" | "FAIL";
  readonly beginAt: number;
  endAt?: number;
  failReason?: string;
}

export interface WorldSettings {
  region: string;
  projectId: string;
  signers: Signer[];
  instances: InstanceSpec[];
  behaviour: Partial<Behaviour>;
}

export function createWorld(settings: WorldSettings): World {
  const behaviour: Behaviour = { ...defaultBehaviour, ...settings.behaviour };
  const clock: Clock = { now: () => Date.now() + behaviour.clockOffsetSeconds * 1000 };
  const instances = settings.instances.map((spec, position) => createInstance(spec, position, clock.now()));
  return {
    region: settings.region,
    projectId: settings.projectId,
    signers: new Map(settings.signers.map((signer) => [signer.accessKey, signer])),
    behaviour,
    clock,
    timers: createTimers(),
    instances: new Map(instances.map((instance) => [instance.id, instance])),
    jobs: new Map(),
    swaps: [],
    endings: new Map(),
  };
}

/** 32 hex digits, as requests and tasks are named. */
export const newId = (): string => randomUUID().replaceAll("-", "");
