// @ts-check
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSandbox } from "pulumi-dcs-switchover/sandbox";
import * as v from "valibot";

import { numberText, spreadText } from "./markdown.mjs";
import { noop, switchoverTrigger } from "./programs.mjs";
import { createProject } from "./project.mjs";
import { ratiosOf, spreadOf } from "./statistics.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

const entries = /** @type {const} */ ([
  "@pulumi/pulumi",
  "pulumi-dcs-switchover",
  "pulumi-dcs-switchover/lifecycle",
  "pulumi-dcs-switchover/dcs",
]);

/**
 * What the package adds to a state, a process, and a disk.
 *
 * @param {{ engineBin: string, rounds: number, log: (line: string) => void }} options
 * @returns {Promise<import("./markdown.mjs").Part>}
 */
export async function measureSize({ engineBin, rounds, log }) {
  const state = await stateSizes(engineBin);
  log("state measured");
  const loads = await loadCosts(rounds * 2);
  log("loading measured");
  const disk = await diskSizes();
  const pulumi = loads.get("@pulumi/pulumi") ?? [];
  const timeOf = (/** @type {string} */ entry) => (loads.get(entry) ?? []).map(({ ms }) => ms);
  const heapOf = (/** @type {string} */ entry) => (loads.get(entry) ?? []).map(({ heap }) => heap / 1e6);
  const resource = ratiosOf(timeOf("pulumi-dcs-switchover"), timeOf("@pulumi/pulumi"));
  return {
    title: "Size",
    how:
      "State: bytes of JSON in `pulumi stack export` after one switchover. Loading: a fresh Node process for each `require`, in turns; memory is what the heap " +
      "holds more than before, after a collection. Disk: sums of file sizes, dependencies from the lock file as `npm install` would bring them.",
    tables: [
      {
        caption: "In the state",
        head: ["what", "ours, bytes", "no-op resource, bytes"],
        rows: [
          ["`__provider`", numberText(state.ours.provider), numberText(state.noop.provider)],
          ["one record", numberText(state.ours.record), ""],
          ["the whole resource, one record", numberText(state.ours.resource), numberText(state.noop.resource)],
        ],
      },
      {
        caption: "Loading",
        head: ["module", "ms", "of @pulumi/pulumi's", "heap, MB"],
        rows: entries.map((entry) => [
          `\`${entry}\``,
          spreadText(spreadOf(timeOf(entry)), 0),
          spreadText(ratiosOf(timeOf(entry), timeOf("@pulumi/pulumi")), 2),
          spreadText(spreadOf(heapOf(entry)), 1),
        ]),
      },
      {
        caption: "On disk",
        head: ["what", "kB", "packages"],
        rows: [
          ["tarball", numberText(disk.packed / 1e3), "1"],
          ["installed, alone", numberText(disk.unpacked / 1e3), "1"],
          [
            "installed, with its dependencies",
            numberText((disk.unpacked + disk.dependencies) / 1e3),
            numberText(disk.count + 1),
          ],
          [
            "@pulumi/pulumi with its dependencies, for comparison",
            numberText(disk.pulumi / 1e3),
            numberText(disk.pulumiCount),
          ],
        ],
      },
    ],
    notes: [
      "Most of the resource in the state is written twice by the engine's rules: what the next preview must know stands in the inputs, what the next update must know in the outputs, " +
        "and the newest record is `lastSwitchover` and the head of `history`. Each further record adds its own size, up to `historyLimit`.",
      "Three quarters of the time in which the verbs used to load was undici's; it is loaded with the first request now, so that an unchanged stack does without.",
      "Nearly all of the dependencies' size is undici, hono, valibot and csv-stringify. hono and csv-stringify serve the sandbox and the command, and are loaded only there.",
    ],
    goals: [
      {
        goal: "loading the resource takes at most 1.1 of @pulumi/pulumi alone, which it needs (median)",
        measured: spreadText(resource, 2),
        met: pulumi.length > 0 && resource.median <= 1.1,
      },
    ],
  };
}

const Resources = v.object({
  deployment: v.object({
    resources: v.array(
      v.looseObject({
        type: v.string(),
        inputs: v.optional(v.record(v.string(), v.unknown())),
        outputs: v.optional(v.looseObject({ lastSwitchover: v.optional(v.unknown()) })),
      }),
    ),
  }),
});

