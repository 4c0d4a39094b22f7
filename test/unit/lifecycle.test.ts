// The verbs as the engine calls them, over random histories: what a check announces is what the update then does.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { check, create, diff, read, update } from "../../provider/lifecycle.js";
import { startSandbox, type Behaviour, type Sandbox } from "../../sandbox/index.js";

type Properties = Record<string, unknown>;
interface State {
  inputs: Properties;
  outputs: Properties;
}

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "dcs-lifecycle-"));
  vi.stubEnv("PULUMI_HOME", home);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

/** Does with the verbs what the engine does, for one resource on a sandbox of its own. */
class Stack {
  private state: State | undefined;
  private swaps = 0;
  private elapsed = 0;
  private constructor(readonly sandbox: Sandbox) {}

  static async start(behaviour: Partial<Behaviour>): Promise<Stack> {
    // The journal and what this process remembers go by the instance's id.
    return new Stack(await startSandbox({ swapSeconds: 0, behaviour, instances: [{ id: randomUUID() }] }));
  }

  private readonly config = {
    get: (key: string): string | undefined =>
      ({
        "dcs:endpoint": this.sandbox.url,
        "dcs:region": this.sandbox.region,
        "dcs:projectId": this.sandbox.projectId,
        "dcs:accessKey": this.sandbox.accessKey,
        "dcs:secretKey": this.sandbox.secretKey,
      })[key],
  };

  get instanceId(): string {
    return this.sandbox.instances[0]?.id ?? "";
  }

  /** Lets time pass in the cloud; less than the skew that signatures allow in all. */
  pass(seconds: number): void {
    this.elapsed += seconds;
    this.sandbox.setBehaviour({ clockOffsetSeconds: this.elapsed });
  }

  /** One `pulumi up`: the plan that its check made, and the swaps that it sent. */
  async up(args: Properties): Promise<{ plan: string; sent: number }> {
    const news = { instanceId: this.instanceId, __resource: "cache", ...args };
    const checked = await check(this.state?.inputs ?? {}, news, this.config);
    expect(checked.failures ?? []).toEqual([]);
    const { inputs } = checked;
    if (!this.state) {
      const { outs } = await create(inputs, this.config);
      this.state = { inputs, outputs: outs };
    } else if (diff(this.instanceId, this.state.outputs, inputs).changes) {
      const { outs } = await update(this.instanceId, this.state.outputs, inputs, this.config);
      this.state = { inputs, outputs: outs };
    } else {
      this.state = { inputs, outputs: this.state.outputs };
      return { plan: "none: no diff", sent: this.sent() };
    }
    return { plan: String(inputs["plan"]), sent: this.sent() };
  }

  async refresh(): Promise<number> {
    if (!this.state) return 0;
    const { props, inputs } = await read(this.instanceId, this.state.outputs, this.config);
    this.state = { inputs, outputs: props };
    return this.sent();
  }

  private sent(): number {
    const all = this.sandbox.swaps().filter(({ source }) => source === "api").length;
    const sent = all - this.swaps;
    this.swaps = all;
    return sent;
  }
}

type Action = "trigger" | "reason" | "nothing" | "refresh" | "ops" | "failover" | "wait";
const action = fc.constantFrom<Action>("trigger", "trigger", "reason", "nothing", "refresh", "ops", "failover", "wait");

/** Short, since no sandbox here ever takes longer: a wait is a failure. */
const TIMEOUTS = { accept: "2s", complete: "2s", settle: "1s" };

async function live(actions: readonly Action[], behaviour: Partial<Behaviour>, args: Properties): Promise<void> {
  const stack = await Stack.start(behaviour);
  const declared = { triggers: { drill: "0" }, reason: "0", adoptWindow: "1m", timeouts: TIMEOUTS, ...args };
  const story: string[] = [];
  try {
    for (const [step, now] of (["trigger", ...actions] as const).entries()) {
      stack.pass(10);
      if (now === "ops") stack.sandbox.externalSwap(stack.instanceId, { user: "ops" });
      else if (now === "failover") stack.sandbox.externalSwap(stack.instanceId);
      else if (now === "wait") stack.pass(40);
      else if (now === "refresh") expect(await stack.refresh()).toBe(0);
      else {
        if (now === "trigger") declared.triggers = { drill: String(step) };
        if (now === "reason") declared.reason = String(step);
        const { plan, sent } = await stack.up({ ...declared });
        story.push(`${now}: ${plan}`);
        expect(sent, story.join("\n")).toBe(plan.startsWith("switch over") ? 1 : 0);
      }
    }
    expect(await stack.up({ ...declared })).toMatchObject({ sent: expect.any(Number) as number });
    expect(await stack.up({ ...declared }), story.join("\n")).toEqual({ plan: "none: no diff", sent: 0 });
  } finally {
    await stack.sandbox.close();
  }
}

describe("whatever happened before, an update does what its plan says", () => {
  const actions = fc.array(action, { maxLength: 10 });
  const runs = { numRuns: 25, endOnFailure: true };

  it(
    "with a task log",
    () =>
      fc.assert(
        fc.asyncProperty(actions, (list) => live(list, {}, {})),
        runs,
      ),
    120_000,
  );

  it(
    "without a task log, from roles alone",
    () =>
      fc.assert(
        fc.asyncProperty(actions, (list) => live(list, { taskRecord: "none" }, {})),
        runs,
      ),
    120_000,
  );

  it(
    "with a task log that nobody may read",
    () =>
      fc.assert(
        fc.asyncProperty(actions, (list) => live(list, { taskLog: "forbidden" }, {})),
        runs,
      ),
    120_000,
  );

  it(
    "in state mode",
    () =>
      fc.assert(
        fc.asyncProperty(actions, (list) => live(list, {}, { primary: { availabilityZone: "sandbox-1b" } })),
        runs,
      ),
    120_000,
  );
});
