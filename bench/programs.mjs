// @ts-check
// The programs that are compared. Each declares one resource, in plain JavaScript so that no compiler is timed.

/** @typedef {{ instanceId: string, endpoint: string, region: string, projectId: string }} Target */

/** Ours. @param {Target} target @param {Record<string, unknown>} [args] more arguments of the resource */
export function switchoverTrigger({ instanceId }, args = {}) {
  return `"use strict";
const { SwitchoverTrigger } = require("pulumi-dcs-switchover");
new SwitchoverTrigger("cache", ${JSON.stringify({ instanceId, triggers: { drill: "1" }, ...args })});
`;
}

/**
 * What one writes first: swap, then poll until the instance is idle, with the waits of the Terraform resource
 * (2 s, then every 10 s). It signs with our client, so that only the procedure differs.
 *
 * @param {Target} target
 */
export function naive({ instanceId, ...connection }) {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const provider = {
  async create(inputs) {
    const { connect } = require("pulumi-dcs-switchover/dcs");
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const client = await connect(inputs.connection);
    await client.swap(inputs.instanceId);
    for (let pause = 2_000; ; pause = 10_000) {
      await sleep(pause);
      const { status, task } = await client.showInstance(inputs.instanceId);
      if (status === "RUNNING" && task === undefined) break;
    }
    return { id: inputs.instanceId, outs: inputs };
  },
};
class Naive extends pulumi.dynamic.Resource {}
new Naive(provider, "cache", ${JSON.stringify({ instanceId, triggers: { drill: "1" }, connection })});
`;
}

/** The least that a dynamic resource costs: it does nothing. @param {Target} target */
export function noop({ instanceId }) {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const provider = { create: async (inputs) => ({ id: inputs.instanceId, outs: inputs }) };
class Noop extends pulumi.dynamic.Resource {}
new Noop(provider, "cache", ${JSON.stringify({ instanceId, triggers: { drill: "1" } })});
`;
}
