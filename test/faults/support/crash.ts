import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Hold, type Sandbox } from "../../../sandbox/index.js";
import type { SwitchoverRecord } from "../../../provider/record.js";
import { createWorkspace, resourcesOfKind, switchoverProgram, type Workspace } from "../../engine/support/index.js";
import type { RunningCommand } from "../../engine/support/command.js";

/** Where the run is when it is killed. */
export const POINTS = [
  "before the swap is sent",
  "sent, not handled",
  "sent, handled, unanswered",
  "answered, not confirmed",
  "confirmed, not saved",
] as const;
export type Point = (typeof POINTS)[number];

export const VICTIMS = ["engine", "provider", "both"] as const;
export type Victim = (typeof VICTIMS)[number];

/** Who runs the update again, and what they do first. */
export const RERUNS = ["here", "elsewhere", "here, after a refresh", "elsewhere, with --refresh"] as const;
export type Rerun = (typeof RERUNS)[number];

/** How an update is interrupted instead of killed. */
export const INTERRUPTS = ["SIGINT", "SIGINT twice", "SIGTERM"] as const;
export type Interrupt = (typeof INTERRUPTS)[number];

/** One killed or interrupted run with its rerun. */
export interface CrashCell {
  verb: "create" | "update";
  point: Point;
  how: Victim | Interrupt;
  rerun: Rerun;
}

/** What came of it. */
export interface CrashResult extends CrashCell {
  swaps: number;
  double: number;
  lost: number;
  false: number;
  outcome: string;
  why: string[];
  ms: number;
}

/** The request that is held while the run is stopped at a point. */
const HOLDS: Record<Point, Hold> = {
  "before the swap is sent": { operation: "listGroups" },
  "sent, not handled": { operation: "swap", when: "before" },
  "sent, handled, unanswered": { operation: "swap", when: "after" },
  "answered, not confirmed": { operation: "listGroups" },
  "confirmed, not saved": { operation: "swap", when: "after" },
};

const argsFor = (instanceId: string, drill: string, intentTag: boolean): Record<string, unknown> => ({
  instanceId,
  triggers: { drill },
  ...(drill === "0" ? { switchOnCreate: false } : {}),
  ...(intentTag ? { intentTag } : {}),
  timeouts: { accept: "20s", complete: "20s", settle: "2s" },
});

/** Kills a real engine, its provider, or both, at a point; then a person runs the update again. Only the sandbox counts swaps. */
export async function runCrash(cell: CrashCell): Promise<CrashResult> {
  const began = performance.now();
  const instanceId = randomUUID();
  const sandbox = await startSandbox({ instances: [{ id: instanceId }], swapSeconds: 0.4 });
  // On another machine nothing but the tag tells of a request that is still on its way.
  const intentTag = cell.point === "sent, not handled" && cell.rerun.startsWith("elsewhere");
  const program = (drill: string): Record<string, string> => ({
    "index.js": switchoverProgram(argsFor(instanceId, drill, intentTag)),
  });
  const first = await createWorkspace({ sandbox, files: program(cell.verb === "create" ? "1" : "0") });
  const others: Workspace[] = [];
  try {
    if (cell.verb === "update") {
      await first.up();
      first.write(program("1"));
    }
    await stopAt(cell, sandbox, first);
    const settings = `Pulumi.${first.stack}.yaml`;
    const next = cell.rerun.startsWith("elsewhere")
      ? await createWorkspace({
          env: sandbox.env,
          files: { ...program("1"), [settings]: first.read(settings) },
          backend: first.backend,
        })
      : first;
    if (next !== first) others.push(next);
    if (isEngineKilled(cell)) await next.cancel();
    if (cell.rerun === "here, after a refresh") await next.refresh();
    const flags = cell.rerun === "elsewhere, with --refresh" ? ["--refresh"] : [];
    await next.up(flags);
    const judged = await judge(sandbox, next);
    return { ...cell, ...judged, ms: performance.now() - began };
  } finally {
    await Promise.all([first, ...others].map((workspace) => workspace.close()));
    await sandbox.close();
  }
}

/** Then its lock is left. */
const isEngineKilled = ({ how }: CrashCell): boolean => how === "engine" || how === "both";

