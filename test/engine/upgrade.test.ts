// State that the first version wrote (test/fixtures/state-0.1.0.json, exported by a stack that had switched over once) is read by this one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { code, createWorkspace, resourcesOfKind, switchoverProgram, type Workspace } from "./support/index.js";
import { parseState } from "./support/state.js";

const FIXTURE = join(__dirname, "../fixtures/state-0.1.0.json");
const WRITTEN_AT = Date.parse("2026-11-24T00:00:00Z");

describe("the state of the first version", () => {
  let sandbox: Sandbox;
  let workspace: Workspace;
  const declare = (drill: string): void =>
    workspace.write({
      "index.js": switchoverProgram({
        instanceId: sandbox.instances[0]?.id,
        triggers: { drill },
        reason: code('pulumi.secret("CHG-1042")'),
        requestedBy: "ops",
      }),
    });

  beforeAll(async () => {
    sandbox = await startSandbox({ swapSeconds: 0.3 });
    // What the state's record tells of.
    sandbox.externalSwap(sandbox.instances[0]?.id ?? "", { agoSeconds: Math.ceil((Date.now() - WRITTEN_AT) / 1000) });
    workspace = await createWorkspace({ sandbox });
    await workspace.import(parseState(readFileSync(FIXTURE, "utf8").replaceAll("http://127.0.0.1:1", sandbox.url)));
    sandbox.clearJournal();
  });
  afterAll(async () => {
    await workspace.close();
    await sandbox.close();
  });

  it("is up to date: no diff, no request, the same text of the provider", async () => {
    declare("1");
    const [before] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.requests()).toEqual([]);
    const [after] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
    expect(after?.inputs["__provider"]).toBe(before?.inputs["__provider"]);
    expect(await workspace.outputs()).toMatchObject({ lastSwitchover: { outcome: "switched", reason: "CHG-1042" } });
  });

  it("can be refreshed", async () => {
    await workspace.refresh(["--expect-no-changes"]);
    expect(sandbox.swaps()).toEqual([]);
  });

  it("goes on with the next trigger: one switchover, chained to the first", async () => {
    declare("2");
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
    const { history } = (await workspace.outputs()) as { history: { hash: string; previousHash: string | null }[] };
    expect(history).toHaveLength(2);
    expect(history[0]?.previousHash).toBe(history[1]?.hash);
  });

  it("can be destroyed", async () => {
    sandbox.clearJournal();
    await workspace.destroy();
    expect(sandbox.requests()).toEqual([]);
  });
});
