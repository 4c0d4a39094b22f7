// `primary`, `expectedMaster`, and what a refresh sees.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { createWorkspace, plansOf, resourcesOfKind, switchoverProgram, type Workspace } from "./support/index.js";

let sandbox: Sandbox;
let workspace: Workspace;
let instanceId: string;

const A = { availabilityZone: "sandbox-1a" };
const B = { availabilityZone: "sandbox-1b" };
const declare = (args: Record<string, unknown>): void =>
  workspace.write({ "index.js": switchoverProgram({ instanceId, ...args }) });
const plan = async (): Promise<string> => String(plansOf((await workspace.preview(["--json"])).stdout)["cache"]);
const swapsOf = async (act: () => Promise<unknown>): Promise<number> => {
  sandbox.clearJournal();
  await act();
  return sandbox.swaps().filter(({ source }) => source === "api").length;
};
const byOps = (): unknown => sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
const resource = async (): Promise<{ inputs: Record<string, unknown>; outputs: Record<string, unknown> }> => {
  const [found] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
  const inputs = Object.fromEntries(Object.entries(found?.inputs ?? {}).filter(([key]) => !key.startsWith("__")));
  return { inputs, outputs: found?.outputs ?? {} };
};

const start = async (): Promise<void> => {
  sandbox = await startSandbox({ swapSeconds: 0.3 });
  instanceId = sandbox.instances[0]?.id ?? "";
  workspace = await createWorkspace({ sandbox });
};
const stop = async (): Promise<void> => {
  await workspace.close();
  await sandbox.close();
};

describe("a declared place of the master", () => {
  beforeAll(start);
  afterAll(stop);

  it("is reached by one switchover, and then by none", async () => {
    declare({ primary: B });
    expect(await swapsOf(() => workspace.up())).toBe(1);
    expect(await swapsOf(() => workspace.up(["--expect-no-changes"]))).toBe(0);
    expect(await workspace.outputs()).toMatchObject({ master: B, switchoverCount: 1 });
  });

  it("shows drift in the next preview, without a refresh", async () => {
    byOps();
    expect(await plan()).toMatch(
      /^switch over orders-cache: 192.168.0.10 \(sandbox-1a\) -> 192.168.0.11 \(sandbox-1b\); last switched over .* by ops$/,
    );
  });

  it("lets a refresh see who moved it and change nothing else", async () => {
    const before = await resource();
    expect(await swapsOf(() => workspace.refresh())).toBe(0);
    const { inputs, outputs } = await resource();
    expect(inputs).toEqual(before.inputs);
    expect(outputs).toMatchObject({
      master: A,
      standbys: [B],
      switchoverCount: 1,
      lastSwitchover: { outcome: "observed", performedBy: "ops", timeSource: "task", trigger: {}, attempts: 0 },
    });
    expect(await swapsOf(() => workspace.refresh(["--expect-no-changes"]))).toBe(0);
  });

  it("is reached again by the next update, and stays out of reach of an adoption", async () => {
    expect(await swapsOf(() => workspace.up())).toBe(1);
    expect(await swapsOf(() => workspace.up(["--expect-no-changes"]))).toBe(0);
    const { history } = (await workspace.outputs()) as { history: { outcome: string }[] };
    expect(history.map(({ outcome }) => outcome)).toEqual(["switched", "observed", "switched"]);
  });

  it("satisfies a changed trigger without a switchover", async () => {
    declare({ primary: B, triggers: { drill: "1" } });
    expect(await plan()).toBe("none: the master of orders-cache is already 192.168.0.11 (sandbox-1b)");
    expect(await swapsOf(() => workspace.up())).toBe(0);
    expect(await workspace.outputs()).toMatchObject({
      switchoverCount: 2,
      lastSwitchover: { outcome: "already-primary", trigger: { drill: "1" } },
    });
    expect(await swapsOf(() => workspace.up(["--expect-no-changes"]))).toBe(0);
  });

  it("and a changed trigger while it is elsewhere take one switchover together", async () => {
    byOps();
    declare({ primary: B, triggers: { drill: "2" } });
    expect(await swapsOf(() => workspace.up())).toBe(1);
    expect(await swapsOf(() => workspace.up(["--expect-no-changes"]))).toBe(0);
    expect(await workspace.outputs()).toMatchObject({ master: B, lastSwitchover: { outcome: "switched" } });
  });

  it("is tried again by the next update where the cloud promoted another node", async () => {
    sandbox.setInstance(instanceId, { nodes: [{ node: "standby", healthy: false }] });
    byOpsFailover();
    expect(await plan()).toMatch(/^refuse|^switch over .*waits while/);
    sandbox.setInstance(instanceId, { nodes: [{ node: "standby", healthy: true }] });
    expect(await swapsOf(() => workspace.up())).toBe(1);
  });
});

