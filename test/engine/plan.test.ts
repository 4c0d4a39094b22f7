// What people read before they approve: every form of a plan, as the real engine shows it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import {
  createWorkspace,
  diagnosticsOf,
  plansOf,
  resourceDiff,
  switchoverProgram,
  switchoversProgram,
  withoutRunData,
  type Workspace,
} from "./support/index.js";

const plain = (plans: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, withoutRunData(String(plan))]));

describe("the plan of one trigger, from its first preview on", () => {
  let sandbox: Sandbox;
  let workspace: Workspace;
  let instanceId: string;
  const declare = (args: Record<string, unknown>): void =>
    workspace.write({ "index.js": switchoverProgram({ instanceId, ...args }) });

  beforeAll(async () => {
    sandbox = await startSandbox({ swapSeconds: 0.3 });
    instanceId = sandbox.instances[0]?.id ?? "";
    workspace = await createWorkspace({ sandbox });
  });
  afterAll(async () => {
    await workspace.close();
    await sandbox.close();
  });

  it("names instance, nodes and zones in the diff of a create", async () => {
    declare({ triggers: { drill: "1" } });
    expect(resourceDiff((await workspace.preview(["--diff"])).stdout)).toMatchInlineSnapshot(`
      "    + pulumi-nodejs:dynamic/dcs:SwitchoverTrigger: (create)
              [urn=urn:pulumi:dev::test::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::cache]
              instanceId: "<uuid>"
              plan      : "switch over orders-cache: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)"
              triggers  : {
                  drill: "1"
              }"
    `);
    expect(sandbox.swaps()).toEqual([]);
  });

  it("is printed where a preview shows no values, and is what then happens", async () => {
    const { stdout } = await workspace.pulumi(["up", "--yes", "--stack", "dev"]);
    expect(
      stdout.match(/plan: switch over orders-cache: 192.168.0.10 \(sandbox-1a\) -> 192.168.0.11/g)?.length,
    ).toBeGreaterThan(1);
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("brings no diff and no request while nothing changes", async () => {
    sandbox.clearJournal();
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.requests()).toEqual([]);
  });

  it("changes with the trigger, and tells when the last switchover was", async () => {
    declare({ triggers: { drill: "2" } });
    expect(resourceDiff((await workspace.preview(["--diff"])).stdout)).toMatchInlineSnapshot(`
      "    ~ pulumi-nodejs:dynamic/dcs:SwitchoverTrigger: (update)
              [id=<uuid>]
              [urn=urn:pulumi:dev::test::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::cache]
              instanceId: "<uuid>"
            ~ plan      : "switch over orders-cache: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)" => "switch over orders-cache: 192.168.0.11 (sandbox-1b) -> 192.168.0.10 (sandbox-1a); last switched over <time> by sandbox-user"
            ~ triggers  : {
                ~ drill: "1" => "2"
              }"
    `);
  });

  it("is the same inside a maintenance window and outside, where a warning stands beside it", async () => {
    declare({
      triggers: { drill: "2" },
      maintenanceWindow: { days: ["sun"], from: "01:00", to: "01:01", timezone: "UTC" },
    });
    const { stdout } = await workspace.preview(["--json"]);
    expect(plain(plansOf(stdout))).toMatchInlineSnapshot(`
      {
        "cache": "switch over orders-cache: 192.168.0.11 (sandbox-1b) -> 192.168.0.10 (sandbox-1a); last switched over <time> by sandbox-user; only in the maintenance window (sun 01:00-01:01 UTC)",
      }
    `);
    expect(diagnosticsOf(stdout).map(withoutRunData)).toMatchInlineSnapshot(`
      [
        "cache: plan: switch over orders-cache: 192.168.0.11 (sandbox-1b) -> 192.168.0.10 (sandbox-1a); last switched over <time> by sandbox-user; only in the maintenance window (sun 01:00-01:01 UTC)",
        "cache: warning: it is <moment> there, outside the maintenance window (sun 01:00-01:01 UTC): an update is refused now",
      ]
    `);
    expect((await workspace.up([], { expectFailure: true })).stdout).toContain(
      "Wait for the window, or set override to the reason why it can't wait.",
    );
    expect(sandbox.swaps()).toEqual([]);
  });

  it("waits while the instance is at other work", async () => {
    sandbox.setInstance(instanceId, { task: "BACKUPING" });
    declare({ triggers: { drill: "2" } });
    expect(plain(plansOf((await workspace.preview(["--json"])).stdout))).toMatchInlineSnapshot(`
      {
        "cache": "switch over orders-cache: 192.168.0.11 (sandbox-1b) -> 192.168.0.10 (sandbox-1a); last switched over <time> by sandbox-user; waits while instance orders-cache (<uuid>) is busy with BACKUPING",
      }
    `);
    sandbox.setInstance(instanceId, { task: null });
  });

  it("says none for a change that asks for no switchover, and nothing is sent", async () => {
    declare({ triggers: { drill: "1" }, reason: "CHG-7", requestedBy: "ops" });
    sandbox.clearJournal();
    expect(resourceDiff((await workspace.preview(["--diff"])).stdout)).toMatchInlineSnapshot(`
      "    ~ pulumi-nodejs:dynamic/dcs:SwitchoverTrigger: (update)
              [id=<uuid>]
              [urn=urn:pulumi:dev::test::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::cache]
              instanceId : "<uuid>"
            ~ plan       : "switch over orders-cache: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)" => "none: only reason, requestedBy change"
            + reason     : "CHG-7"
            + requestedBy: "ops"
              triggers   : {
                  drill: "1"
              }"
    `);
    await workspace.up();
    expect(sandbox.requests()).toEqual([]);
  });

  it("adopts what somebody else has just done", async () => {
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    declare({ triggers: { drill: "3" } });
    expect(plain(plansOf((await workspace.preview(["--json"])).stdout))).toMatchInlineSnapshot(`
      {
        "cache": "adopt switchover of orders-cache of <time> by ops",
      }
    `);
    await workspace.up();
    expect(sandbox.swaps()).toMatchObject([{ source: "external" }]);
  });

  it("reads differently when the same switchover is planned again", async () => {
    sandbox.setBehaviour({ taskLog: "empty" });
    declare({ triggers: { drill: "4" }, adoptWindow: "0" });
    await workspace.up();
    sandbox.externalSwap(instanceId, { swapSeconds: 0 });
    declare({ triggers: { drill: "5" }, adoptWindow: "0" });
    expect(plain(plansOf((await workspace.preview(["--json"])).stdout))).toMatchInlineSnapshot(`
      {
        "cache": "switch over orders-cache again: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)",
      }
    `);
    sandbox.setBehaviour({ taskLog: "readable" });
  });

  it("warns and goes on where the cloud can't be reached", async () => {
    await sandbox.close();
    const { stdout } = await workspace.preview(["--json"]);
    expect(plain(plansOf(stdout))).toMatchInlineSnapshot(`
      {
        "cache": "unknown until update: the connection was refused (http://<sandbox>; connect ECONNREFUSED <sandbox>)",
      }
    `);
    expect(diagnosticsOf(stdout).map(withoutRunData)).toMatchInlineSnapshot(`
      [
        "cache: plan: unknown until update: the connection was refused (http://<sandbox>; connect ECONNREFUSED <sandbox>)",
        "cache: warning: the instance can't be looked at now: Reading instance <uuid> in sandbox-1: the connection was refused (http://<sandbox>; connect ECONNREFUSED <sandbox>). Check the network, the endpoint and the proxy settings (HTTPS_PROXY, NO_PROXY).",
      ]
    `);
    expect((await workspace.up([], { expectFailure: true })).stdout).toMatch(/connection was refused/);
  });
});

it("says for each of many instances what will happen to it", async () => {
  const zones = ["sandbox-1a", "sandbox-1b"];
  const sandbox = await startSandbox({
    swapSeconds: 0.3,
    instances: [
      { name: "usual", zones },
      { name: "single", cacheMode: "single" },
      { name: "cluster", cacheMode: "cluster" },
      { name: "frozen", status: "FROZEN" },
      { name: "sick", standbyHealth: [false] },
      { name: "wide", standbys: 2, zones: ["sandbox-1a", "sandbox-1b", "sandbox-1c"] },
    ],
  });
  const ids = Object.fromEntries(sandbox.instances.map(({ id, name }) => [name, id]));
  sandbox.externalSwap(ids["wide"] ?? "", { user: "ops", agoSeconds: 3600 });
  const of = (name: string, args: Record<string, unknown> = {}): Record<string, unknown> => ({
    instanceId: ids[name],
    triggers: { drill: "1" },
    ...args,
  });
  const workspace = await createWorkspace({
    sandbox,
    files: {
      "index.js": switchoversProgram({
        switch: of("usual"),
        baseline: of("usual", { switchOnCreate: false }),
        "already there": of("usual", { primary: { availabilityZone: "sandbox-1a" } }),
        "to a zone": of("usual", { primary: { availabilityZone: "sandbox-1b" } }),
        "out of reach": of("usual", { primary: { availabilityZone: "sandbox-1c" } }),
        "not the expected master": of("usual", { expectedMaster: { availabilityZone: "sandbox-1b" } }),
        single: of("single"),
        cluster: of("cluster"),
        frozen: of("frozen"),
        sick: of("sick"),
        "several standbys": of("wide"),
        "one of several": of("wide", { primary: { availabilityZone: "sandbox-1a" } }),
        "too soon": of("wide", { minInterval: "2h" }),
        overridden: of("wide", { minInterval: "2h", override: "incident 7" }),
        unknown: { instanceId: "00000000-0000-4000-8000-000000000000", triggers: { drill: "1" } },
      }),
    },
  });
  const { stdout } = await workspace.preview(["--json"]);
  expect(plain(plansOf(stdout))).toMatchInlineSnapshot(`
    {
      "already there": "none: the master of usual is already 192.168.0.10 (sandbox-1a)",
      "baseline": "none: the roles are recorded as they are, nothing is switched over",
      "cluster": "refuse: instance cluster (<uuid>) is of type "cluster", which has no master and standby to exchange",
      "frozen": "refuse: instance frozen (<uuid>) is FROZEN",
      "not the expected master": "refuse: usual: the master is 192.168.0.10 (sandbox-1a), and expectedMaster asks for zone sandbox-1b",
      "one of several": "switch over wide: 192.168.5.11 (sandbox-1b) -> 192.168.5.10 (sandbox-1a); last switched over <time> by ops",
      "out of reach": "refuse: usual: primary asks for zone sandbox-1c, and no standby that may be promoted is there (192.168.0.11 (sandbox-1b))",
      "overridden": "switch over wide: 192.168.5.11 (sandbox-1b) -> one of 192.168.5.10 (sandbox-1a), 192.168.5.12 (sandbox-1c); last switched over <time> by ops; override is set, so minInterval can't refuse it",
      "several standbys": "switch over wide: 192.168.5.11 (sandbox-1b) -> one of 192.168.5.10 (sandbox-1a), 192.168.5.12 (sandbox-1c); last switched over <time> by ops",
      "sick": "switch over sick: 192.168.4.10 (sandbox-1a) -> its standby, once one is healthy; waits while instance sick (<uuid>) has no healthy standby (2695346b8e98fcf168307f0af887d836 inactive)",
      "single": "refuse: instance single (<uuid>) is of type "single", which has no master and standby to exchange",
      "switch": "switch over usual: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)",
      "to a zone": "switch over usual: 192.168.0.10 (sandbox-1a) -> 192.168.0.11 (sandbox-1b)",
      "too soon": "refuse: wide: the last switchover (by ops) was at <time>, and minInterval asks for 2h between two",
      "unknown": "refuse: Reading instance <uuid> in sandbox-1: the cloud answered 404 DCS.3022: This DCS instance does not exist: <uuid>: there is no instance <uuid> in region sandbox-1, project 5a0d5a0d5a0d4e1f8b7c6d5e4f3a2b1c. Check the instance id, the region and the project id.",
    }
  `);
  expect(sandbox.swaps().filter(({ source }) => source === "api")).toEqual([]);
  await sandbox.close();
});
