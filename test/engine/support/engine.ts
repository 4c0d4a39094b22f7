import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";

const EngineAnswer = v.object({ bin: v.string(), version: v.string() });

/** A Pulumi engine, as `npm run engine` finds or makes it: the folder to be first on PATH, and a version such as "3.259.0". */
export type Engine = v.InferOutput<typeof EngineAnswer>;

const script = join(__dirname, "../../../scripts/engine.mjs");

let engine: Promise<Engine> | undefined;

/**
 * The engine to test with; made if there is none yet, which takes minutes (`npm test` does that beforehand, visibly).
 * Asked for once per test process.
 */
export function ensureEngine(): Promise<Engine> {
  engine ??= promisify(execFile)(process.execPath, [script, "--json"]).then(({ stdout }) =>
    v.parse(EngineAnswer, JSON.parse(stdout)),
  );
  return engine;
}
