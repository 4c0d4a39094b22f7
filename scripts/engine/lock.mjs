// @ts-check
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

const heartbeatMs = 5_000;
const silentMs = 30_000;

/**
 * Lets one run at a time do the long work, so that two do not build the same thing. It saves work only: what makes two
 * runs harmless to each other is that each builds aside and moves whole files into place. So a lock that was lost
 * (a killed run's, or one judged dead by mistake) costs time and spoils nothing.
 *
 * @param {string} path of the lock file; its folder exists
 * @param {object} options
 * @param {() => boolean} options.isDone asked while waiting: whether the other run has finished the work
 * @param {(pid: number) => void} options.onWait called once if another run holds the lock
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<(() => void) | undefined>} gives the lock back; undefined if the other run did the work
 */
export async function takeLock(path, { isDone, onWait, signal }) {
  let waiting = false;
  for (;;) {
    if (tryCreate(path)) return holdLock(path);
    const owner = readOwner(path);
    if (owner === undefined) continue;
    if (!owner.alive) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waiting) onWait(owner.pid);
    waiting = true;
    await delay(250, undefined, { signal });
    if (isDone()) return undefined;
  }
}

/** @param {string} path */
function tryCreate(path) {
  try {
    writeFileSync(path, `${process.pid} ${hostname()}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
function holdLock(path) {
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Taken away: see takeLock, nothing depends on it.
    }
  }, heartbeatMs);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/**
 * @param {string} path
 * @returns {{ pid: number, alive: boolean } | undefined} undefined if there is no lock (any more)
 */
function readOwner(path) {
  try {
    const silent = Date.now() - statSync(path).mtimeMs > silentMs;
    const text = readFileSync(path, "utf8");
    // Empty for the moment between its creation and its writing.
    if (text === "") return { pid: 0, alive: !silent };
    const [pid = "", host = ""] = text.split(" ");
    return { pid: Number(pid), alive: !silent && (host !== hostname() || isRunning(Number(pid))) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
