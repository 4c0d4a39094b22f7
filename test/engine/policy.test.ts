// The policy pack of examples/policy, run by the engine.
import { chmodSync, cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { createWorkspace, switchoverProgram, type Workspace } from "./support/index.js";

const repository = join(__dirname, "../..");
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const day = (offset: number): string => days[(new Date().getUTCDay() + offset) % 7] ?? "";
// Both hold until the test is over, also around midnight.
const frozen = [day(0), day(1)];
const calm = [day(3)];

let sandbox: Sandbox;
let workspace: Workspace;
let pack: string;

const declare = (args: Record<string, unknown>): void =>
  workspace.write({ "index.js": switchoverProgram({ instanceId: sandbox.instances[0]?.id, ...args }) });
/** `pulumi up` with its own preview, as people run it. */
const up = async (freezeDays: string[], expectFailure: boolean, args: string[] = []): Promise<string> => {
  workspace.write({ "rules.json": JSON.stringify({ freeze: { days: freezeDays, from: "00:00" } }) });
  sandbox.clearJournal();
  const policies = ["--policy-pack", pack, "--policy-pack-config", "rules.json"];
  const env = { SWITCHOVER_PLAN: join(workspace.folder, "plan.json") };
  const command = ["up", "--yes", "--stack", workspace.stack, ...policies, ...args];
  return (await workspace.pulumi(command, { expectFailure, env })).stdout;
};

describe("a policy pack", () => {
  beforeAll(async () => {
    sandbox = await startSandbox({ swapSeconds: 0.3 });
    workspace = await createWorkspace({ sandbox, stack: "prod" });
    const folder = join(workspace.folder, "policy");
    cpSync(join(repository, "examples/policy"), folder, { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    chmodSync(join(folder, "run"), 0o755);
    pack = join(folder, "run");
  });
  afterAll(async () => {
    await workspace.close();
    await sandbox.close();
  });

  it("refuses before anything is switched, naming every rule that is broken", async () => {
    declare({ triggers: { drill: "1" }, reason: "because" });
    const stdout = await up(frozen, true);
    expect(sandbox.swaps()).toEqual([]);
    expect(stdout).toContain("cache must not be switched over: its reason has no change number");
    expect(stdout).toMatch(/cache must not be switched over: it is \w{3} \d\d:\d\d \(UTC\)/);
    expect(stdout).toContain("cache must not be switched over: there is no saved plan");
  });

  it("lets a saved plan be made, and what it says be done", async () => {
    declare({ triggers: { drill: "1" }, reason: "Drill, CHG-1042" });
    const review = ["--policy-pack", pack, "--policy-pack-config", join(workspace.folder, "policy/preview.json")];
    await workspace.preview([...review, "--save-plan", "plan.json"]);
    await up(calm, false, ["--plan", "plan.json"]);
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("lets an update pass that switches nothing over, at any time and without a plan", async () => {
    declare({ triggers: { drill: "1" }, reason: "another reason" });
    await up(frozen, false);
    expect(sandbox.swaps()).toEqual([]);
  });

  it("refuses in production what the saved plan doesn't say", async () => {
    declare({ triggers: { drill: "2" }, reason: "Drill, CHG-1043" });
    const stdout = await up(calm, true);
    expect(sandbox.swaps()).toEqual([]);
    expect(stdout).toMatch(/the saved plan says "switch over [^"]*", and now it is "switch over/);
    expect(stdout).not.toContain("has no change number");
  });
});
