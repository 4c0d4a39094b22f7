import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startSandbox, type Behaviour, type Sandbox } from "../../sandbox/index.js";
import { stackOn, type Stack } from "./support/miniEngine.js";

/** Each promise of docs/once-only.md with just the legs that it needs, and, where that is the point, without them. */
const NO_LOG: Partial<Behaviour> = { taskLog: "forbidden" };
const EMPTY_LOG: Partial<Behaviour> = { taskRecord: "none" };
const NO_ROLES: Partial<Behaviour> = { groups: "forbidden" };

let homes: string[];
let sandbox: Sandbox;
let instanceId: string;
let stack: Stack;

beforeEach(async () => {
  homes = [0, 1].map(() => mkdtempSync(join(tmpdir(), "dcs-legs-")));
  instanceId = randomUUID();
  sandbox = await startSandbox({ instances: [{ id: instanceId }], behaviour: { swapSeconds: 0.2 } });
  stack = stackOn(sandbox);
  on(0);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await sandbox.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** Which machine the next runs are on: each has an intent journal of its own. */
const on = (machine: number): void => void vi.stubEnv("PULUMI_HOME", homes[machine]);
const declared = (drill: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  instanceId,
  triggers: { drill },
  timeouts: { accept: "4s", complete: "2s", settle: "1s" },
  ...more,
});
const baseline = (): Promise<unknown> => stack.up(declared("0", { switchOnCreate: false }));
const changed = (more: Record<string, unknown> = {}): Record<string, unknown> =>
  declared("1", { switchOnCreate: false, ...more });

/** An update that comes to its end, and whose result the engine then loses. */
async function lostSave(program: Record<string, unknown>): Promise<void> {
  const before = stack.saved;
  expect(await stack.up(program)).toEqual({ ok: true });
  stack.saved = before;
}

const newest = (): unknown => stack.history()[0];

describe("a lost answer is settled without a second request", () => {
  beforeEach(() => sandbox.injectFault({ operation: "swap", kind: "drop", when: "after" }));

  it("by the roles alone", async () => {
    sandbox.setBehaviour(NO_LOG);
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted" });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("by the task log alone", async () => {
    // Check and the first look see the roles, the wait for the end does not.
    sandbox.injectFault({ operation: "listGroups", kind: "answer", status: 403, skip: 2, times: "unlimited" });
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", taskId: sandbox.swaps()[0]?.taskId });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("not without both: it stays unconfirmed, the rerun refuses, and a person's word resolves it", async () => {
    for (const operation of ["listGroups", "listTasks"] as const) {
      sandbox.injectFault({ operation, kind: "answer", status: 403, skip: 2, times: "unlimited" });
    }
    expect(await stack.up(declared("1"))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/unconfirmed/) as unknown,
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await stack.up(declared("1"))).toMatchObject({
      ok: false,
      message: expect.stringContaining(`DCS_SWITCHOVER_RESOLVE=${instanceId}=happened`) as unknown,
    });
    expect(sandbox.swaps()).toHaveLength(1);
    vi.stubEnv("DCS_SWITCHOVER_RESOLVE", `${instanceId}=happened`);
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({
      outcome: "adopted",
      note: expect.stringMatching(/word of the operator/) as unknown,
    });
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("a request that surely did nothing is made again", () => {
  it("by the roles alone", async () => {
    sandbox.setBehaviour(NO_LOG);
    sandbox.injectFault({ operation: "swap", kind: "drop" });
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "switched", attempts: 2 });
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("a rerun after a lost save on the same machine", () => {
  it.each([
    ["create", "by journal and roles", NO_LOG],
    ["create", "by journal and log", {}],
    ["update", "by journal and roles", NO_LOG],
    ["update", "by journal and roles where the log is empty", EMPTY_LOG],
  ] as const)("of a %s adopts %s, whatever adoptWindow says", async (verb, _legs, behaviour) => {
    sandbox.setBehaviour(behaviour);
    if (verb === "update") await baseline();
    const program = verb === "create" ? declared("1", { adoptWindow: "0" }) : changed({ adoptWindow: "0" });
    await lostSave(program);
    expect(await stack.up(program)).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", note: expect.stringMatching(/earlier run/) as unknown });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("adopts by journal and log where the roles can't be read any more", async () => {
    await lostSave(declared("1"));
    sandbox.setBehaviour(NO_ROLES);
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", taskId: sandbox.swaps()[0]?.taskId });
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("a rerun after a lost save on another machine", () => {
  it("of an update adopts by the roles alone", async () => {
    sandbox.setBehaviour(NO_LOG);
    await baseline();
    await lostSave(changed());
    on(1);
    expect(await stack.up(changed())).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", timeSource: "noticed" });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("of an update adopts by the log alone", async () => {
    await baseline();
    await lostSave(changed());
    on(1);
    sandbox.setBehaviour(NO_ROLES);
    expect(await stack.up(changed())).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", taskId: sandbox.swaps()[0]?.taskId });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("of a create adopts by the log alone", async () => {
    await lostSave(declared("1"));
    on(1);
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", taskId: sandbox.swaps()[0]?.taskId });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("of a create adopts by tag and roles where the log is empty", async () => {
    sandbox.setBehaviour(EMPTY_LOG);
    await lostSave(declared("1", { intentTag: true }));
    on(1);
    expect(await stack.up(declared("1", { intentTag: true }))).toEqual({ ok: true });
    expect(newest()).toMatchObject({ outcome: "adopted", note: expect.stringMatching(/earlier run/) as unknown });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("of a create without log and tag can't know, and switches over again", async () => {
    sandbox.setBehaviour(EMPTY_LOG);
    await lostSave(declared("1"));
    on(1);
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    expect(sandbox.swaps()).toHaveLength(2);
  });
});

describe("an unconfirmed record", () => {
  /** Accepted, and no look at the end succeeds. */
  async function leaveUnconfirmed(): Promise<void> {
    await baseline();
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 403, skip: 2, times: "unlimited" });
    expect((await stack.up(changed())).ok).toBe(false);
    expect(newest()).toMatchObject({ outcome: "unconfirmed" });
    sandbox.clearFaults();
  }

  it("is resolved by the next update, on any machine, without a second swap", async () => {
    await leaveUnconfirmed();
    on(1);
    expect(await stack.up(changed())).toEqual({ ok: true });
    expect(stack.history().map((record) => record.outcome)).toEqual(["adopted"]);
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("is resolved first when the triggers have changed again, and these then switch over once", async () => {
    await leaveUnconfirmed();
    const again = declared("2", { switchOnCreate: false });
    expect(await stack.up(again)).toEqual({ ok: true });
    expect(stack.history().map(({ outcome, trigger }) => [outcome, trigger["drill"]])).toEqual([
      ["switched", "2"],
      ["adopted", "1"],
    ]);
    expect(sandbox.swaps()).toHaveLength(2);
  });

  it("is not touched by a refresh", async () => {
    await leaveUnconfirmed();
    expect(await stack.refresh()).toEqual({ ok: true });
    expect(stack.history().map((record) => record.outcome)).toEqual(["unconfirmed"]);
    expect(await stack.up(changed())).toEqual({ ok: true });
    expect(stack.history().map((record) => record.outcome)).toEqual(["adopted"]);
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("that history has room for alone is still resolved", async () => {
    await baseline();
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 403, skip: 2, times: "unlimited" });
    await stack.up(changed({ historyLimit: 1 }));
    sandbox.clearFaults();
    expect(await stack.up(changed({ historyLimit: 1 }))).toEqual({ ok: true });
    expect(stack.history().map((record) => record.outcome)).toEqual(["adopted"]);
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("a person's word", () => {
  it("about a request of other triggers settles that one, and today's trigger switches over", async () => {
    await baseline();
    sandbox.setBehaviour({ swapEnding: "roles-unchanged" });
    expect((await stack.up(changed())).ok).toBe(false);
    sandbox.setBehaviour({ swapEnding: "switched" });
    const again = declared("2", { switchOnCreate: false });
    expect(await stack.up(again)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/can't be told/) as unknown,
    });
    vi.stubEnv("DCS_SWITCHOVER_RESOLVE", `${instanceId}=did-not-happen`);
    expect(await stack.up(again)).toEqual({ ok: true });
    expect(stack.history().map(({ outcome, trigger }) => [outcome, trigger["drill"]])).toEqual([
      ["switched", "2"],
      ["failed", "1"],
    ]);
    expect(sandbox.swaps().map((swap) => swap.outcome)).toEqual(["roles-unchanged", "switched"]);
  });
});
