// @ts-check
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "../scripts/demo/command.mjs";
import { createWorkspace } from "../scripts/demo/workspace.mjs";

/**
 * @typedef {object} Project
 * @property {(program: string) => void} write replaces the program
 * @property {(config: Record<string, string>) => Promise<void>} newStack makes an empty stack and works on it from now on
 * @property {(...args: string[]) => Promise<{ output: string, ms: number, endedAt: number }>} pulumi
 * @property {() => void} close
 */

/**
 * A plain JavaScript project in a temporary folder, driven by the real engine; its commands are timed from start to exit.
 *
 * @param {{ engineBin: string, cloudEnv: Readonly<Record<string, string>> }} options
 * @returns {Project}
 */
export function createProject({ engineBin, cloudEnv }) {
  const workspace = createWorkspace({ engineBin, cloudEnv, colours: false });
  const { folder, env } = workspace;
  rmSync(join(folder, "index.ts"));
  const project = { name: "bench", runtime: { name: "nodejs", options: { typescript: false } } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  const { signal } = new AbortController();
  let stack = 0;

  /** @type {Project["pulumi"]} */
  const pulumi = async (...args) => {
    const started = performance.now();
    const { code, output } = await runCommand(join(engineBin, "pulumi"), args, {
      cwd: folder,
      env,
      signal,
      show: () => {},
    });
    const ms = performance.now() - started;
    const endedAt = Date.now();
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return { output, ms, endedAt };
  };
  return {
    write: (program) => writeFileSync(join(folder, "index.js"), program),
    newStack: async (config) => {
      stack += 1;
      await pulumi("stack", "init", `round-${stack}`);
      const settings = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
      await pulumi("config", "set-all", ...settings);
    },
    pulumi,
    close: () => workspace.close(),
  };
}
