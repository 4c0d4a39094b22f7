// @ts-check
// What a whole engine consists of, and where the official launcher (npm `pulumi`) keeps it.
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const windows = process.platform === "win32";

/** The launcher's script: it runs, or first fetches, the engine of its own version. */
export const launcherScript = join(repository, "node_modules", "pulumi", "run.js");

/**
 * The script by which the engine starts dynamic providers. It finds @pulumi/pulumi from the program's folder when it
 * runs, so a copy serves every project and outlives this clone.
 */
export const dynamicProviderShim = join(
  repository,
  "node_modules",
  "@pulumi",
  "pulumi",
  windows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs",
);

/** The version of the launcher in package.json and of the CLI in cli/go.mod. */
export const engineVersion = "3.259.0";

/** The oldest engine that the provider is tested with. */
export const oldestFitting = "3.250.0";

/** File names of the three parts; together in one folder the engine finds them without a warning. */
export const parts = {
  cli: windows ? "pulumi.exe" : "pulumi",
  language: windows ? "pulumi-language-nodejs.exe" : "pulumi-language-nodejs",
  dynamic: windows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs",
};

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} the folder of all engine versions, by the launcher's own rule
 */
export function versionsFolder(env) {
  return join(env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi"), "versions");
}

/**
 * @param {string} version such as "v3.259.0" or "3.259.0-alpha.1"
 * @param {string} least such as "3.250.0"
 * @returns {boolean} whether `version` is `least` or newer, judged by its three numbers
 */
export function isAtLeast(version, least) {
  const numbers = (/** @type {string} */ text) =>
    (/(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? []).slice(1, 4).map((digits) => Number(digits ?? 0));
  const have = numbers(version);
  const need = numbers(least);
  if (have.length === 0) return false;
  for (const [index, wanted] of need.entries()) {
    const found = have[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}
