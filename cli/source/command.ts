import { spawn } from "node:child_process";

export interface CommandResult {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command to its end and keeps what it prints. Interrupting this process interrupts it too.
 * @throws the system's error (`ENOENT`) where there is no such command
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd?: string | undefined; env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? undefined, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}
