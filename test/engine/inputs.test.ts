// What is wrong with arguments, config and credentials is said at once, before anything is called; what is secret stays so.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import {
  code,
  createWorkspace,
  plansOf,
  resourcesOfKind,
  switchoverProgram,
  switchoversProgram,
  type Workspace,
} from "./support/index.js";

describe("arguments that can't be used", () => {
  it("fail the preview all at once, each by its property path, and nothing is called", async () => {
    const sandbox = await startSandbox();
    const wrong: Record<string, unknown> = {
      instanceId: "orders-cache",
      triggers: { drill: 7 },
      reason: "",
      requestedBy: 7,
      override: [],
      switchOnCreate: "yes",
      primary: { zone: "az1" },
      expectedMaster: {},
      intentTag: "on",
      minInterval: "15",
      adoptWindow: "soon",
      maintenanceWindow: { days: ["friday"], from: "25:00", to: "6", timezone: "Berlin" },
      timeouts: { accept: "0", complete: "1 fortnight", settle: 5, other: "1s" },
      historyLimit: 0,
      connection: { region: "", secretKey: "n0t-here", speed: "fast", requestTimeout: "40" },
      accessKey: "n0t-there",
      trigger: "drill",
    };
    const workspace = await createWorkspace({
      sandbox,
      files: { "index.js": switchoversProgram({ wrong }) },
    });
    const { stdout, stderr } = await workspace.preview(["--diff"], { expectFailure: true });
    const text = stdout + stderr;
    const said = Array.from(
      text.matchAll(/resource '([^']*)'(?:: property (\S+) value \{.*\})? has a problem: (.*)/g),
      ([, resource, property, reason]) => `${resource} ${property ?? "-"}: ${reason}`,
    );
    expect(said.sort()).toMatchInlineSnapshot(`
      [
        "wrong -: accessKey is not an argument; a resource must not hold credentials: they belong to the stack's secret config (dcs:accessKey, dcs:secretKey) or the environment",
        "wrong adoptWindow: must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)",
        "wrong connection.region: must not be empty: a region id",
        "wrong connection.requestTimeout: must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)",
        "wrong connection.secretKey: must not hold credentials: they belong to the stack's secret config (dcs:accessKey, dcs:secretKey) or the environment",
        "wrong expectedMaster: must name availabilityZone, nodeId or both: where the master must be before the switchover",
        "wrong historyLimit: must be at least 1: the last switchover is always kept",
        "wrong instanceId: must be the id of a DCS instance, a UUID such as a4c545cd-10b2-4efc-b0ab-a9b554ca0621 (the console shows it under the instance's name)",
        "wrong intentTag: must be true or false",
        "wrong maintenanceWindow.days.0: must be days of the week: mon, tue, wed, thu, fri, sat, sun",
        "wrong maintenanceWindow.from: must be a time of day as "HH:MM", such as "22:00"",
        "wrong maintenanceWindow.timezone: must be an IANA time zone, such as Europe/Berlin, Asia/Shanghai or UTC",
        "wrong maintenanceWindow.to: must be a time of day as "HH:MM", such as "22:00"",
        "wrong minInterval: must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)",
        "wrong override: must be a string: why the guards may be passed this time",
        "wrong primary.zone: is not an argument; known are: availabilityZone, nodeId",
        "wrong reason: must not be empty: why the switchover is made",
        "wrong requestedBy: must be a string: who asked for it",
        "wrong switchOnCreate: must be true or false",
        "wrong timeouts.accept: must be longer than nothing",
        "wrong timeouts.complete: must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)",
        "wrong timeouts.other: is not an argument; known are: accept, complete, settle",
        "wrong timeouts.settle: must be a duration with its unit, such as "15m" or "90s"",
        "wrong trigger: is not an argument; known are: instanceId, triggers, reason, requestedBy, override, switchOnCreate, primary, expectedMaster, intentTag, minInterval, adoptWindow, maintenanceWindow, timeouts, historyLimit, connection",
        "wrong triggers.drill: must be a string: turn numbers and booleans into text",
      ]
    `);
    expect(text).not.toContain("n0t-");
    expect(sandbox.requests()).toEqual([]);
    await sandbox.close();
  });
});

describe("config that can't be used", () => {
  const files = {
    "index.js": switchoverProgram({ instanceId: "74b5ca4f-9baa-449a-8994-bcc4cfa28a71", triggers: { drill: "1" } }),
  };
  let sandbox: Sandbox;
  let workspace: Workspace;
  beforeAll(async () => {
    sandbox = await startSandbox();
    workspace = await createWorkspace({ files });
  });
  afterAll(async () => {
    await workspace.close();
    await sandbox.close();
  });

  const keys = { HUAWEICLOUD_SDK_AK: "AK", HUAWEICLOUD_SDK_SK: "SK" };
  const cases: [what: string, config: Record<string, string>, env: Record<string, string>, said: RegExp][] = [
    ["no region and no endpoint", {}, keys, /dcs:region/],
    ["a region that nobody knows", { "dcs:region": "mars-1" }, keys, /mars-1.*dcs:endpoint/],
    ["no credentials", { "dcs:region": "cn-north-4", "dcs:projectId": "p" }, {}, /dcs:accessKey.*HUAWEICLOUD_SDK_AK/],
    [
      "half a pair of credentials",
      { "dcs:region": "cn-north-4", "dcs:projectId": "p" },
      { HUAWEICLOUD_SDK_AK: "AK" },
      /HUAWEICLOUD_SDK_SK/,
    ],
    [
      "an endpoint without encryption",
      { "dcs:region": "cn-north-4", "dcs:endpoint": "http://dcs.example.com" },
      keys,
      /https/,
    ],
    [
      "a time limit without a unit",
      { "dcs:region": "cn-north-4", "dcs:requestTimeout": "40" },
      keys,
      /dcs:requestTimeout/,
    ],
  ];
  it.each(cases)("%s: one clear message, and nothing is called", async (_what, config, env, said) => {
    workspace.write({
      "Pulumi.dev.yaml": `${workspace.read("Pulumi.dev.yaml").split("config:")[0]}config: ${JSON.stringify(config)}\n`,
    });
    const { stdout, stderr } = await workspace.preview(["--diff"], { expectFailure: true, env });
    const problems = stdout.concat(stderr).match(/has a problem: .*/g) ?? [];
    expect(problems).toEqual([expect.stringMatching(said)]);
    expect(sandbox.requests()).toEqual([]);
  });
});

