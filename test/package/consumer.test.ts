import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installTarball, packTarball, repository, type Consumer } from "./support/tarball.js";

const run = promisify(execFile);
const tsc = join(repository, "node_modules/typescript/bin/tsc");

let consumer: Consumer;
beforeAll(async () => {
  const tarball = await packTarball();
  consumer = await installTarball(tarball);
  tarball.remove();
  for (const name of ["program.ts", "program.mts"]) writeFileSync(join(consumer.folder, name), PROGRAM);
});
afterAll(() => consumer.remove());

/** Uses something of each entry, so that its declarations are read and checked. */
const PROGRAM = `
import { recordHash, SwitchoverTrigger, type SwitchoverRecord, type SwitchoverTriggerArgs } from "pulumi-dcs-switchover";
import { connect, type DcsClient, type Task } from "pulumi-dcs-switchover/dcs";
import { check, update } from "pulumi-dcs-switchover/lifecycle";
import { startSandbox, type Sandbox } from "pulumi-dcs-switchover/sandbox";

export const args: SwitchoverTriggerArgs = { instanceId: "x", triggers: { drill: "1" }, timeouts: { accept: "1m" } };
export const trigger = (): SwitchoverTrigger => new SwitchoverTrigger("cache", args);
export const hash = (record: SwitchoverRecord): string => recordHash(record);
export const tasks = async (client: DcsClient): Promise<Task[]> => client.listTasks("x");
export const sandbox = (): Promise<Sandbox> => startSandbox({ swapSeconds: 1 });
export const verbs = [check, update, connect];
// @ts-expect-error -- the types are there, not any
export const wrong: SwitchoverTriggerArgs = { instanceId: 1 };
`;

describe("a TypeScript program that uses the package", () => {
  it.each([
    { module: "nodenext", moduleResolution: "nodenext", file: "program.ts" },
    { module: "nodenext", moduleResolution: "nodenext", file: "program.mts" },
    { module: "node16", moduleResolution: "node16", file: "program.ts" },
    { module: "esnext", moduleResolution: "bundler", file: "program.ts" },
    { module: "commonjs", moduleResolution: "node10", file: "program.ts" },
  ])("compiles $file with moduleResolution $moduleResolution, declarations checked", async (options) => {
    const { module, moduleResolution, file } = options;
    const strict = ["--noEmit", "--strict", "--skipLibCheck", "false", "--exactOptionalPropertyTypes"];
    const how = ["--module", module, "--moduleResolution", moduleResolution, "--ignoreDeprecations", "6.0"];
    const args = [tsc, ...strict, ...how, "--target", "es2023", "--types", "node", file];
    const { stdout } = await run(process.execPath, args, { cwd: consumer.folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });
});

describe("exported names", () => {
  const namesOf = async (entry: string): Promise<{ required: string[]; imported: string[] }> => {
    const required = `console.log(JSON.stringify(Object.keys(require("${entry}")).sort()))`;
    // Named, not counted: Node finds the names of a CommonJS module by reading its text.
    const imported = `import * as all from "${entry}"; console.log(JSON.stringify(Object.keys(all).sort()))`;
    const [a, b] = await Promise.all([
      run(process.execPath, ["--input-type=commonjs", "-e", required], { cwd: consumer.folder }),
      run(process.execPath, ["--input-type=module", "-e", imported], { cwd: consumer.folder }),
    ]);
    return { required: JSON.parse(a.stdout) as string[], imported: JSON.parse(b.stdout) as string[] };
  };

  // Those of pulumi-dcs-switchover/dcs stand in its own tests; here it is enough that import finds what require does.
  it.each([
    { entry: "pulumi-dcs-switchover/dcs", names: undefined },
    { entry: "pulumi-dcs-switchover", names: ["SwitchoverTrigger", "recordHash"] },
    {
      entry: "pulumi-dcs-switchover/lifecycle",
      names: ["check", "create", "delete", "diff", "read", "update"],
    },
    { entry: "pulumi-dcs-switchover/sandbox", names: ["defaultBehaviour", "startSandbox"] },
  ])("of $entry are these, required or imported", async ({ entry, names }) => {
    const { required, imported } = await namesOf(entry);
    const own = required.filter((name) => name !== "__esModule");
    expect(own).toEqual(names ?? own);
    expect(own.length).toBeGreaterThan(1);
    expect(imported.filter((name) => !["default", "module.exports", "__esModule"].includes(name))).toEqual(own);
  });
});