/** Automatic: no user, no task. */
function byOpsFailover(): void {
  sandbox.setInstance(instanceId, { nodes: [{ node: "standby", healthy: true }] });
  sandbox.externalSwap(instanceId, { swapSeconds: 0 });
  sandbox.setInstance(instanceId, { nodes: [{ node: "standby", healthy: false }] });
}

describe("an expected master", () => {
  beforeAll(start);
  afterAll(stop);

  it("that is another refuses in the preview already, and in the update", async () => {
    declare({ triggers: { drill: "1" }, expectedMaster: B });
    expect(await plan()).toBe(
      "refuse: orders-cache: the master is 192.168.0.10 (sandbox-1a), and expectedMaster asks for zone sandbox-1b",
    );
    expect(await swapsOf(() => workspace.up([], { expectFailure: true }))).toBe(0);
    expect(resourcesOfKind(await workspace.export(), "SwitchoverTrigger")).toEqual([]);
  });

  it("that is right lets the switchover through", async () => {
    declare({ triggers: { drill: "1" }, expectedMaster: A });
    expect(await swapsOf(() => workspace.up())).toBe(1);
  });

  it("that has moved since the plan of the same run refuses just before the swap", async () => {
    declare({ triggers: { drill: "2" }, expectedMaster: B, adoptWindow: "0" });
    sandbox.clearJournal();
    sandbox.hold({ operation: "listGroups", times: 1 });
    const run = workspace.spawn(["up", "--yes", "--skip-preview", "--non-interactive"]);
    await sandbox.waitForHeld("listGroups");
    sandbox.release("listGroups");
    sandbox.hold({ operation: "listGroups", times: 1 });
    await sandbox.waitForHeld("listGroups");
    byOps();
    sandbox.release("listGroups");
    const { code, stdout } = await run.ended;
    expect(code).not.toBe(0);
    expect(stdout).toContain("the master is 192.168.0.10 (sandbox-1a), and expectedMaster asks for zone sandbox-1b");
    expect(sandbox.swaps().filter(({ source }) => source === "api")).toEqual([]);
  });
});

describe("a refresh of a trigger without a place", () => {
  beforeAll(start);
  afterAll(stop);

  it("records what others did, which then satisfies the next trigger", async () => {
    declare({ triggers: { drill: "1" } });
    await workspace.up();
    // More than the two seconds in which a swap could still pass for the stack's own.
    await workspace.up(["--expect-no-changes"]);
    byOps();
    expect(await swapsOf(() => workspace.refresh())).toBe(0);
    expect((await resource()).outputs).toMatchObject({ master: A, lastSwitchover: { outcome: "observed" } });
    declare({ triggers: { drill: "2" } });
    expect(await plan()).toMatch(/^adopt switchover of orders-cache of .* by ops$/);
    expect(await swapsOf(() => workspace.up())).toBe(0);
    const { history } = (await workspace.outputs()) as { history: { outcome: string }[] };
    expect(history.map(({ outcome }) => outcome)).toEqual(["adopted", "switched"]);
  });

  it("notices exchanged roles that no task tells of", async () => {
    sandbox.externalSwap(instanceId, { swapSeconds: 0 });
    await workspace.refresh();
    expect((await resource()).outputs).toMatchObject({
      master: B,
      lastSwitchover: { outcome: "observed", timeSource: "noticed", to: B },
    });
  });

  it("in the same run as an update switches over once for a changed trigger", async () => {
    declare({ triggers: { drill: "3" }, adoptWindow: "0" });
    expect(await swapsOf(() => workspace.up(["--refresh"]))).toBe(1);
    expect(await swapsOf(() => workspace.up(["--refresh", "--expect-no-changes"]))).toBe(0);
  });
});
