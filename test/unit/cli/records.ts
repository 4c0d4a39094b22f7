import { extendHistory, type RecordDraft, type SwitchoverRecord } from "../../../provider/record.js";
import type { Entry } from "../../../cli/audit/entry.js";

export const INSTANCE = "3f2c1b6e-0000-4000-8000-000000000001";
export const [NODE_A, NODE_B] = [
  { nodeId: "a".repeat(32), ip: "10.0.0.5", availabilityZone: "az1" },
  { nodeId: "b".repeat(32), ip: "10.0.0.6", availabilityZone: "az2" },
];

/** A draft of a switchover that worked; `change` says what is different. */
export function draft(performedAt: string, change: Partial<RecordDraft> = {}): RecordDraft {
  return {
    instanceId: INSTANCE,
    instanceName: "orders-cache",
    outcome: "switched",
    performedAt,
    timeSource: "request",
    completedAt: new Date(Date.parse(performedAt) + 3_000).toISOString(),
    durationMs: 3_000,
    from: NODE_A,
    to: NODE_B,
    requestId: "r-1",
    trigger: { drill: "1" },
    attempts: 1,
    ...change,
  };
}

/** A true chain, newest first. */
export const chain = (...drafts: RecordDraft[]): SwitchoverRecord[] => extendHistory([], drafts, 1000);

export function entry(record: SwitchoverRecord, change: Partial<Entry> = {}): Entry {
  return {
    project: "caches",
    stack: "prod",
    resource: "orders",
    urn: "urn:pulumi:prod::caches::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::orders",
    found: "state",
    secret: false,
    record,
    ...change,
  };
}
