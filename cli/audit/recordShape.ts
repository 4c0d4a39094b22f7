import * as v from "valibot";
import type { SwitchoverRecord } from "../../provider/record.js";

const Node = v.looseObject({
  nodeId: v.string(),
  ip: v.optional(v.string()),
  availabilityZone: v.optional(v.string()),
});

const instant = v.pipe(
  v.string(),
  v.check((text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)), "is not an RFC 3339 time"),
);
const text = v.optional(v.string());

/** A record as the provider writes it. Fields that a later minor version adds pass. */
const Record = v.looseObject({
  schema: v.literal(1),
  instanceId: v.string(),
  instanceName: text,
  outcome: v.string(),
  performedAt: instant,
  timeSource: v.string(),
  completedAt: v.optional(instant),
  durationMs: v.optional(v.number()),
  from: v.optional(Node),
  to: v.optional(Node),
  requestId: text,
  taskId: text,
  trigger: v.record(v.string(), v.unknown()),
  reason: text,
  requestedBy: text,
  override: text,
  performedBy: text,
  attempts: v.number(),
  note: text,
  previousHash: v.nullable(v.string()),
  hash: v.string(),
});

export type ParsedRecord =
  | { kind: "record"; record: SwitchoverRecord }
  | { kind: "newer"; schema: number }
  | { kind: "damaged"; why: string };

/** A record of a state, or what is wrong with it. The reason names a field and never repeats what it held. */
export function parseRecord(value: unknown): ParsedRecord {
  if (typeof value !== "object" || value === null) return { kind: "damaged", why: "it is not an object" };
  const schema = "schema" in value ? value.schema : undefined;
  if (typeof schema === "number" && schema > 1) return { kind: "newer", schema };
  const parsed = v.safeParse(Record, value, { abortEarly: true });
  if (!parsed.success)
    return { kind: "damaged", why: `its field ${v.getDotPath(parsed.issues[0]) ?? "?"} is missing or wrong` };
  // Outcomes of a later minor version are shown as they are, so the type says a little more than is checked.
  return { kind: "record", record: parsed.output as unknown as SwitchoverRecord };
}
