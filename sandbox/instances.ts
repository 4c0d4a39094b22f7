import { createHash } from "node:crypto";
import type { CacheMode, InstanceSpec, Tag } from "./types.js";

/** An instance in the sandbox's books. */
export interface Instance {
  readonly id: string;
  name: string;
  cacheMode: CacheMode;
  /** Apart from what a running swap makes of it. */
  status: string;
  /** Other work than a swap that keeps it busy. */
  task: string | null;
  engineVersion: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly groupId: string;
  nodes: Node[];
  tags: Tag[];
  tasks: Task[];
  /** Ids of swaps that have not ended, oldest first. */
  running: string[];
}

export interface Node {
  readonly nodeId: string;
  readonly replicationId: string;
  readonly name: string;
  readonly zone: string;
  role: "master" | "slave";
  ip: string;
  healthy: boolean;
  /** 1 is promoted first, 0 never. */
  priority: number;
}

/** A record of the background task log. Times in ms since the epoch, by the sandbox's clock. */
export interface Task {
  readonly id: string;
  readonly name: string;
  status: "CREATED" | "WAITING" | "EXECUTING" | "SUCCESS" | "FAILED";
  readonly userName?: string;
  readonly userId?: string;
  readonly jobId?: string;
  readonly createdAt: number;
  updatedAt: number;
  errorCode?: string;
}

const NAMES = ["orders-cache", "sessions-cache"];
const ZONES = ["sandbox-1a", "sandbox-1b"];

/** Builds the instance at a position (0 is the first): the same spec gives the same ids in every run. */
export function createInstance(spec: InstanceSpec, position: number, now: number): Instance {
  const id = spec.id ?? stableUuid(`instance ${position}`);
  const cacheMode = spec.cacheMode ?? "ha";
  const zones = spec.zones?.length ? spec.zones : ZONES;
  const standbys = cacheMode === "single" ? 0 : (spec.standbys ?? 1);
  const nodes = Array.from({ length: 1 + standbys }, (_, index): Node => {
    const standby = index - 1;
    return {
      nodeId: stableHex(`node ${id} ${index}`),
      replicationId: stableUuid(`replication ${id} ${index}`),
      name: `dcs-node-${index}`,
      zone: zones[Math.min(index, zones.length - 1)] ?? "sandbox-1a",
      role: index === 0 ? "master" : "slave",
      ip: `192.168.${position}.${10 + index}`,
      healthy: index === 0 || (spec.standbyHealth?.[standby] ?? true),
      priority: index === 0 ? 100 : (spec.priorities?.[standby] ?? 100),
    };
  });
  return {
    id,
    name: spec.name ?? NAMES[position] ?? `sandbox-${position + 1}`,
    cacheMode,
    status: spec.status ?? "RUNNING",
    task: spec.task ?? null,
    engineVersion: spec.engineVersion ?? "6.0",
    createdAt: now - 86_400_000,
    updatedAt: now - 86_400_000,
    groupId: stableUuid(`group ${id}`),
    nodes,
    tags: spec.tags?.map((tag) => ({ ...tag })) ?? [],
    tasks: [],
    running: [],
  };
}

/** 32 hex digits that depend on the text alone. */
export const stableHex = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** The same as a version 4 UUID. */
export function stableUuid(text: string): string {
  const hex = stableHex(text);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
