// @ts-check
// New parts are made in a folder beside the cache and moved into it file by file, each in one step: a run that is
// killed at any moment leaves the cache without a part, never with half of one.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { isRunning } from "./lock.mjs";
import { parts } from "./layout.mjs";

const prefix = ".making-";

/**
 * @param {string} versions the launcher's folder of versions: the same file system as the cache, so that moves are atomic
 * @returns {string} an empty folder for this run alone
 */
export function openStaging(versions) {
  mkdirSync(versions, { recursive: true });
  return mkdtempSync(join(versions, `${prefix}${hostname()}-${process.pid}-`));
}

/**
 * Removes what killed runs of this machine have left.
 *
 * @param {string} versions
 */
export function sweepStaging(versions) {
  const mine = `${prefix}${hostname()}-`;
  for (const name of readdirSync(versions).filter((entry) => entry.startsWith(mine))) {
    const pid = Number(/^(\d+)-/.exec(name.slice(mine.length))?.[1]);
    if (!isRunning(pid)) rmSync(join(versions, name), { recursive: true, force: true });
  }
}

/**
 * @param {string} from folder with finished files
 * @param {string} bin the cache folder
 */
export function moveInto(from, bin) {
  mkdirSync(bin, { recursive: true });
  // The CLI comes last: the launcher takes the cache for whole as soon as that file is there.
  const names = readdirSync(from).sort((a, b) => Number(a === parts.cli) - Number(b === parts.cli));
  for (const name of names) renameSync(join(from, name), join(bin, name));
}
