import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A running process, as `ps` tells it. */
export interface ProcessInfo {
  pid: number;
  parent: number;
  commandLine: string;
}

/** All processes that `ancestor` started and what these started, without `ancestor` itself; nearest first. */
export async function descendantsOf(ancestor: number): Promise<ProcessInfo[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="]);
  const all = stdout.split("\n").flatMap((line): ProcessInfo[] => {
    const [, pid, parent, commandLine] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return commandLine === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), commandLine }];
  });
  const found: ProcessInfo[] = [];
  for (let parents = [ancestor]; parents.length > 0;) {
    const children = all.filter((candidate) => parents.includes(candidate.parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** The Node process that runs the dynamic providers of one engine run (not the shell that started it). */
export function isDynamicProvider({ commandLine }: ProcessInfo): boolean {
  return /^\S*node\S* .*@pulumi\/pulumi\/cmd\/dynamic-provider/.test(commandLine);
}

/** Sends a signal, unless the process is gone already. */
export function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
