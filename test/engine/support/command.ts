import { spawn, type ChildProcess } from "node:child_process";

import { descendantsOf, isDynamicProvider, signalIfRunning, type ProcessInfo } from "./processes.js";

/** How a command ended, with all that it printed (no colours). */
export interface CommandResult {
  stdout: string;
  stderr: string;
  /** undefined if a signal ended it */
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
}

/** A command at work: for tests that watch it, stop it, or kill it. */
export interface RunningCommand {
  pid: number;
  /** what it has printed until now, stdout and stderr as they came */
  output(): string;
  /** Settles when the output matches; rejects if the command ends, or `seconds` pass, without that. */
  waitFor(pattern: RegExp, seconds?: number): Promise<void>;
  /** Settles when the condition holds (asked at once, then every 20 ms); rejects as `waitFor`. */
  waitUntil(condition: () => boolean | Promise<boolean>, seconds?: number): Promise<void>;
  /** The Node processes that run this command's dynamic providers. */
  providers(): Promise<ProcessInfo[]>;
  /** Ctrl-C: the signal that the engine handles by ending what it does in order. */
  interrupt(): void;
  /** Kills the engine alone, at once; what it started goes on as far as it can without it. */
  killEngine(): Promise<void>;
  /** Kills the dynamic providers alone; the engine sees them die. */
  killProviders(): Promise<void>;
  /** Kills the engine and all that it started, at once, as a machine's crash does. */
  killAll(): Promise<void>;
  /** Settles when the command has ended, however it ended. */
  ended: Promise<CommandResult>;
}

/** Starts a command in a process group of its own, so that nothing meant for the test runner reaches it. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): RunningCommand {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid ?? 0;
  let stdout = "";
  let stderr = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    output += chunk;
  });

  const ended = ending(child).then(({ code, signal }): CommandResult => ({
    stdout,
    stderr,
    code: code ?? undefined,
    signal: signal ?? undefined,
  }));
  let over = false;
  void ended.then(
    () => (over = true),
    () => (over = true),
  );

  // What a killed engine leaves behind has no parent any more, so it is looked up while it still has one.
  const orphans = new Set<number>();
  const rememberFamily = async () => {
    const family = await descendantsOf(pid);
    for (const member of family) orphans.add(member.pid);
    return family;
  };

  const waitUntil = async (condition: () => boolean | Promise<boolean>, seconds = 30) => {
    const deadline = performance.now() + seconds * 1000;
    while (!(await condition())) {
      const late = performance.now() > deadline;
      if (over || late) {
        const what = over ? "the command ended" : `${seconds} s passed`;
        throw new Error(`${what} before what the test waits for: ${command} ${args.join(" ")}\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  return {
    pid,
    output: () => output,
    waitUntil,
    waitFor: (pattern, seconds) => waitUntil(() => pattern.test(output), seconds),
    providers: async () => (await rememberFamily()).filter(isDynamicProvider),
    interrupt: () => signalIfRunning(pid, "SIGINT"),
    killEngine: async () => {
      await rememberFamily();
      signalIfRunning(pid, "SIGKILL");
    },
    killProviders: async () => {
      for (const provider of (await rememberFamily()).filter(isDynamicProvider)) {
        signalIfRunning(provider.pid, "SIGKILL");
      }
    },
    killAll: async () => {
      await rememberFamily();
      for (const member of [pid, ...orphans]) signalIfRunning(member, "SIGKILL");
    },
    ended,
  };
}

function ending(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    // "exit", not "close": orphans of a killed engine may hold its outputs open.
    child.on("exit", (code, signal) => {
      const flushed = setTimeout(() => resolve({ code, signal }), 500);
      child.on("close", () => {
        clearTimeout(flushed);
        resolve({ code, signal });
      });
    });
  });
}
