import * as v from "valibot";
import type { Instance, Node, Tag, Task } from "./types.js";

/** The cloud's examples mix text, numbers and booleans for one field. */
const text = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
/** A field that may be absent, null or odd: then it is left off, since nothing rests on it. */
const maybeText = v.fallback(v.optional(text), undefined);
const maybeNumber = v.fallback(
  v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.finite())),
  undefined,
);
const count = v.fallback(v.pipe(text, v.transform(Number), v.integer(), v.minValue(0)), -1);
const nonEmpty = v.pipe(text, v.minLength(1));

const tag = v.object({ key: text, value: v.fallback(text, "") });
/** Null when idle; a name in the known examples, and anything else is a sign of work as well. */
const busySign = v.pipe(
  v.unknown(),
  v.transform((value) => {
    if (value === undefined || value === null || value === "" || value === false) return undefined;
    return typeof value === "string" ? value : "a task without a name";
  }),
);

const instance = v.pipe(
  v.object({
    instance_id: nonEmpty,
    status: nonEmpty,
    name: v.fallback(text, ""),
    sub_status: maybeText,
    task: v.optional(busySign),
    cache_mode: maybeText,
    engine: maybeText,
    engine_version: maybeText,
    ip: maybeText,
    port: maybeNumber,
    capacity: maybeNumber,
    capacity_minor: maybeText,
    spec_code: maybeText,
    created_at: maybeText,
    // Spelled so in a single instance, `updated_at` in a list.
    update_at: maybeText,
    updated_at: maybeText,
    az_codes: v.fallback(v.array(text), []),
    tags: v.fallback(v.optional(v.array(tag)), undefined),
  }),
  v.transform((wire) =>
    compact<Instance>({
      id: wire.instance_id,
      name: wire.name,
      status: wire.status,
      subStatus: wire.sub_status,
      task: wire.task,
      cacheMode: wire.cache_mode,
      engine: wire.engine,
      engineVersion: wire.engine_version,
      ip: wire.ip,
      port: wire.port,
      capacityGb: capacityGb(wire.capacity, wire.capacity_minor),
      specCode: wire.spec_code,
      createdAt: wire.created_at,
      updatedAt: wire.update_at ?? wire.updated_at,
      availabilityZones: wire.az_codes,
      tags: wire.tags,
    }),
  ),
);

const replica = v.object({
  node_id: nonEmpty,
  replication_id: maybeText,
  replication_role: text,
  replication_ip: maybeText,
  az_code: maybeText,
  status: v.fallback(text, ""),
});

const groups = v.pipe(
  v.object({ group_list: v.array(v.object({ replication_list: v.array(replica) })) }),
  v.transform(({ group_list }) =>
    group_list
      .flatMap((group) => group.replication_list)
      .flatMap((wire) => toNode({ ...wire, role: wire.replication_role, ip: wire.replication_ip })),
  ),
);

const logicalNodes = v.pipe(
  v.object({
    nodes: v.array(
      v.object({
        node_id: nonEmpty,
        replication_id: maybeText,
        node_type: text,
        node_ip: maybeText,
        az_code: maybeText,
        status: v.fallback(text, ""),
        priority_weight: maybeNumber,
      }),
    ),
  }),
  v.transform(({ nodes }) =>
    nodes.flatMap((wire) =>
      toNode({ ...wire, role: wire.node_type, ip: wire.node_ip, priority: wire.priority_weight }),
    ),
  ),
);

const task = v.pipe(
  v.object({
    id: nonEmpty,
    name: v.fallback(text, ""),
    status: v.fallback(text, ""),
    user_name: maybeText,
    user_id: maybeText,
    created_at: v.pipe(
      text,
      v.check((value) => !Number.isNaN(Date.parse(value))),
    ),
    updated_at: maybeText,
    job_id: maybeText,
    error_code: maybeText,
  }),
  v.transform((wire) =>
    compact<Task>({
      id: wire.id,
      name: wire.name,
      status: wire.status,
      userName: wire.user_name,
      userId: wire.user_id,
      createdAt: instant(wire.created_at) ?? wire.created_at,
      updatedAt: instant(wire.updated_at),
      jobId: wire.job_id,
      errorCode: wire.error_code,
    }),
  ),
);

const project = v.object({ id: nonEmpty, name: text, enabled: v.fallback(v.boolean(), true) });

/** For answers without a body, or one that does not matter. */
export const noBody: v.GenericSchema<unknown, void> = v.pipe(
  v.unknown(),
  v.transform(() => undefined),
);

/** The shapes of the answers, as decoders. */
export const shapes = {
  instance,
  instances: v.object({ instances: v.array(instance), instance_num: count }),
  groups,
  logicalNodes,
  tasks: v.object({ tasks: v.array(task), task_count: count }),
  tags: v.pipe(
    v.object({ tags: v.array(tag) }),
    v.transform(({ tags }): Tag[] => tags),
  ),
  projects: v.pipe(
    v.object({ projects: v.array(project) }),
    v.transform(({ projects }) => projects),
  ),
};

/** @returns the value, or the path of the first field that is missing or of a wrong type (never what it held) */
export function decode<T>(
  shape: v.GenericSchema<unknown, T>,
  value: unknown,
): { ok: true; value: T } | { ok: false; where: string } {
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  return { ok: false, where: v.getDotPath(result.issues[0]) ?? "the whole" };
}

/** The wire's words for roles, and ours. */
const ROLES = new Map<string, Node["role"]>([
  ["master", "master"],
  ["slave", "standby"],
]);

function toNode(wire: {
  node_id: string;
  role: string;
  status: string;
  replication_id?: string | undefined;
  ip?: string | undefined;
  az_code?: string | undefined;
  priority?: number | undefined;
}): Node[] {
  const role = ROLES.get(wire.role.toLowerCase());
  // Proxies and whatever comes later hold no data that a switchover moves.
  if (role === undefined) return [];
  return [
    compact<Node>({
      nodeId: wire.node_id,
      replicationId: wire.replication_id,
      role,
      ip: wire.ip,
      availabilityZone: wire.az_code,
      healthy: wire.status.toLowerCase() === "active",
      priority: wire.priority,
    }),
  ];
}

/** Below 1 GB the size is in the minor part, as text such as ".125". */
function capacityGb(major: number | undefined, minor: string | undefined): number | undefined {
  const small = Number(minor);
  if (major === 0 && minor !== undefined && small > 0 && small < 1) return small;
  return major;
}

/** RFC 3339, UTC, milliseconds; the cloud also writes microseconds. */
function instant(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** Leaves off what is undefined. */
function compact<T extends object>(value: Loose<Required<T>>): T {
  // oxlint-disable-next-line no-unsafe-type-assertion -- what is left is what T leaves optional
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