/** Runs the update up to the point, and ends it there. */
async function stopAt({ point, how }: CrashCell, sandbox: Sandbox, workspace: Workspace): Promise<void> {
  const isNotedOnly = point === "before the swap is sent";
  const isAnswered = point === "answered, not confirmed";
  // The roles are read by check, by the first look, and then while the end is waited for.
  if (!isNotedOnly && !isAnswered) sandbox.hold(HOLDS[point]);
  if (isAnswered) sandbox.hold({ operation: "swap", when: "after" });
  const run = workspace.spawn(["up", "--yes", "--skip-preview", "--stack", workspace.stack, "--non-interactive"]);
  if (isNotedOnly) {
    await passChecks(sandbox);
    sandbox.hold(HOLDS[point]);
    sandbox.release("showInstance");
    await sandbox.waitForHeld("listGroups");
  } else {
    await sandbox.waitForHeld("swap");
  }
  if (isAnswered) {
    sandbox.release("swap");
    sandbox.hold(HOLDS[point]);
    await sandbox.waitForHeld("listGroups");
  }
  if (point === "confirmed, not saved") {
    // The engine stands still while the provider comes to its end: the answer lies in a socket that nobody reads.
    process.kill(run.pid, "SIGSTOP");
    sandbox.release("swap");
    await noteEnded(workspace);
  }
  await end(run, how);
  sandbox.release("any");
  await sandboxQuiet(sandbox);
}

/** Lets check look, and stops the update's own look at its first request. */
async function passChecks(sandbox: Sandbox): Promise<void> {
  sandbox.hold({ operation: "showInstance" });
  await sandbox.waitForHeld("showInstance");
  sandbox.release("showInstance");
  sandbox.hold({ operation: "showInstance" });
  await sandbox.waitForHeld("showInstance");
}

async function end(run: RunningCommand, how: CrashCell["how"]): Promise<void> {
  switch (how) {
    case "engine":
      await run.killEngine();
      break;
    case "provider":
      await run.killProviders();
      break;
    case "both":
      await run.killAll();
      break;
    case "SIGINT":
      run.interrupt();
      break;
    case "SIGINT twice":
      run.interrupt();
      await new Promise((resolve) => setTimeout(resolve, 200));
      run.interrupt();
      break;
    case "SIGTERM":
      process.kill(run.pid, "SIGTERM");
      break;
  }
  try {
    process.kill(run.pid, "SIGCONT");
  } catch {
    // It is gone, as it should be.
  }
  await run.ended;
}

/** Settles when the journal's note says that the procedure is through. */
async function noteEnded(workspace: Workspace): Promise<void> {
  const folder = join(workspace.home, "dcs-switchover", "intents");
  for (const deadline = performance.now() + 20_000; performance.now() < deadline;) {
    const notes = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    const isEnded = (name: string): boolean => /"pid":0[,}]/.test(readFileSync(join(folder, name), "utf8"));
    if (notes.length > 0 && notes.every(isEnded)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the procedure did not come to its end");
}

/** What was let go may still be handled: a person needs longer to start again than the cloud for that. */
async function sandboxQuiet(sandbox: Sandbox): Promise<void> {
  for (const deadline = performance.now() + 5_000; performance.now() < deadline;) {
    const open = sandbox.requests().some((request) => request.endedAt === undefined);
    if (!open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function judge(sandbox: Sandbox, workspace: Workspace): Promise<Omit<CrashResult, keyof CrashCell | "ms">> {
  const swaps = sandbox.swaps();
  const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
  const history = (resource?.outputs["history"] ?? []) as SwitchoverRecord[];
  const claims = history.filter((record) => record.outcome === "switched" || record.outcome === "adopted");
  const [swap] = swaps;
  const why: string[] = [];
  const isTrue = (record: SwitchoverRecord): boolean =>
    swap !== undefined &&
    (record.taskId === undefined || record.taskId === swap.taskId) &&
    (record.requestId === undefined || record.requestId === swap.requestId) &&
    (record.from === undefined || record.from.nodeId === swap.fromNodeId) &&
    (record.to === undefined || record.to.nodeId === swap.toNodeId);
  const wrong = claims.filter((record) => !isTrue(record));
  if (swaps.length !== 1) why.push(`${swaps.length} swaps`);
  if (claims.length !== 1) why.push(`${claims.length} records of a switchover`);
  if (wrong.length > 0) why.push(`not true: ${JSON.stringify(wrong)}`);
  if ((resource?.initErrors ?? []).length > 0) why.push("the resource is saved as failed");
  return {
    swaps: swaps.length,
    double: swaps.length > 1 ? 1 : 0,
    lost: swaps.length === 0 || claims.length === 0 ? 1 : 0,
    false: wrong.length + (claims.length > 1 ? 1 : 0) + (resource?.initErrors.length ?? 0),
    outcome: history[0]?.outcome ?? "none",
    why,
  };
}
