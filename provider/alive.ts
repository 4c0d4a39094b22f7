import { readFileSync } from "node:fs";

/** When a process began, in the kernel's ticks since boot; undefined where the system doesn't tell, or the process is gone. @internal */
export function startOf(pid: number): string | undefined {
  return statOf(pid)?.start;
}

/**
 * Whether the process that was noted still works. Its number alone is not enough: it is given out again, after a reboot almost surely, and in a
 * container without an init a killed process stays a zombie for ever.
 * @param start what {@link startOf} said when it was noted
 * @internal
 */
export function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Asking is not allowed: it is somebody else's, but it is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const stat = statOf(pid);
  if (stat === undefined) return true;
  return stat.state !== "Z" && stat.state !== "X" && (start === undefined || start === stat.start);
}

/** Linux only: `pid (name) state ppid …`, with the start time as field 22; a name may hold anything, also brackets. @see proc(5) */
function statOf(pid: number): { state: string; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch {
    return undefined;
  }
}
