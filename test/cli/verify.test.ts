// Each way of tampering with a state, and each way in which state and cloud can disagree, on a stack that the real engine made.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { recordHash, type SwitchoverRecord } from "../../provider/record.js";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import {
  createWorkspace,
  resourcesOfKind,
  switchoverProgram,
  type StackState,
  type StateResource,
  type Workspace,
} from "../engine/support/index.js";
import { runCli } from "./support/runCli.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

let sandbox: Sandbox;
let workspace: Workspace;
let instanceId: string;
let untouched: StackState;

const program = (drill: string) => switchoverProgram({ instanceId, triggers: { drill }, reason: `drill ${drill}` });

beforeAll(async () => {
  sandbox = await startSandbox({ swapSeconds: 0.2 });
  instanceId = sandbox.instances[0]?.id ?? "";
  workspace = await createWorkspace({ sandbox, files: { "index.js": program("1") } });
  for (const drill of ["1", "2", "3"]) {
    workspace.write({ "index.js": program(drill) });
    await workspace.up();
  }
  untouched = await workspace.export();
});
afterAll(async () => {
  await workspace.close();
  await sandbox.close();
});

const verify = (args: readonly string[]) => runCli(["verify", ...args], { cwd: workspace.folder, env: workspace.env });

interface Tampering {
  history: SwitchoverRecord[];
  outputs: Record<string, unknown>;
}

/** The stack's state after somebody edited it. */
function tampered(tamper: (state: Tampering) => void): StackState {
  const state = structuredClone(untouched);
  for (const { outputs } of resourcesOfKind(state, "SwitchoverTrigger")) {
    tamper({ outputs, history: outputs["history"] as SwitchoverRecord[] });
  }
  return state;
}

async function verifyTampered(tamper: (state: Tampering) => void, args: readonly string[] = []) {
  const file = join(workspace.folder, "tampered.json");
  writeFileSync(file, JSON.stringify(tampered(tamper)));
  const cloud = ["--endpoint", sandbox.url, "--region", sandbox.region];
  return verify([file, ...cloud, ...args]);
}

/** Writes a changed record with a hash that fits it again, and chains those after it to it: what a careful forger does. */
function rechain(history: SwitchoverRecord[]): void {
  let previousHash: string | null = null;
  for (const record of history.toReversed()) {
    record.previousHash = previousHash;
    record.hash = recordHash(record);
    previousHash = record.hash;
  }
}

const amend = (history: SwitchoverRecord[], index: number, change: Partial<SwitchoverRecord>) => {
  const record = history[index];
  if (record) Object.assign(record, change);
};

