// @ts-check
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const keptLines = 30;

/**
 * @typedef {object} ChildResult
 * @property {number | null} code
 * @property {"silence" | "limit" | undefined} stopped why this side ended it, if it did
 * @property {string[]} lines the last lines of both its outputs
 */

/**
 * Runs a command to its end, line by line, in a process group of its own: stopping it stops what it started too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} [options.cwd]
 * @param {(line: string) => void} [options.onLine]
 * @param {AbortSignal} [options.signal]
 * @param {number} [options.silenceSeconds] stop it after so long without any output
 * @param {number} [options.limitSeconds] stop it after so long in any case
 * @returns {Promise<ChildResult>} rejects if it cannot be started, or with the reason of `signal`
 */
export function runChild(command, args, { env, cwd, onLine, signal, silenceSeconds, limitSeconds }) {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== "win32";
    const child = spawn(command, args, { env, cwd, detached: grouped, stdio: ["ignore", "pipe", "pipe"] });
    /** @type {string[]} */
    const lines = [];
    /** @type {ChildResult["stopped"]} */
    let stopped;

    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(grouped ? -child.pid : child.pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const stop = (/** @type {"silence" | "limit"} */ why) => {
      stopped = why;
      kill();
    };
    const silence = silenceSeconds === undefined ? undefined : setTimeout(stop, silenceSeconds * 1000, "silence");
    const limit = limitSeconds === undefined ? undefined : setTimeout(stop, limitSeconds * 1000, "limit");
    const done = () => {
      clearTimeout(silence);
      clearTimeout(limit);
      signal?.removeEventListener("abort", kill);
    };

    for (const stream of [child.stdout, child.stderr]) {
      // A progress bar that rewrites its line is a sign of life as well, so this counts chunks, not lines.
      stream.on("data", () => silence?.refresh());
      createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        onLine?.(line);
      });
    }
    if (signal?.aborted) kill();
    signal?.addEventListener("abort", kill, { once: true });
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code) => {
      done();
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, stopped, lines });
    });
  });
}
