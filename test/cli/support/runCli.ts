import { spawn } from "node:child_process";
import { join } from "node:path";

const bin = join(__dirname, "../../../dist/cli/main.js");

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `dcs-switchover` as a user's shell does: a process of its own, from the built package. */
export function runCli(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; stdin?: string | Buffer } = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const { cwd, env = { PATH: process.env["PATH"] } } = options;
    const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
    // One that refuses its arguments never reads what it is sent.
    child.stdin.on("error", () => undefined).end(options.stdin);
  });
}

/** The path of the command, for tests that need a pipe of a shell. */
export const cliPath = bin;