/** @param {string} engineBin */
async function stateSizes(engineBin) {
  const sandbox = await startSandbox({ swapSeconds: 0 });
  const project = createProject({ engineBin, cloudEnv: sandbox.env });
  const { url: endpoint, region, projectId } = sandbox;
  const target = { instanceId: sandbox.instances[0]?.id ?? "", endpoint, region, projectId };
  const measure = async (/** @type {string} */ program) => {
    project.write(program);
    await project.newStack({ "dcs:endpoint": endpoint, "dcs:region": region, "dcs:projectId": projectId });
    await project.pulumi("up", "--yes", "--skip-preview");
    const { output } = await project.pulumi("stack", "export");
    const { resources } = v.parse(Resources, JSON.parse(output)).deployment;
    const resource = resources.find(({ type }) => type.includes("dynamic"));
    if (resource === undefined) throw new Error("the state holds no dynamic resource");
    const bytes = (/** @type {unknown} */ value) => Buffer.byteLength(JSON.stringify(value ?? ""));
    return {
      provider: bytes(resource.inputs?.["__provider"]),
      record: bytes(resource.outputs?.lastSwitchover),
      resource: bytes(resource),
    };
  };
  try {
    return { ours: await measure(switchoverTrigger(target)), noop: await measure(noop(target)) };
  } finally {
    project.close();
    await sandbox.close();
  }
}

const Load = v.object({ ms: v.number(), heap: v.number() });

/** @param {number} rounds */
async function loadCosts(rounds) {
  /** @type {Map<string, v.InferOutput<typeof Load>[]>} */
  const costs = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < entries.length; turn += 1) {
      const entry = entries[(turn + round) % entries.length] ?? "@pulumi/pulumi";
      const script = `
        gc(); const before = process.memoryUsage().heapUsed; const began = performance.now();
        require(${JSON.stringify(entry)});
        const ms = performance.now() - began; gc();
        console.log(JSON.stringify({ ms, heap: process.memoryUsage().heapUsed - before }));`;
      const { stdout } = await run(process.execPath, ["--expose-gc", "-e", script], { cwd: repository });
      costs.set(entry, [...(costs.get(entry) ?? []), v.parse(Load, JSON.parse(stdout))]);
    }
  }
  return costs;
}

const Pack = v.tuple([v.object({ size: v.number(), unpackedSize: v.number() })]);
const Lock = v.object({
  packages: v.record(v.string(), v.object({ dependencies: v.optional(v.record(v.string(), v.string()), {}) })),
});

/**
 * Paths in the lock file of the named packages and all that they depend on, found as Node finds them.
 *
 * @param {v.InferOutput<typeof Lock>["packages"]} packages
 * @param {readonly string[]} names
 */
function closureOf(packages, names) {
  /** @type {Set<string>} */
  const found = new Set();
  const visit = (/** @type {string} */ from, /** @type {readonly string[]} */ wanted) => {
    for (const name of wanted) {
      let folder = from;
      while (folder !== "" && packages[`${folder}/node_modules/${name}`] === undefined) {
        folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
      }
      const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (found.has(path) || packages[path] === undefined) continue;
      found.add(path);
      visit(path, Object.keys(packages[path].dependencies));
    }
  };
  visit("", names);
  return [...found];
}

async function diskSizes() {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: repository });
  const [{ size, unpackedSize }] = v.parse(Pack, JSON.parse(stdout));
  const lock = v.parse(Lock, JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")));
  const shipped = closureOf(lock.packages, Object.keys(lock.packages[""]?.dependencies ?? {}));
  const pulumi = closureOf(lock.packages, ["@pulumi/pulumi"]);
  const sum = (/** @type {string[]} */ all) => all.reduce((total, path) => total + sizeOf(join(repository, path)), 0);
  return {
    packed: size,
    unpacked: unpackedSize,
    dependencies: sum(shipped),
    count: shipped.length,
    pulumi: sum(pulumi),
    pulumiCount: pulumi.length,
  };
}

/** Bytes of a package's own files. @param {string} folder @returns {number} */
function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules" && !entry.isSymbolicLink())
    .reduce((total, entry) => {
      const path = join(folder, entry.name);
      return total + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
    }, 0);
}