describe("an untouched stack", () => {
  it("agrees with its own hashes and the cloud's log, and exits with 0", async () => {
    const { code, stdout, stderr } = await verify(["--stack", "dev"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("3 records, as they were written, each following the one before it");
    expect(stdout).toContain("all 3 switchovers are in the log as recorded");
    expect(stdout).toContain("Verified 3 records of 1 resource: nothing disagrees.");
    expect(code).toBe(0);
  });

  it("says what the chain does not prove", async () => {
    const { stdout } = await verify(["--stack", "dev", "--offline"]);
    expect(stdout).toMatch(/does not prove who wrote them/);
  });

  it("gives the same as JSON", async () => {
    const { code, stdout } = await verify(["--stack", "dev", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      agrees: true,
      counts: { disagrees: 0, unproven: 0, note: 0 },
      instances: [{ instanceId, instanceName: "orders-cache", log: "read", expected: 3, confirmed: 3 }],
    });
    expect(code).toBe(0);
  });
});

describe("a state that somebody edited", () => {
  it.each<[what: string, tamper: (state: Tampering) => void, said: RegExp]>([
    ["a word of a record", ({ history }) => amend(history, 1, { reason: "planned" }), /does not fit its own hash/],
    ["an outcome", ({ history }) => amend(history, 0, { outcome: "failed" }), /does not fit its own hash/],
    ["a record taken from the middle", ({ history }) => void history.splice(1, 1), /a record was removed/],
    ["the newest record taken away", ({ history }) => void history.shift(), /is not the one that the state names/],
    [
      "two records exchanged",
      ({ history }) => void history.splice(0, 3, ...history.toReversed()),
      /the order was changed|says that it is the first/,
    ],
    [
      "a field of a record taken away",
      ({ history }) => delete (history[1] as Partial<SwitchoverRecord>).performedAt,
      /record 2 can't be read: its field performedAt/,
    ],
    ["the count lowered", ({ outputs }) => void (outputs["switchoverCount"] = 2), /counts 2 switchovers/],
  ])("is found out: %s", async (_what, tamper, said) => {
    const { code, stdout } = await verifyTampered(tamper);
    expect(stdout).toMatch(said);
    expect(code).toBe(1);
  });

  it("is found out by the log where every hash was computed again", async () => {
    const { code, stdout } = await verifyTampered(({ history, outputs }) => {
      amend(history, 1, { performedAt: "2026-10-01T00:00:00.000Z", performedBy: "nobody" });
      rechain(history);
      outputs["lastSwitchover"] = history[0];
    });
    expect(stdout).not.toContain("does not fit its own hash");
    expect(stdout).toMatch(/which began at .* apart/);
    expect(stdout).toContain("names another user than the cloud's task");
    expect(code).toBe(1);
  });

  it("is found out by what else the state knows where the newest record and its copy are gone", async () => {
    const { stdout, code } = await verifyTampered(
      ({ history, outputs }) => {
        history.shift();
        outputs["lastSwitchover"] = history[0];
        outputs["switchoverCount"] = 2;
      },
      ["--offline"],
    );
    expect(stdout).toContain("a newest record was removed");
    expect(code).toBe(1);
  });

  it("is found out by an invented switchover that no task tells of", async () => {
    const { stdout, code } = await verifyTampered(({ history, outputs }) => {
      const newest = history[0];
      if (!newest) return;
      history.unshift({ ...newest, performedAt: new Date().toISOString(), taskId: "made-up" });
      rechain(history);
      outputs["lastSwitchover"] = history[0];
      outputs["switchoverCount"] = 4;
    });
    expect(stdout).toMatch(/names task made-up, which is not in the log/);
    expect(code).toBe(1);
  });

  it("is not proven where the oldest records are gone, and found out by earlier checkpoints", async () => {
    const tamper = ({ history }: Tampering) => void history.pop();
    const { stdout, code } = await verifyTampered(tamper);
    expect(stdout).toMatch(/only 2 of at most 20 are kept: historyLimit was lower once, or older records were removed/);
    expect(code).toBe(0);
    expect((await verifyTampered(tamper, ["--strict"])).code).toBe(1);

    await workspace.import(tampered(tamper));
    try {
      const all = await verify(["--stack", "dev", "--all-updates"]);
      expect(all.stdout).toMatch(/an earlier checkpoint has a record of .* and the state now has none of it/);
      expect(all.code).toBe(1);
    } finally {
      await workspace.import(untouched);
    }
  });

  it("is found out by earlier checkpoints where log and hashes were made to fit", async () => {
    await workspace.import(
      tampered(({ history, outputs }) => {
        amend(history, 1, { reason: "approved by the board" });
        rechain(history);
        outputs["lastSwitchover"] = history[0];
      }),
    );
    try {
      expect((await verify(["--stack", "dev"])).code).toBe(0);
      const { stdout, code } = await verify(["--stack", "dev", "--all-updates"]);
      expect(stdout).toMatch(/an earlier checkpoint has a record of .* another in its place/);
      expect(code).toBe(1);
    } finally {
      await workspace.import(untouched);
    }
  });
});

describe("the cloud's log", () => {
  it("tells of a switchover that no record has", async () => {
    sandbox.externalSwap(instanceId, { user: "mallory", swapSeconds: 0 });
    sandbox.externalSwap(instanceId, { user: "mallory", swapSeconds: 0 });
    const { stdout, code } = await verify(["--stack", "dev"]);
    expect(stdout.match(/the cloud switched over at .* by mallory/g)).toHaveLength(2);
    expect(stdout).toContain("`pulumi refresh` takes it into the records");
    expect(code).toBe(1);
  });

  it("proves nothing where it does not reach back far enough, which --strict counts as a failure", async () => {
    sandbox.setBehaviour({ taskLog: "empty" });
    try {
      const { stdout, code } = await verify(["--stack", "dev"]);
      expect(stdout).toMatch(/task log of this instance is empty .*nothing in it confirms the 3 records/);
      expect(code).toBe(0);
      expect((await verify(["--stack", "dev", "--strict"])).code).toBe(1);
    } finally {
      sandbox.setBehaviour({ taskLog: "readable" });
    }
  });

  it("that may not be read is an error that names the permission", async () => {
    sandbox.setBehaviour({ taskLog: "forbidden" });
    try {
      const { stderr, code } = await verify(["--stack", "dev"]);
      expect(stderr).toContain("dcs:instance:getBackgroundTask");
      expect(code).toBe(2);
    } finally {
      sandbox.setBehaviour({ taskLog: "readable" });
    }
  });

  it.each([
    [
      "credentials are missing",
      { HUAWEICLOUD_SDK_AK: undefined, HUAWEICLOUD_SDK_SK: undefined },
      /Reading credentials/,
    ],
    ["the key is refused", { HUAWEICLOUD_SDK_SK: "wrong" }, /Reading the background tasks/],
  ])("is not asked again and again where %s, and the chain can be checked without", async (_what, env, said) => {
    sandbox.clearJournal();
    const state = structuredClone(untouched);
    const [resource] = resourcesOfKind(state, "SwitchoverTrigger");
    for (let number = 1; number <= 9; number += 1) {
      const text = JSON.stringify(resource).replaceAll(instanceId, `00000000-0000-4000-8000-00000000000${number}`);
      state.deployment.resources.push(JSON.parse(text.replace("::cache", `::cache-${number}`)) as StateResource);
    }
    const file = join(workspace.folder, "fleet.json");
    writeFileSync(file, JSON.stringify(state));
    const { stderr, code } = await runCli(["verify", file, "--endpoint", sandbox.url, "--region", sandbox.region], {
      env: { ...workspace.env, HOME: workspace.folder, ...env },
    });
    expect(stderr).toMatch(said);
    expect(stderr).toContain("Or check the chain alone: --offline.");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
    expect(sandbox.requests().length).toBeLessThanOrEqual(1);
  });

  it("of an instance that is gone confirms nothing", async () => {
    const file = join(workspace.folder, "elsewhere.json");
    const state = JSON.stringify(untouched).replaceAll(instanceId, "00000000-0000-4000-8000-000000000000");
    writeFileSync(file, state);
    const { stdout } = await verify([file, "--endpoint", sandbox.url, "--region", sandbox.region]);
    expect(stdout).toContain("the instance is not there any more");
  });
});
