// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";

import { runChild } from "./child.mjs";
import { missingParts } from "./find.mjs";
import { launcherScript } from "./layout.mjs";

const limitSeconds = 15 * 60;

/**
 * Lets the official launcher fetch its engine, into a home folder of its own first.
 *
 * @param {object} options
 * @param {string} options.version
 * @param {string} options.staging
 * @param {NodeJS.ProcessEnv} options.env
 * @param {number} options.silenceSeconds given up after so long without a sign of life: an unreachable site must not hold up the build
 * @param {(line: string) => void} options.onLine
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<{ folder: string } | { reason: string }>} the folder with the parts, or why there is none
 */
export async function download({ version, staging, env, silenceSeconds, onLine, signal }) {
  if (!existsSync(launcherScript)) return { reason: "the npm package pulumi is not installed here" };
  const home = join(staging, "download");
  const { code, stopped, lines } = await runChild(process.execPath, [launcherScript, "version"], {
    env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true", TMPDIR: staging },
    onLine,
    signal,
    silenceSeconds,
    limitSeconds,
  });
  if (stopped === "silence") return { reason: `given up after ${silenceSeconds} s without a sign of life` };
  if (stopped === "limit") return { reason: `not done in ${limitSeconds / 60} minutes` };
  if (code !== 0)
    return { reason: `the launcher cannot get it (${lines.at(-1)?.replace(/^pulumi: /, "") ?? "no word why"})` };

  const folder = join(home, "versions", version, "bin");
  const missing = missingParts(folder);
  return missing.length > 0 ? { reason: `it came without ${missing.join(" and ")}` } : { folder };
}
