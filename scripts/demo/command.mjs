// @ts-check
import { spawn } from "node:child_process";

/** How long an interrupted command may take to end in order before it is killed. */
const graceMs = 15_000;

/**
 * Runs a command to its end, shows what it prints as it comes, and gives it back without colours. When `signal` aborts,
 * the command is interrupted as by Ctrl-C, so that the engine ends its plugins and gives its lock back.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, signal: AbortSignal, show: (text: string) => void }} options
 * @returns {Promise<{ code: number | null, output: string }>} rejects with the reason of `signal`
 */
export function runCommand(program, args, { cwd, env, signal, show }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    // A group of its own: a Ctrl-C at the terminal reaches it once, through this process, and not twice.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        output += chunk;
        show(chunk);
      });
    }
    /** @type {NodeJS.Timeout | undefined} */
    let killer;
    const interrupt = () => {
      child.kill("SIGINT");
      killer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    signal.addEventListener("abort", interrupt, { once: true });
    const done = () => {
      clearTimeout(killer);
      signal.removeEventListener("abort", interrupt);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code) => {
      done();
      if (signal.aborted) reject(signal.reason);
      // eslint-disable-next-line no-control-regex -- colours are control sequences
      else resolve({ code, output: output.replaceAll(/\u001b\[[0-9;]*m/g, "") });
    });
  });
}
