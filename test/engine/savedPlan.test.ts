// What was reviewed is what runs: `preview --save-plan`, then `up --plan`.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { createWorkspace, switchoverProgram, type Workspace } from "./support/index.js";

describe("a saved plan", () => {
  let sandbox: Sandbox;
  let workspace: Workspace;
  let instanceId: string;
  const declare = (args: Record<string, unknown>): void =>
    workspace.write({ "index.js": switchoverProgram({ instanceId, ...args }) });
  const save = (): Promise<unknown> => workspace.preview(["--save-plan", "plan.json"]);
  const apply = async (): Promise<string> => (await workspace.up(["--plan", "plan.json"])).stdout;
  const refusal = async (): Promise<string> => {
    sandbox.clearJournal();
    const { stdout } = await workspace.up(["--plan", "plan.json"], { expectFailure: true });
    expect(sandbox.swaps()).toEqual([]);
    return stdout;
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ swapSeconds: 0.3 });
    instanceId = sandbox.instances[0]?.id ?? "";
    workspace = await createWorkspace({ sandbox });
  });
  afterAll(async () => {
    await workspace.close();
    await sandbox.close();
  });

  it("runs as it was reviewed while nothing has changed, also for a new resource", async () => {
    declare({ triggers: { drill: "1" } });
    await save();
    await apply();
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("refuses when somebody else has moved the master, and says what it would do now", async () => {
    declare({ triggers: { drill: "2" } });
    await save();
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    const stdout = await refusal();
    expect(stdout).toContain("cache: plan: adopt switchover of orders-cache of");
    expect(stdout).toMatch(
      /violates plan: properties changed: .*~~plan\[\{switch over orders-cache: .*\}!=\{adopt .*by ops\}\]/,
    );
  });

  it("refuses when somebody else has switched twice, though the roles are as reviewed", async () => {
    declare({ triggers: { drill: "2" }, adoptWindow: "0" });
    await save();
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    expect(await refusal()).toMatch(/violates plan: properties changed: .*last switched over .*!=.*last switched over/);
  });

  it("refuses when the instance's status is another", async () => {
    await save();
    sandbox.setInstance(instanceId, { task: "BACKUPING" });
    expect(await refusal()).toMatch(/violates plan: .*waits while instance orders-cache .* is busy with BACKUPING/);
    sandbox.setInstance(instanceId, { task: null });
  });

  it("runs once the instance is again as it was reviewed", async () => {
    await apply();
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("does nothing when it is applied again", async () => {
    sandbox.clearJournal();
    await apply();
    expect(sandbox.requests()).toEqual([]);
  });

  it("that asks for no switchover makes none", async () => {
    declare({ triggers: { drill: "2" }, adoptWindow: "0", reason: "CHG-8" });
    await save();
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    sandbox.clearJournal();
    await apply();
    expect(sandbox.requests()).toEqual([]);
  });

  it("made outside the maintenance window runs inside", async () => {
    const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
    const window = { from: inMinutes(5), to: inMinutes(12), timezone: "UTC" };
    declare({ triggers: { drill: "3" }, adoptWindow: "0", maintenanceWindow: window });
    await save();
    expect(await refusal()).toContain("Wait for the window");
    sandbox.setBehaviour({ clockOffsetSeconds: 8 * 60 });
    await apply();
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });
});

it("holds an update to what was planned in the same run, if the master moves in between", async () => {
  const sandbox = await startSandbox({ swapSeconds: 0.3 });
  const [instance] = sandbox.instances;
  const program = (drill: string): string =>
    switchoverProgram({ instanceId: instance?.id, triggers: { drill }, adoptWindow: "0" });
  const workspace = await createWorkspace({ sandbox, files: { "index.js": program("1") } });
  await workspace.up();
  workspace.write({ "index.js": program("2") });
  // The look that planned is over; the one before the request finds another master.
  sandbox.clearJournal();
  sandbox.hold({ operation: "listGroups", times: 1 });
  const run = workspace.spawn(["up", "--yes", "--skip-preview", "--non-interactive"]);
  await sandbox.waitForHeld("listGroups");
  // Lifts the hold and sets the next one before the engine can have gone on to the update.
  sandbox.release("listGroups");
  sandbox.hold({ operation: "listGroups", times: 1 });
  await sandbox.waitForHeld("listGroups");
  sandbox.externalSwap(instance?.id ?? "", { user: "ops", swapSeconds: 0 });
  sandbox.release("listGroups");
  const { code, stdout } = await run.ended;
  expect(code).not.toBe(0);
  expect(stdout).toMatch(/the master is now .*, and the reviewed plan names another/);
  expect(sandbox.swaps().filter(({ source }) => source === "api")).toEqual([]);
  await sandbox.close();
});
