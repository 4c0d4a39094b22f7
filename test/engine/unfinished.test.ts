// What an update that failed with something to keep leaves behind, and every way on from there.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import {
  createWorkspace,
  diagnosticsOf,
  plansOf,
  resourcesOfKind,
  switchoverProgram,
  type Workspace,
} from "./support/index.js";

let sandbox: Sandbox;
let workspace: Workspace;
let instanceId: string;
const declare = (args: Record<string, unknown>): void =>
  workspace.write({ "index.js": switchoverProgram({ instanceId, ...args }) });
const plan = async (): Promise<unknown> => plansOf((await workspace.preview(["--json"])).stdout)["cache"];
const outcomes = async (): Promise<unknown[]> => {
  const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
  return ((resource?.outputs["history"] ?? []) as { outcome: string }[]).map(({ outcome }) => outcome);
};
const swapOutcomes = (): string[] => sandbox.swaps().map(({ outcome }) => outcome);

beforeEach(async () => {
  sandbox = await startSandbox({ swapSeconds: 0.3 });
  instanceId = sandbox.instances[0]?.id ?? "";
  workspace = await createWorkspace({ sandbox });
});
afterEach(() => sandbox.close());

describe("a create whose switchover failed", () => {
  beforeEach(async () => {
    declare({ triggers: { drill: "1" } });
    sandbox.setBehaviour({ swapEnding: "task-fails" });
    const { stdout } = await workspace.up([], { expectFailure: true });
    expect(stdout).toMatch(
      /the switchover did not happen: the cloud's task \w+ failed .* The next `pulumi up` tries again/,
    );
    sandbox.setBehaviour({ swapEnding: "switched" });
  });

  it("says so in the next preview and is made up for by the next update, also if only the reason has changed", async () => {
    declare({ triggers: { drill: "1" }, reason: "CHG-7" });
    expect(diagnosticsOf((await workspace.preview(["--json"])).stdout)).toContain(
      "cache: the switchover of the last update was not made: the update tries again",
    );
    await workspace.up();
    expect(swapOutcomes()).toEqual(["failed", "switched"]);
    expect(await outcomes()).toEqual(["switched", "failed"]);
    await workspace.up(["--expect-no-changes"]);
  });

  it("can be refreshed, and is then planned as it will be", async () => {
    await workspace.refresh();
    expect(await plan()).toMatch(
      /^switch over orders-cache: 192.168.0.10 \(sandbox-1a\) -> 192.168.0.11 \(sandbox-1b\)/,
    );
    await workspace.up();
    expect(swapOutcomes()).toEqual(["failed", "switched"]);
    await workspace.up(["--expect-no-changes"]);
  });

  it("is made up for from the new master, if somebody has switched since", async () => {
    declare({ triggers: { drill: "1" }, adoptWindow: "0" });
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    await workspace.up();
    expect(swapOutcomes()).toEqual(["failed", "switched", "switched"]);
    await workspace.up(["--expect-no-changes"]);
  });

  it("can be destroyed", async () => {
    await workspace.destroy();
    expect(resourcesOfKind(await workspace.export(), "SwitchoverTrigger")).toEqual([]);
    expect(swapOutcomes()).toEqual(["failed"]);
  });
});

describe("an update whose switchover is unconfirmed", () => {
  const leaveUnconfirmed = async (drill: string): Promise<void> => {
    declare({ triggers: { drill }, timeouts: { complete: "1s" } });
    sandbox.setBehaviour({ swapEnding: "never-ends" });
    const { stdout } = await workspace.up([], { expectFailure: true });
    expect(stdout).toMatch(/It is recorded as unconfirmed. The next `pulumi up` looks first/);
    sandbox.setBehaviour({ swapEnding: "switched" });
  };

  it("is looked at first by the next update, which adopts it once it has happened", async () => {
    await leaveUnconfirmed("1");
    expect(await outcomes()).toEqual(["unconfirmed"]);
    sandbox.endSwaps(instanceId);
    expect(diagnosticsOf((await workspace.preview(["--json"])).stdout)).toEqual([
      expect.stringMatching(
        /^cache: the switchover asked for at .* is unconfirmed: the update looks first whether it happened/,
      ),
    ]);
    await workspace.up();
    expect(swapOutcomes()).toEqual(["switched"]);
    expect(await outcomes()).toEqual(["adopted"]);
    await workspace.up(["--expect-no-changes"]);
  });

  it("is planned as adopted after a refresh, which uses up nothing", async () => {
    await leaveUnconfirmed("1");
    sandbox.endSwaps(instanceId);
    await workspace.refresh();
    expect(await plan()).toMatch(/^adopt switchover of orders-cache/);
    await workspace.up();
    expect(swapOutcomes()).toEqual(["switched"]);
    expect(await outcomes()).toEqual(["adopted"]);
  });

  it("is settled also when the trigger is taken back, and nothing more is switched", async () => {
    declare({ triggers: { drill: "1" } });
    await workspace.up();
    sandbox.clearJournal();
    await leaveUnconfirmed("2");
    sandbox.endSwaps(instanceId);
    declare({ triggers: { drill: "1" } });
    await workspace.up();
    expect(swapOutcomes()).toEqual(["switched"]);
    await workspace.up(["--expect-no-changes"]);
    expect(swapOutcomes()).toEqual(["switched"]);
  });
});