describe("values that are not known before the update", () => {
  it("leave the plan open in the preview, and the update plans and switches", async () => {
    const sandbox = await startSandbox({ swapSeconds: 0.3 });
    const instance = `
class Instance extends pulumi.dynamic.Resource {
  constructor(name) {
    super({ async create() { return { id: "made", outs: { instanceId: ${JSON.stringify(sandbox.instances[0]?.id)}, release: "1.0" } }; } }, name, { instanceId: undefined, release: undefined }, undefined, "test", "Instance");
  }
}
const instance = new Instance("instance");`;
    const workspace = await createWorkspace({
      sandbox,
      files: {
        "index.js": switchoversProgram(
          {
            cache: { instanceId: code("instance.instanceId"), triggers: { release: code("instance.release") } },
            calm: { instanceId: code("instance.instanceId"), switchOnCreate: false },
          },
          instance,
        ),
      },
    });
    const { stdout } = await workspace.preview(["--json"]);
    expect(plansOf(stdout)).toEqual({
      cache: "unknown until update: instanceId, triggers are not known yet",
      calm: "none: the roles are recorded as they are, nothing is switched over",
    });
    expect(sandbox.requests()).toEqual([]);
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
    await workspace.up(["--expect-no-changes"]);
    await sandbox.close();
  });
});

describe("secrets", () => {
  const SECRETS = ["tr1gger-secret", "re4son-secret", "acc3ss-secret"];

  it("stay encrypted wherever the state has them, also in records after they are public, and reach no other file", async () => {
    const sandbox = await startSandbox({ swapSeconds: 0.3 });
    const instanceId = sandbox.instances[0]?.id;
    const secret = (text: string): unknown => code(`pulumi.secret(${JSON.stringify(text)})`);
    const log = "trace.jsonl";
    const workspace = await createWorkspace({
      sandbox,
      files: {
        "index.js": switchoverProgram({
          instanceId,
          triggers: { drill: "1", token: secret("tr1gger-secret") },
          reason: secret("re4son-secret"),
        }),
      },
    });
    const env = { DCS_SWITCHOVER_LOG: join(workspace.folder, log) };
    const state = async (): Promise<string> => (await workspace.pulumi(["stack", "export"])).stdout;
    const expectSealed = (text: string): void => {
      for (const word of SECRETS) expect(text).not.toContain(word);
    };

    const up = await workspace.up([], { env });
    expectSealed(up.stdout + up.stderr + (await state()));
    expect(await workspace.outputs()).toMatchObject({
      lastSwitchover: { reason: "re4son-secret", trigger: { token: "tr1gger-secret" } },
    });

    workspace.write({
      "index.js": switchoverProgram({ instanceId, triggers: { drill: "2" }, reason: "public", adoptWindow: "0" }),
    });
    sandbox.setBehaviour({ swapEnding: "task-fails" });
    const failed = await workspace.up([], { env, expectFailure: true });
    expectSealed(failed.stdout + failed.stderr + (await state()));
    sandbox.setBehaviour({ swapEnding: "switched" });
    await workspace.up([], { env });
    await workspace.refresh([], { env });
    expectSealed(await state());
    const { history } = (await workspace.outputs()) as { history: { reason: string }[] };
    expect(history.map(({ reason }) => reason)).toEqual(["public", "public", "re4son-secret"]);

    expect(existsSync(env.DCS_SWITCHOVER_LOG)).toBe(true);
    expectSealed(workspace.read(log));
    expectSealed(textsUnder(join(workspace.home, "dcs-switchover")));
    await sandbox.close();
  });

  it("of the connection are in no state, whether from the environment or from the stack's config", async () => {
    const sandbox = await startSandbox({ swapSeconds: 0.3 });
    const { HUAWEICLOUD_SDK_AK: accessKey = "", HUAWEICLOUD_SDK_SK: secretKey = "", ...env } = sandbox.env;
    const workspace = await createWorkspace({
      sandbox: { ...sandbox, env },
      files: { "index.js": switchoverProgram({ instanceId: sandbox.instances[0]?.id, triggers: { drill: "1" } }) },
    });
    await workspace.setConfig("dcs:accessKey", accessKey, { secret: true });
    await workspace.setConfig("dcs:secretKey", secretKey, { secret: true });
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
    const state = (await workspace.pulumi(["stack", "export"])).stdout;
    expect(state).not.toContain(secretKey);
    expect(state).not.toContain(accessKey);
    const [resource] = resourcesOfKind(await workspace.export(), "SwitchoverTrigger");
    expect(JSON.stringify(resource)).not.toMatch(/accessKey|secretKey/);
    await sandbox.close();
  });
});

function textsUnder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}
