// @ts-check
// Looks for an engine that is there already. Reads only.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";

import { runChild } from "./child.mjs";
import { isAtLeast, oldestFitting, parts } from "./layout.mjs";

/** @param {string} path */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    const found = statSync(path);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/**
 * @param {string} folder
 * @returns {string[]} names of the parts that are not in `folder`
 */
export function missingParts(folder) {
  return Object.values(parts).filter((name) => !isProgram(join(folder, name)));
}

/**
 * @param {string} program path of a pulumi
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} its version without the "v", or undefined if it does not run
 */
export async function versionOf(program, env) {
  try {
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { code, lines } = await runChild(program, ["version"], { env: quiet, limitSeconds: 20 });
    const version = lines.map((line) => /^v?(\d+\.\d+\.\d+\S*)$/.exec(line.trim())?.[1]).find(Boolean);
    return code === 0 ? version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first pulumi on PATH, if it fits. The npm launcher, which lies on PATH in every npm script, is not an engine and
 * is passed over.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ bin: string, version: string } | { reason: string }>} the folder it lies in, or why there is none
 */
export async function findOnPath(env) {
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const program = folders.map((folder) => join(folder, parts.cli)).find((path) => isProgram(path) && !isLauncher(path));
  if (program === undefined) return { reason: "no pulumi there" };

  const version = await versionOf(program, env);
  if (version === undefined) return { reason: `${program} does not tell its version` };
  if (!isAtLeast(version, oldestFitting)) {
    return { reason: `${program} is ${version}, older than ${oldestFitting}` };
  }
  // The engine looks on PATH, then beside the real program.
  const searched = [dirname(program), dirname(realpathSync(program)), ...folders];
  const missing = [parts.language, parts.dynamic].find(
    (name) => !searched.some((folder) => isProgram(join(folder, name))),
  );
  if (missing !== undefined) return { reason: `${program} is ${version}, but there is no ${missing} with it` };
  return { bin: dirname(program), version };
}

/** @param {string} path */
function isLauncher(path) {
  return realpathSync(path).split(sep).includes("node_modules");
}
