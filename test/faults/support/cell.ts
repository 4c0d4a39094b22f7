import { randomUUID } from "node:crypto";
import { defaultBehaviour, startSandbox } from "../../../sandbox/index.js";
import type { FaultCase } from "./faults.js";
import { stackOn, type Result } from "./miniEngine.js";
import { judge, type Findings } from "./truth.js";

/** What the person asks for when the fault strikes. */
export const KINDS = ["create", "update", "state mode"] as const;
export type Kind = (typeof KINDS)[number];

/** One cell of the matrix with all that was found wrong after each of its runs. */
export interface Cell extends Findings {
  fault: string;
  kind: Kind;
  results: Result[];
  outcome: string;
  ms: number;
}

/** Small enough for hundreds of cells, and each still longer than the fault that it must outlast. */
const TIMEOUTS = { accept: "6s", complete: "4s", settle: "2500ms" };

/**
 * Runs one cell on a sandbox of its own: the faulty run, the rerun that a person makes while the fault may last, and the run after it is mended.
 */
export async function runCell(fault: FaultCase, kind: Kind): Promise<Cell> {
  const began = performance.now();
  const instanceId = randomUUID();
  const normal = { swapSeconds: 0.3, lockKeyAfterFailures: 0 };
  const sandbox = await startSandbox({ instances: [{ id: instanceId }], behaviour: normal });
  try {
    const stack = stackOn(sandbox);
    const base = { instanceId, timeouts: TIMEOUTS, reason: "a drill" };
    if (kind !== "create") {
      const baseline = await stack.up({ ...base, triggers: { drill: "0" }, switchOnCreate: false });
      if (!baseline.ok) throw new Error(`the baseline failed: ${baseline.message}`);
    }
    const standby = (stack.saved?.outputs["standbys"] as { nodeId: string }[] | undefined)?.[0]?.nodeId;
    const declared = {
      create: { ...base, triggers: { drill: "1" } },
      update: { ...base, triggers: { drill: "1" }, switchOnCreate: false },
      "state mode": { ...base, triggers: { drill: "0" }, switchOnCreate: false, primary: { nodeId: standby } },
    }[kind];

    fault.strike(sandbox, instanceId);
    const results: Result[] = [];
    const found: Findings[] = [];
    const run = async (isFinal: boolean): Promise<void> => {
      results.push(await stack.up(declared));
      found.push(judge(stack, sandbox.swaps(), results, isFinal));
    };
    await run(false);
    await run(false);
    sandbox.clearFaults();
    sandbox.setBehaviour({ ...defaultBehaviour, ...normal });
    fault.heal?.(sandbox, instanceId);
    await run(true);
    const last = results.at(-1);
    const total = combine(found);
    const wanted = fault.endsInDoubt ? last?.ok === false : last?.ok === true;
    if (!wanted) {
      total.lost += 1;
      total.why.push(
        last?.ok === false ? `the last run failed: ${last.message}` : "the last run passed over the doubt",
      );
    }
    const outcome = stack.history()[0]?.outcome ?? "none";
    return { fault: fault.name, kind, results, outcome, ms: performance.now() - began, ...total };
  } finally {
    await sandbox.close();
  }
}

function combine(found: readonly Findings[]): Findings {
  const sum = (key: "double" | "lost" | "false"): number => found.reduce((total, item) => total + item[key], 0);
  return {
    swaps: found.at(-1)?.swaps ?? 0,
    double: sum("double"),
    lost: sum("lost"),
    false: sum("false"),
    why: [...new Set(found.flatMap((item) => item.why))],
  };
}

/** Runs tasks so many at a time, in order. */
export async function pool<T>(width: number, tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = Array.from({ length: tasks.length });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < tasks.length; at = next++) {
      const task = tasks[at];
      if (task) results[at] = await task();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
