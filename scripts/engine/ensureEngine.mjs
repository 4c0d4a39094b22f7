// @ts-check
import { rmSync } from "node:fs";
import { join } from "node:path";

import { build, checkGo } from "./build.mjs";
import { runChild } from "./child.mjs";
import { download } from "./download.mjs";
import { EngineFailure, explainFileError } from "./failure.mjs";
import { findOnPath, missingParts, versionOf } from "./find.mjs";
import { engineVersion, launcherScript, parts, versionsFolder } from "./layout.mjs";
import { takeLock } from "./lock.mjs";
import { startProgress, timeSince } from "./progress.mjs";
import { moveInto, openStaging, sweepStaging } from "./staging.mjs";

/** The ways to an engine, in the order in which they are tried. */
export const ways = /** @type {const} */ (["path", "cache", "download", "build"]);

/** @typedef {typeof ways[number]} Way */

/**
 * @typedef {object} Engine
 * @property {Way} way how it was found or made
 * @property {string} bin the folder to put first on PATH
 * @property {string} version such as "3.259.0"
 */

/**
 * Makes a Pulumi engine with its Node language host available: one on PATH, else the one in the launcher's cache, else
 * what the launcher downloads into that cache, else one built from the official Go modules.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] PATH, PULUMI_HOME and Go's own variables are read from here
 * @param {readonly Way[]} [options.allowed] the ways that may be taken; all by default
 * @param {number} [options.downloadSilenceSeconds] how long a download may give no sign of life; 20 by default
 * @param {number} [options.progressSeconds] between two lines of progress; 10 by default
 * @param {(line: string) => void} [options.log]
 * @param {AbortSignal} [options.signal] stops the work and leaves nothing half done
 * @returns {Promise<Engine>}
 * @throws {EngineFailure} one message with a remedy
 */
export async function ensureEngine({
  env = process.env,
  allowed = ways,
  downloadSilenceSeconds = 20,
  progressSeconds = 10,
  log = console.log,
  signal,
} = {}) {
  const started = performance.now();
  const version = engineVersion;
  const versions = versionsFolder(env);
  const bin = join(versions, version, "bin");
  const tried = [];

  if (allowed.includes("path")) {
    const found = await findOnPath(env);
    if ("bin" in found) {
      log(`Pulumi engine ${found.version}: on PATH, in ${found.bin} (${timeSince(started)})`);
      return { way: "path", ...found };
    }
    tried.push(`  on PATH: ${found.reason}`);
  }
  if (allowed.includes("cache")) {
    const missing = missingParts(bin);
    const found = missing.length === 0 ? await versionOf(join(bin, parts.cli), env) : undefined;
    if (found !== undefined) {
      log(`Pulumi engine ${found}: in the launcher's cache, ${bin} (${timeSince(started)})`);
      return { way: "cache", bin, version: found };
    }
    tried.push(`  in the launcher's cache: ${cacheReason(missing)} in ${bin}`);
  }

  log(`Pulumi engine ${version}: not here yet`);
  for (const line of tried) log(line);
  const progress = startProgress(log, progressSeconds);
  try {
    const way = await make({ version, versions, bin, env, allowed, downloadSilenceSeconds, log, signal, progress });
    await checkLauncher(env, version);
    log(`Pulumi engine ${version}: ready after ${timeSince(started)}, in ${bin}`);
    return { way, bin, version };
  } catch (error) {
    throw explainFileError(error, versions);
  } finally {
    progress.stop();
  }
}

/**
 * @param {object} work
 * @param {string} work.version
 * @param {string} work.versions
 * @param {string} work.bin
 * @param {NodeJS.ProcessEnv} work.env
 * @param {readonly Way[]} work.allowed
 * @param {number} work.downloadSilenceSeconds
 * @param {(line: string) => void} work.log
 * @param {AbortSignal | undefined} work.signal
 * @param {ReturnType<typeof startProgress>} work.progress
 * @returns {Promise<Way>}
 */
async function make({ version, versions, bin, env, allowed, downloadSilenceSeconds, log, signal, progress }) {
  const staging = openStaging(versions);
  /** @type {(() => void) | undefined} */
  let release;
  try {
    release = await takeLock(join(versions, `.${version}.lock`), {
      isDone: () => missingParts(bin).length === 0,
      onWait: (pid) => {
        log(`  another run (process ${pid}) is making it: waiting`);
        progress.set("waiting for the other run");
      },
      signal,
    });
    if (release === undefined) return "cache";
    sweepStaging(versions);

    if (allowed.includes("download")) {
      const began = performance.now();
      progress.set("downloading");
      const got = await download({
        version,
        staging,
        env,
        silenceSeconds: downloadSilenceSeconds,
        onLine: (line) => progress.set(`downloading: ${line.trim().slice(0, 80)}`),
        signal,
      });
      if ("folder" in got) {
        moveInto(got.folder, bin);
        log(`  by the launcher's download: got it (${timeSince(began)})`);
        return "download";
      }
      log(`  by the launcher's download: ${got.reason} (${timeSince(began)})`);
    }
    if (!allowed.includes("build")) {
      throw new EngineFailure("No engine", "none of the allowed ways led to one", "allow --from build as well");
    }

    const go = await checkGo(env, staging);
    log(`  by a build from its Go modules, with ${go.version}: takes a few minutes once`);
    const onState = (/** @type {string} */ state) => progress.set(state);
    const { folder } = await build({ version, staging, env, cache: bin, onState, signal, proxy: go.proxy });
    moveInto(folder, bin);
    return "build";
  } finally {
    rmSync(staging, { recursive: true, force: true });
    release?.();
  }
}

/**
 * Runs the engine as `npx pulumi` would: what was made is only good if the launcher takes it.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} version
 */
async function checkLauncher(env, version) {
  const { code, lines } = await runChild(process.execPath, [launcherScript, "version"], {
    env: { ...env, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true" },
    limitSeconds: 60,
  });
  if (code === 0 && lines.some((line) => line.includes(version))) return;
  throw new EngineFailure(
    "The engine does not run",
    lines.at(-1) ?? "it printed nothing",
    `remove the folder ${join(versionsFolder(env), version)} and run this again`,
  );
}

/** @param {readonly string[]} missing */
function cacheReason(missing) {
  if (missing.length === 0) return "what lies there does not run:";
  return missing.length === Object.keys(parts).length ? "nothing" : `no ${missing.join(" and no ")}`;
}
