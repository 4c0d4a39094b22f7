// What people do to stacks and resources beside changing triggers: none of it is a reason to switch over.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { createWorkspace, plansOf, resourcesOfKind, switchoverProgram, type Workspace } from "./support/index.js";

let sandbox: Sandbox;
let workspace: Workspace;
let instanceId: string;

const URN = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::cache";
const declare = (args: Record<string, unknown>, options: { name?: string; resourceOptions?: string } = {}): void =>
  workspace.write({ "index.js": switchoverProgram({ instanceId, ...args }, options) });
const outcomes = async (): Promise<unknown[]> => {
  const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
  return ((resource?.outputs["history"] ?? []) as { outcome: string }[]).map(({ outcome }) => outcome);
};
const start = async (): Promise<void> => {
  sandbox = await startSandbox({ swapSeconds: 0.3, instances: 2 });
  instanceId = sandbox.instances[0]?.id ?? "";
  workspace = await createWorkspace({ sandbox });
};
const stop = async (): Promise<void> => {
  await workspace.close();
  await sandbox.close();
};

describe("an instance that exists is taken in without a switchover", () => {
  beforeAll(start);
  afterAll(stop);

  it("by the import option, which may be removed afterwards", async () => {
    declare({ triggers: { drill: "1" } }, { resourceOptions: `{ import: ${JSON.stringify(instanceId)} }` });
    expect(plansOf((await workspace.preview(["--json"])).stdout)).toEqual({
      cache: "none: the roles are recorded as they are, nothing is switched over",
    });
    expect((await workspace.up()).stdout).toContain("baseline recorded: the master is 192.168.0.10 (sandbox-1a)");
    await workspace.up(["--expect-no-changes"]);
    declare({ triggers: { drill: "1" } });
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.swaps()).toEqual([]);
    expect(await workspace.outputs()).toMatchObject({
      history: [],
      switchoverCount: 0,
      master: { ip: "192.168.0.10" },
    });
  });

  it("and its next trigger performs one", async () => {
    declare({ triggers: { drill: "2" } });
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("not by the import of another instance", async () => {
    declare({}, { name: "other", resourceOptions: `{ import: ${JSON.stringify(sandbox.instances[1]?.id)} }` });
    const { stdout } = await workspace.preview([], { expectFailure: true });
    expect(stdout).toContain(`is not the instance that the import option names (${sandbox.instances[1]?.id})`);
  });

  it("by switchOnCreate: false, whose change later performs none either", async () => {
    declare({ triggers: { drill: "1" }, switchOnCreate: false }, { name: "adopted" });
    await workspace.up();
    declare({ triggers: { drill: "1" } }, { name: "adopted" });
    await workspace.up();
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("not by the import command, which says that it can't", async () => {
    const { stdout, stderr } = await workspace.pulumi(
      [
        "import",
        "pulumi-nodejs:dynamic/dcs:SwitchoverTrigger",
        "late",
        instanceId,
        "--yes",
        "--stack",
        "dev",
        "--generate-code=false",
        "--skip-preview",
      ],
      { expectFailure: true },
    );
    expect(stdout + stderr).toMatch(/error/);
    expect(
      resourcesOfKind(await workspace.export(), "SwitchoverTrigger").map(({ urn }) => urn.split("::").at(-1)),
    ).toEqual(["adopted"]);
  });
});

describe("no switchover comes of", () => {
  beforeAll(async () => {
    await start();
    declare({ triggers: { drill: "1" }, reason: "one" });
    await workspace.up();
  });
  afterAll(stop);
  beforeEach(() => sandbox.clearJournal());
  const expectNone = (): void => expect(sandbox.swaps()).toEqual([]);

  it("a change of the id's case", async () => {
    declare({ instanceId: instanceId.toUpperCase(), triggers: { drill: "1" }, reason: "one" });
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("ignoreChanges", async () => {
    declare({ triggers: { drill: "other" }, reason: "one" }, { resourceOptions: `{ ignoreChanges: ["triggers"] }` });
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("protect, and a destroy that it stops", async () => {
    declare({ triggers: { drill: "1" }, reason: "one" }, { resourceOptions: "{ protect: true }" });
    await workspace.up();
    await workspace.destroy([], { expectFailure: true });
    expectNone();
  });

  it("replaceOnChanges, which the engine passes over where a dynamic provider has seen the changes", async () => {
    declare({ triggers: { drill: "1" }, reason: "two" }, { resourceOptions: `{ replaceOnChanges: ["reason"] }` });
    expect((await workspace.up()).stdout).toMatch(/1 updated/);
    expectNone();
    expect(await outcomes()).toEqual(["switched"]);
  });

  it("a replacement that deletes first, which keeps the history", async () => {
    declare({ triggers: { drill: "1" }, reason: "three" }, { resourceOptions: "{ deleteBeforeReplace: true }" });
    expect((await workspace.up(["--replace", URN])).stdout).toMatch(/1 replaced/);
    expectNone();
    expect(await outcomes()).toEqual(["switched"]);
  });

  it("a replacement that a person asks for", async () => {
    declare({ triggers: { drill: "1" }, reason: "three" });
    expect((await workspace.up(["--replace", URN])).stdout).toMatch(/1 replaced/);
    expectNone();
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("a refresh with the update, a targeted update, and a refresh alone", async () => {
    await workspace.up(["--refresh", "--expect-no-changes"]);
    await workspace.up(["--target", URN, "--expect-no-changes"]);
    await workspace.refresh(["--expect-no-changes"]);
    expectNone();
  });

  it("another name with an alias", async () => {
    declare(
      { triggers: { drill: "1" }, reason: "three" },
      { name: "orders", resourceOptions: `{ aliases: [{ name: "cache" }] }` },
    );
    await workspace.up();
    declare({ triggers: { drill: "1" }, reason: "three" }, { name: "orders" });
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("another name in the state", async () => {
    await workspace.pulumi(["state", "rename", URN.replace("::cache", "::orders"), "cache", "--yes", "--stack", "dev"]);
    declare({ triggers: { drill: "1" }, reason: "three" });
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("an export and import of the stack", async () => {
    await workspace.import(await workspace.export());
    await workspace.up(["--expect-no-changes"]);
    expectNone();
  });

  it("retainOnDelete, delete, and destroy, which leave the instance as it is and say so", async () => {
    declare({ triggers: { drill: "1" }, reason: "three" }, { resourceOptions: "{ retainOnDelete: true }" });
    await workspace.up();
    declare({ triggers: { drill: "1" }, reason: "three" });
    await workspace.up();
    const { stdout } = await workspace.destroy();
    expect(stdout).toContain("cache: the instance is left as it is; only the record in this stack is removed");
    expectNone();
    expect(sandbox.requests()).toEqual([]);
  });
});

describe("moves", () => {
  beforeAll(async () => {
    await start();
    declare({ triggers: { drill: "1" } });
    await workspace.up();
  });
  afterAll(stop);

  it("of a resource to another stack, and of a stack to another name, perform no switchover", async () => {
    sandbox.clearJournal();
    await workspace.pulumi(["stack", "rename", "prod", "--stack", "dev"]);
    await workspace.pulumi(["up", "--yes", "--skip-preview", "--stack", "prod", "--expect-no-changes"]);
    await workspace.pulumi(["stack", "init", "next"]);
    const config = workspace.read("Pulumi.prod.yaml").split("config:")[1] ?? "";
    workspace.write({ "Pulumi.next.yaml": `${workspace.read("Pulumi.next.yaml")}config:${config}` });
    await workspace.pulumi([
      "state",
      "move",
      "--yes",
      "--source",
      "organization/test/prod",
      "--dest",
      "organization/test/next",
      URN.replace(":dev::", ":prod::"),
    ]);
    await workspace.pulumi(["up", "--yes", "--skip-preview", "--stack", "next"]);
    await workspace.pulumi(["up", "--yes", "--skip-preview", "--stack", "next", "--expect-no-changes"]);
    expect(sandbox.swaps()).toEqual([]);
  });
});

describe("another instance", () => {
  beforeAll(start);
  afterAll(stop);

  it("replaces the resource and is switched over itself; the first is left alone", async () => {
    declare({ triggers: { drill: "1" } });
    await workspace.up();
    sandbox.clearJournal();
    declare({ instanceId: sandbox.instances[1]?.id, triggers: { drill: "1" } });
    const { stdout } = await workspace.preview(["--diff"]);
    expect(stdout).toMatch(/\+-.*SwitchoverTrigger: \(replace\)/);
    expect(stdout).toContain(`=> "switch over sessions-cache: `);
    await workspace.up();
    expect(sandbox.swaps().map((swap) => swap.instanceId)).toEqual([sandbox.instances[1]?.id]);
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.swaps()).toHaveLength(1);
  });
});

describe("a replacement after an update that failed with something to keep", () => {
  beforeAll(start);
  afterAll(stop);

  it("goes on where it stopped: one switchover, one history", async () => {
    declare({ triggers: { drill: "1" } }, { resourceOptions: `{ replaceOnChanges: ["*"] }` });
    sandbox.setBehaviour({ swapEnding: "task-fails" });
    await workspace.up([], { expectFailure: true });
    sandbox.setBehaviour({ swapEnding: "switched" });
    expect((await workspace.up()).stdout).toMatch(/1 replaced/);
    expect(sandbox.swaps().map(({ outcome }) => outcome)).toEqual(["failed", "switched"]);
    expect(await outcomes()).toEqual(["switched", "failed"]);
  });
});
