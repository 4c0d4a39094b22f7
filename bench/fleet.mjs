// @ts-check
import { recordHash } from "pulumi-dcs-switchover";

const DAY_MS = 24 * 3600 * 1000;

/**
 * An exported stack with one resource for each of the sandbox's instances and a full history in each, whose swaps stand in the
 * sandbox's task log too.
 *
 * @param {import("pulumi-dcs-switchover/sandbox").Sandbox} sandbox
 * @param {{ records: number }} options
 */
export function makeFleet(sandbox, { records }) {
  const resources = sandbox.instances.map((instance, index) => resourceOf(sandbox, instance, { index, records }));
  return { version: 3, deployment: { manifest: {}, resources } };
}

/**
 * @param {import("pulumi-dcs-switchover/sandbox").Sandbox} sandbox
 * @param {{ id: string, name: string }} instance
 * @param {{ index: number, records: number }} options
 */
function resourceOf(sandbox, { id: instanceId, name: instanceName }, { index, records }) {
  const nodes = ["a", "b"].map((zone, node) => ({
    nodeId: String(index * 2 + node).padStart(32, "0"),
    ip: `10.${index >> 8}.${index & 255}.${node + 5}`,
    availabilityZone: `sandbox-1${zone}`,
  }));
  const history = [];
  /** @type {string | null} */
  let previousHash = null;
  for (let at = 0; at < records; at += 1) {
    const agoMs = (records - at) * DAY_MS + index * 1000;
    const durationMs = 3_000 + ((index * 7 + at * 131) % 20_000);
    const performedAt = Date.now() - agoMs;
    const taskId = sandbox.addTask(instanceId, { name: "masterStandbySwapJob", agoSeconds: agoMs / 1000 });
    /** @type {Omit<import("pulumi-dcs-switchover").SwitchoverRecord, "hash">} */
    const record = {
      schema: 1,
      instanceId,
      instanceName,
      outcome: "switched",
      performedAt: new Date(performedAt).toISOString(),
      timeSource: "request",
      completedAt: new Date(performedAt + durationMs).toISOString(),
      durationMs,
      ...(nodes[at % 2] ? { from: nodes[at % 2] } : {}),
      ...(nodes[(at + 1) % 2] ? { to: nodes[(at + 1) % 2] } : {}),
      requestId: taskId.split("").toReversed().join(""),
      taskId,
      trigger: { drill: `${at + 1}` },
      reason: `Failover drill ${at + 1}, CHG-${1000 + at}`,
      performedBy: "sandbox-user",
      attempts: 1,
      previousHash,
    };
    const hash = recordHash(record);
    history.unshift({ ...record, hash });
    previousHash = hash;
  }
  const type = "pulumi-nodejs:dynamic/dcs:SwitchoverTrigger";
  const outputs = {
    instanceId,
    history,
    lastSwitchover: history[0],
    switchoverCount: records,
    master: nodes[records % 2],
  };
  return {
    urn: `urn:pulumi:prod::caches::${type}::cache-${index}`,
    type,
    id: instanceId,
    custom: true,
    inputs: { instanceId },
    outputs,
  };
}
