// Programs of every kind, in folders outside this repository, with the package installed as a user installs it.
import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { createWorkspace, resourcesOfKind, type Workspace } from "../engine/support/index.js";
import { install, type Installation } from "./support/installation.js";

let sandbox: Sandbox;
let instanceId: string;
const texts: unknown[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ swapSeconds: 0.3 });
  instanceId = sandbox.instances[0]?.id ?? "";
});
afterAll(() => sandbox.close());

const ARGS = (): string => `{ instanceId: ${JSON.stringify(instanceId)}, triggers: { run: "1" }, adoptWindow: "0" }`;
const project = (typescript = false): string =>
  `name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\n`;

/** Runs the program once, and once more to see that nothing is left to do. */
async function expectOneSwitchover(installation: Installation, files: Record<string, string>): Promise<Workspace> {
  const workspace = await createWorkspace({ sandbox, linkModules: false, files });
  symlinkSync(installation.modules, join(workspace.folder, "node_modules"));
  sandbox.clearJournal();
  await workspace.up();
  await workspace.up(["--expect-no-changes"]);
  expect(sandbox.swaps()).toMatchObject([{ outcome: "switched", source: "api" }]);
  const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
  texts.push(resource?.inputs["__provider"]);
  return workspace;
}

const cjs = (): string =>
  `const { SwitchoverTrigger } = require("pulumi-dcs-switchover");\nnew SwitchoverTrigger("cache", ${ARGS()});\n`;
const esm = (): string =>
  `import { SwitchoverTrigger } from "pulumi-dcs-switchover";\nexport const master = new SwitchoverTrigger("cache", ${ARGS()}).master;\n`;
const typed = (): string => `import { SwitchoverTrigger, type SwitchoverTriggerArgs } from "pulumi-dcs-switchover";
const args: SwitchoverTriggerArgs = ${ARGS()};
export const master = new SwitchoverTrigger("cache", args).master;
`;

describe("installed by npm", () => {
  let npm: Installation;
  beforeAll(async () => {
    npm = await install("npm");
  });
  afterAll(() => npm.remove());

  it("a CommonJS program performs a switchover", async () => {
    await expectOneSwitchover(npm, { "Pulumi.yaml": project(), "index.js": cjs() });
  });

  it("an ES module performs a switchover", async () => {
    const manifest = JSON.stringify({ name: "program", private: true, type: "module" });
    await expectOneSwitchover(npm, { "Pulumi.yaml": project(), "package.json": manifest, "index.js": esm() });
  });

  it("a TypeScript program, compiled by the engine as it runs, performs a switchover", async () => {
    await expectOneSwitchover(npm, { "Pulumi.yaml": project(true), "index.ts": typed() });
  });

  it("a TypeScript program that was compiled beforehand performs a switchover", async () => {
    const workspace = await createWorkspace({
      sandbox,
      linkModules: false,
      files: {
        "Pulumi.yaml": `${project()}main: out/index.js\n`,
        "source/index.ts": typed(),
        "tsconfig.json": JSON.stringify({
          compilerOptions: { module: "nodenext", strict: true, outDir: "out", rootDir: "source", types: ["node"] },
        }),
      },
    });
    symlinkSync(npm.modules, join(workspace.folder, "node_modules"));
    const tsc = join(npm.modules, "typescript/bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "-p", "."], { cwd: workspace.folder });
    sandbox.clearJournal();
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("a component of another package performs a switchover", async () => {
    const workspace = await expectOneSwitchover(npm, {
      "Pulumi.yaml": project(),
      "index.js": `const { DrilledCache } = require("cache-components");\nexports.master = new DrilledCache("orders", ${ARGS()}).master;\n`,
    });
    const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
    expect(resource?.urn).toContain(
      "cache-components:index:DrilledCache$pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::orders-drill",
    );
  });

  it("an inline program of the Automation API performs a switchover", async () => {
    const workspace = await createWorkspace({ linkModules: false });
    const script = `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { SwitchoverTrigger } = require("pulumi-dcs-switchover");
(async () => {
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      stackName: "inline",
      projectName: "inline",
      program: async () => {
        const drill = new SwitchoverTrigger("cache", ${ARGS()});
        return { lastSwitchover: drill.lastSwitchover };
      },
    },
    // The provider's code is looked for from here.
    { workDir: __dirname },
  );
  await stack.setAllConfig({
    "dcs:endpoint": { value: ${JSON.stringify(sandbox.url)} },
    "dcs:region": { value: ${JSON.stringify(sandbox.region)} },
  });
  const { outputs } = await stack.up();
  console.log(JSON.stringify(outputs.lastSwitchover.value));
})();
`;
    const path = join(npm.folder, "drill.js");
    writeFileSync(path, script);
    sandbox.clearJournal();
    const { stdout } = await promisify(execFile)(process.execPath, [path], {
      cwd: npm.folder,
      env: { ...workspace.env, ...sandbox.env },
    });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ outcome: "switched", instanceId });
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("installed by pnpm", () => {
  let pnpm: Installation;
  beforeAll(async () => {
    pnpm = await install("pnpm");
  });
  afterAll(() => pnpm.remove());

  it("a CommonJS program performs a switchover", async () => {
    await expectOneSwitchover(pnpm, { "Pulumi.yaml": project(), "index.js": cjs() });
  });
});

it("all of them have the same text in their state, under a kilobyte", () => {
  const [text, ...others] = new Set(texts);
  expect(others).toEqual([]);
  expect(Buffer.byteLength(String(text))).toBeLessThan(1024);
  expect(texts).toHaveLength(5);
});
