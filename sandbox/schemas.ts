import * as v from "valibot";
import type { Behaviour, ExternalSwap, Fault, Hold, InstancePatch, TaskSpec } from "./types.js";

// Admin input comes from shell scripts and other languages' tests: what is misspelt must be said, not ignored.

const seconds = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const optional = v.exactOptional;
const times = optional(v.union([count, v.literal("unlimited")]));
const when = optional(v.picklist(["before", "after"]));
const swapEnding = v.picklist(["switched", "task-fails", "never-ends", "stays-busy", "roles-unchanged"]);
const tags = v.array(v.strictObject({ key: v.string(), value: v.string() }));

export const operationName = v.picklist([
  "swap",
  "asyncSwap",
  "showJob",
  "showInstance",
  "listInstances",
  "listGroups",
  "listNodes",
  "listTasks",
  "deleteTask",
  "changeTags",
  "listTags",
  "listProjects",
  "unknown",
  "any",
]);

export const behaviourPatch = v.strictObject({
  answer: optional(v.picklist(["at-once", "after-work"])),
  gatewayTimeoutSeconds: optional(seconds),
  swapSeconds: optional(seconds),
  rolesChangeAt: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  swapEnding: optional(swapEnding),
  statusDuringSwap: optional(v.string()),
  taskDuringSwap: optional(v.nullable(v.string())),
  taskRecord: optional(v.picklist(["at-once", "late", "none"])),
  taskRecordDelaySeconds: optional(seconds),
  taskJobId: optional(v.boolean()),
  taskLog: optional(v.picklist(["readable", "empty", "deleted", "forbidden", "unreadable"])),
  taskOrder: optional(v.picklist(["newest-first", "oldest-first"])),
  taskWindowName: optional(v.picklist(["start_time", "begin_time"])),
  wireTypes: optional(v.picklist(["examples", "models"])),
  addresses: optional(v.picklist(["stay-with-node", "move-with-role"])),
  groups: optional(v.picklist(["readable", "forbidden", "unreadable"])),
  busyCode: optional(v.string()),
  readWriteSplitSwaps: optional(v.boolean()),
  projects: optional(v.picklist(["one", "none", "several"])),
  clockOffsetSeconds: optional(v.number()),
  lockKeyAfterFailures: optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
}) satisfies v.GenericSchema<unknown, Partial<Behaviour>>;

const status = optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)));
const scope = {
  operation: operationName,
  instanceId: optional(v.string()),
  times,
  skip: optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  delayMs: optional(v.pipe(v.number(), v.minValue(0))),
  when,
};

export const fault = v.variant("kind", [
  v.strictObject({
    ...scope,
    kind: v.picklist(["drop", "reset", "hang", "delay", "truncate", "cut", "reset-mid-answer"]),
  }),
  v.strictObject({
    ...scope,
    kind: v.literal("answer"),
    status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
    errorCode: optional(v.string()),
    errorMessage: optional(v.string()),
    body: optional(v.union([v.string(), v.record(v.string(), v.unknown())])),
    headers: optional(v.record(v.string(), v.string())),
  }),
  v.strictObject({ ...scope, kind: v.picklist(["garbage", "html"]), status }),
  v.strictObject({ ...scope, kind: v.literal("huge"), status, bytes: optional(v.pipe(count, v.minValue(64))) }),
  v.strictObject({
    ...scope,
    kind: v.literal("redirect"),
    status: optional(v.picklist([301, 302, 303, 307, 308])),
    location: v.string(),
  }),
  v.strictObject({ ...scope, kind: v.literal("trickle"), chunkBytes: optional(count), everyMs: optional(count) }),
]) satisfies v.GenericSchema<unknown, Fault>;

export const hold = v.strictObject({
  operation: operationName,
  instanceId: optional(v.string()),
  when,
  times,
}) satisfies v.GenericSchema<unknown, Hold>;

export const release = v.strictObject({
  operation: optional(operationName),
  how: optional(v.picklist(["go", "discard"])),
});

export const instancePatch = v.strictObject({
  name: optional(v.string()),
  status: optional(v.string()),
  task: optional(v.nullable(v.string())),
  cacheMode: optional(v.picklist(["single", "ha", "ha_rw_split", "proxy", "cluster"])),
  engineVersion: optional(v.string()),
  tags: optional(tags),
  nodes: optional(
    v.array(
      v.strictObject({
        node: v.string(),
        healthy: optional(v.boolean()),
        priority: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))),
      }),
    ),
  ),
}) satisfies v.GenericSchema<unknown, InstancePatch>;

export const externalSwap = v.strictObject({
  instanceId: v.string(),
  user: optional(v.string()),
  swapSeconds: optional(seconds),
  agoSeconds: optional(seconds),
}) satisfies v.GenericSchema<unknown, ExternalSwap & { instanceId: string }>;

export const endSwaps = v.strictObject({ ending: optional(swapEnding) });

export const taskSpec = v.strictObject({
  name: v.string(),
  status: optional(v.picklist(["CREATED", "WAITING", "EXECUTING", "SUCCESS", "FAILED"])),
  userName: optional(v.string()),
  agoSeconds: optional(seconds),
}) satisfies v.GenericSchema<unknown, TaskSpec>;
