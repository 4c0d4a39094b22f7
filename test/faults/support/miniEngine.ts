import { check, create, diff, read, update } from "../../../provider/lifecycle.js";
import type { StackConfig } from "../../../provider/settings.js";
import type { Ledger } from "../../../provider/state.js";
import type { SwitchoverRecord } from "../../../provider/record.js";
import type { Sandbox } from "../../../sandbox/index.js";

type Properties = Record<string, unknown>;

/** What the engine keeps of a resource: `undefined` until a create has left something. */
export interface Saved {
  id: string;
  inputs: Properties;
  outputs: Properties;
  failed: boolean;
}

/** How an update ended for the person who ran it. */
export type Result = { ok: true } | { ok: false; message: string };

/** A stack with one resource, kept as the engine keeps it: see design notes on partial failure in docs/once-only.md. */
export interface Stack {
  saved: Saved | undefined;
  /** `pulumi up`: check, diff, then create or update, then save. A failure without state saves nothing. */
  up(declared: Properties): Promise<Result>;
  refresh(): Promise<Result>;
  history(): SwitchoverRecord[];
  ledger(): Ledger | undefined;
}

/** Plays the engine's part in this process, so that hundreds of runs cost no process each. */
export function stackOn(
  sandbox: Pick<Sandbox, "url" | "region" | "projectId" | "accessKey" | "secretKey">,
  stackName = "test/dev",
  resource = "cache",
): Stack {
  const settings: Record<string, string> = {
    "dcs:endpoint": sandbox.url,
    "dcs:region": sandbox.region,
    "dcs:projectId": sandbox.projectId,
    "dcs:accessKey": sandbox.accessKey,
    "dcs:secretKey": sandbox.secretKey,
  };
  let runs = 0;
  // Another number makes another client: each run is a process of its own, which remembers nothing.
  const nextConfig = (): StackConfig => {
    const requestTimeout = `${1_000 + (runs += 1)}ms`;
    return { get: (key) => (key === "dcs:requestTimeout" ? requestTimeout : settings[key]) };
  };
  const own = { __resource: resource, __stack: stackName };

  const attempt = async (work: () => Promise<void>): Promise<Result> => {
    try {
      await work();
      return { ok: true };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  };

  const stack: Stack = {
    saved: undefined,
    up: (declared) =>
      attempt(async () => {
        const { saved } = stack;
        const config = nextConfig();
        const checked = await check(clone(saved?.inputs ?? {}), { ...declared, ...own }, config);
        if (checked.failures) throw new Error(checked.failures.map((failure) => failure.reason).join("; "));
        const inputs = clone(checked.inputs);
        if (!saved) {
          await keeping(stack, inputs, inputs, async () => {
            const { id, outs } = await create(clone(inputs), config);
            return { id, outputs: outs };
          });
          return;
        }
        const { changes } = diff(saved.id, clone(saved.outputs), clone(inputs));
        if (!changes && !saved.failed) return;
        await keeping(stack, inputs, saved.inputs, async () => {
          const { outs } = await update(saved.id, clone(saved.outputs), clone(inputs), config);
          return { id: saved.id, outputs: outs };
        });
      }),
    refresh: () =>
      attempt(async () => {
        const { saved } = stack;
        if (!saved) return;
        const now = await read(saved.id, clone(saved.outputs), nextConfig());
        stack.saved = { ...saved, inputs: clone(now.inputs), outputs: clone(now.props) };
      }),
    history: () => (stack.saved?.outputs["history"] ?? []) as SwitchoverRecord[],
    ledger: () => stack.saved?.outputs["__ledger"] as Ledger | undefined,
  };
  return stack;
}

/** Saves what a verb gives, and of one that fails with something to keep the new outputs with the old inputs, as the engine does. */
async function keeping(
  stack: Stack,
  inputs: Properties,
  inputsOfFailure: Properties,
  verb: () => Promise<{ id: string; outputs: Properties }>,
): Promise<void> {
  try {
    stack.saved = { ...clone(await verb()), inputs, failed: false };
  } catch (error) {
    const partial = error as { id?: string; properties?: Properties };
    if (partial.id !== undefined && partial.properties) {
      stack.saved = { id: partial.id, inputs: inputsOfFailure, outputs: clone(partial.properties), failed: true };
    }
    throw error;
  }
}

/** Values cross a process border on their way to the engine: nothing is shared, and `undefined` is lost. */
const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
