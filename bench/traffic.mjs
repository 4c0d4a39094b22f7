// @ts-check
import { startSandbox } from "pulumi-dcs-switchover/sandbox";

import { numberText } from "./markdown.mjs";
import { startMeter } from "./meter.mjs";
import { naive, switchoverTrigger } from "./programs.mjs";
import { createProject } from "./project.mjs";

/**
 * Requests and bytes of single commands. They are counts, not times: one round tells.
 *
 * @param {{ engineBin: string, log: (line: string) => void }} options
 * @returns {Promise<import("./markdown.mjs").Part>}
 */
export async function measureTraffic({ engineBin, log }) {
  const sandbox = await startSandbox({ instances: 8 });
  const meter = await startMeter(sandbox.url);
  const project = createProject({ engineBin, cloudEnv: sandbox.env });
  const { region, projectId } = sandbox;
  const targets = sandbox.instances
    .map(({ id }) => ({ instanceId: id, endpoint: meter.url, region, projectId }))
    .values();
  const nextTarget = () => {
    const { value } = targets.next();
    if (value === undefined) throw new Error("the sandbox has too few instances");
    return value;
  };
  /** @type {string[][]} */
  const rows = [];
  /** @type {Map<string, number>} */
  const requests = new Map();

  /** @param {string} what @param {string[]} command */
  const count = async (what, ...command) => {
    sandbox.clearJournal();
    meter.take();
    await project.pulumi(...command);
    const { connections, sent, received } = meter.take();
    const seen = sandbox.requests();
    requests.set(what, seen.length);
    /** @type {Map<string, number>} */
    const kinds = new Map();
    for (const { operation } of seen) kinds.set(operation, (kinds.get(operation) ?? 0) + 1);
    const list = Array.from(kinds, ([name, times]) => (times > 1 ? `${times} × ${name}` : name)).join(", ");
    rows.push([what, numberText(seen.length), numberText(sent), numberText(received), numberText(connections), list]);
    log(`${what}: ${seen.length} requests`);
  };
  /** @param {(target: import("./programs.mjs").Target) => string} program */
  const begin = async (program, target = nextTarget()) => {
    project.write(program(target));
    await project.newStack({ "dcs:endpoint": meter.url, "dcs:region": region, "dcs:projectId": projectId });
    return target;
  };
  const up = ["up", "--yes", "--skip-preview"];

  try {
    for (const seconds of [0, 3, 10]) {
      sandbox.setBehaviour({ swapSeconds: seconds });
      await begin(naive);
      await count(`naive: \`up\`, a swap of ${seconds} s`, ...up);
    }
    for (const seconds of [0, 10, 3]) {
      sandbox.setBehaviour({ swapSeconds: seconds });
      const target = await begin(switchoverTrigger);
      await count(`\`up\`, a swap of ${seconds} s`, ...up);
      if (seconds !== 3) continue;
      await count("`up`, nothing changed", "up", "--yes");
      await count("`preview`, nothing changed", "preview");
      project.write(switchoverTrigger(target, { reason: "another" }));
      await count("`preview`, the reason changed", "preview");
      await count("`up`, the reason changed", ...up);
      project.write(switchoverTrigger(target, { triggers: { drill: "2" } }));
      await count("`preview`, a trigger changed", "preview");
      await count("`up` with its preview, a trigger changed", "up", "--yes");
      await count("`refresh`", "refresh", "--yes", "--skip-preview");
    }
    sandbox.setBehaviour({ swapSeconds: 0 });
    const target = nextTarget();
    const primary = (/** @type {import("./programs.mjs").Target} */ to) =>
      switchoverTrigger(to, { triggers: undefined, primary: { availabilityZone: "sandbox-1b" } });
    await begin(primary, target);
    await project.pulumi(...up);
    await count("`up` with `primary`, the first after a switchover", ...up);
    await count("`up` with `primary`, nothing changed", ...up);
  } finally {
    project.close();
    meter.close();
    await sandbox.close();
  }
  rows.sort(([a], [b]) => Number(a?.startsWith("naive")) - Number(b?.startsWith("naive")));
  const quiet = (requests.get("`up`, nothing changed") ?? 1) + (requests.get("`preview`, nothing changed") ?? 1);
  return {
    title: "Requests and bytes",
    how:
      "Requests as the sandbox counts them; bytes and connections as they pass a wire before it, headers included (plain HTTP: TLS would add its own). " +
      "Ours unless it says naive. Without `--skip-preview`, `pulumi up` runs the program twice.",
    tables: [{ head: ["command", "requests", "bytes sent", "bytes received", "connections", "which"], rows }],
    notes: [
      "A waiting update asks for the roles alone, 0.5 kB to send and 1 kB to receive, and looks at status, roles and task log together each 2 s. The number grows with the logarithm of the time: " +
        "a swap of 10 s costs about twice the requests of one of 3 s, one of a minute two to three times as many as one of 10 s.",
      "The naive program asks less, sees no more than that the instance is idle, and keeps nothing of what it saw.",
      "Nearly all bytes sent are headers, and a signed request must have most of them.",
    ],
    goals: [{ goal: "an unchanged stack costs no request", measured: `${quiet}`, met: quiet === 0 }],
  };
}
