// What an auditor asks of real stacks, made by the real engine, in its file backend.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { code, createWorkspace, switchoverProgram, type Workspace } from "../engine/support/index.js";
import { runCli } from "./support/runCli.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

let sandbox: Sandbox;
let workspace: Workspace;
let ids: string[];

/** Drills of orders-cache that keep two records; the third has a secret reason, and sessions-cache was deleted again. */
beforeAll(async () => {
  sandbox = await startSandbox({ swapSeconds: 0.2, instances: 2 });
  ids = sandbox.instances.map(({ id }) => id);
  const orders = (drill: string, reason: unknown = `drill ${drill}`) =>
    switchoverProgram(
      { instanceId: ids[0], triggers: { drill }, reason, requestedBy: "A. Okafor", historyLimit: 2 },
      { name: "orders" },
    );
  const sessions = `new SwitchoverTrigger("sessions", { instanceId: ${JSON.stringify(ids[1])}, reason: "before it went" });\n`;
  workspace = await createWorkspace({ sandbox, files: { "index.js": orders("1") + sessions } });
  await workspace.up();
  workspace.write({ "index.js": orders("2") });
  await workspace.up();
  workspace.write({ "index.js": orders("3", code('pulumi.secret("hush-hush")')) });
  await workspace.up();
  await workspace.pulumi(["stack", "init", "empty"]);
  await workspace.pulumi(["stack", "select", "dev"]);
});
afterAll(async () => {
  await workspace.close();
  await sandbox.close();
});

const history = (args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string; stdin?: string } = {}) =>
  runCli(["history", ...args], { cwd: workspace.folder, env: workspace.env, ...options });

interface Found {
  complete: boolean;
  records: {
    resource: string;
    found: string;
    masked: boolean;
    record: { reason?: string; outcome: string; trigger: object };
  }[];
}
const found = async (args: readonly string[], options?: Parameters<typeof history>[1]): Promise<Found> => {
  const { stdout, stderr } = await history([...args, "--json"], options);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Found;
};
const drillsOf = ({ records }: Found) =>
  records.map(({ resource, record }) => `${resource} ${JSON.stringify(record.trigger)}`);

describe("a stranger", () => {
  it("learns who failed over orders-cache this month, and whether it worked, by one command", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const { code: exitCode, stdout } = await history([
      "--stack",
      "dev",
      "--instance",
      "orders-cache",
      "--during",
      month,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/│ orders-cache │ switched │ .* │ sandbox-user for \[secret\] │/);
    expect(stdout).toContain("2 records of 1 instance: 2 switched");
  });

  it("learns also what the stack no longer keeps, each record once", async () => {
    const all = await found(["--stack", "dev", "--all-updates"]);
    expect(drillsOf(all).toSorted()).toEqual([
      'orders {"drill":"1"}',
      'orders {"drill":"[secret]"}',
      'orders {"drill":"[secret]"}',
      "sessions {}",
    ]);
    expect(all.records.map(({ found: where }) => where).toSorted()).toEqual(["past", "past", "state", "state"]);
  });

  it("is told when the month has none, by the exit code too", async () => {
    const { code: exitCode, stdout, stderr } = await history(["-i", "orders-cache", "--during", "2020-10"]);
    expect(stdout).toBe("");
    expect(stderr).toBe("None of the 2 records in stack dev matches.\n");
    expect(exitCode).toBe(1);
  });
});

describe("records that the stack keeps secret", () => {
  it("are shown with their words hidden, and with them on request", async () => {
    const hidden = await found(["--stack", "dev"]);
    expect(hidden.records.map(({ masked, record }) => [masked, record.reason])).toEqual([
      [true, "[secret]"],
      [true, "[secret]"],
    ]);
    const shown = await found(["--stack", "dev", "--show-secrets"]);
    expect(shown.records.map(({ record }) => record.reason)).toEqual(["hush-hush", "drill 2"]);
  });

  it("are read from an export, sealed as it is, where the passphrase is known", async () => {
    const { stdout } = await workspace.pulumi(["stack", "export", "--stack", "dev"]);
    expect(stdout).not.toContain("hush-hush");
    expect((await found(["-", "--show-secrets"], { stdin: stdout })).records[0]?.record.reason).toBe("hush-hush");
  });

  it.each([
    ["wrong", "wrong", /incorrect passphrase/],
    ["unknown", undefined, /passphrase must be set.*Set PULUMI_CONFIG_PASSPHRASE/],
  ])("can't be read with a passphrase that is %s, and that is said once", async (_what, passphrase, said) => {
    const env = { ...workspace.env };
    if (passphrase === undefined) delete env["PULUMI_CONFIG_PASSPHRASE"];
    else env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
    const file = join(workspace.folder, "sealed.json");
    writeFileSync(file, (await workspace.pulumi(["stack", "export", "--stack", "dev"])).stdout);
    for (const args of [["--stack", "dev"], [file], ["--backend", workspace.backend]]) {
      const { code: exitCode, stderr } = await history(args, { env });
      expect(stderr).toMatch(said);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(exitCode).toBe(2);
    }
  });
});

describe("several stacks", () => {
  it("are read together, all of them or by name", async () => {
    expect((await found(["--all-stacks"])).records).toHaveLength(2);
    expect((await found(["--stack", "dev", "--stack", "empty"])).records).toHaveLength(2);
    const { stderr, code: exitCode } = await history(["--stack", "empty"]);
    expect(stderr).toBe("There is no SwitchoverTrigger in stack empty.\n");
    expect(exitCode).toBe(1);
  });

  it("the selected one is read where none is named", async () => {
    expect((await found([])).records).toHaveLength(2);
  });
});

describe("a file backend's folder", () => {
  it("tells all without pulumi where nothing is secret, also of a stack that was removed", async () => {
    const copy = join(workspace.folder, "copy");
    cpSync(workspace.backend, copy, { recursive: true });
    const root = join(copy, ".pulumi");
    rmSync(join(root, "stacks"), { recursive: true });
    mkdirSync(join(root, "stacks"));
    // The checkpoints from before the secret.
    for (const folder of [join(root, "history/test/dev"), join(root, "backups/test/dev")]) {
      for (const file of readdirSync(folder)) {
        if (readFileSync(join(folder, file), "utf8").includes('"ciphertext"')) rmSync(join(folder, file));
      }
    }
    const env = { PATH: "/nowhere" };
    expect(drillsOf(await found(["--backend", copy], { env })).toSorted()).toEqual([
      'orders {"drill":"1"}',
      'orders {"drill":"2"}',
      "sessions {}",
    ]);
    expect((await found(["--backend", copy, "--stack", "test/dev"], { env })).records).toHaveLength(3);
    expect((await history(["--backend", copy, "--stack", "other"], { env })).code).toBe(1);
  });

  it("that is none is told", async () => {
    const { stderr, code: exitCode } = await history(["--backend", workspace.folder]);
    expect(stderr).toMatch(/no \.pulumi folder with stacks in it\. Give the folder/);
    expect(exitCode).toBe(2);
  });
});

describe("other backends", () => {
  /** A `pulumi` that answers as it does for such a backend; the real ones need accounts. */
  function standIn(url: string): NodeJS.ProcessEnv {
    const folder = join(workspace.folder, "stand-in");
    mkdirSync(folder, { recursive: true });
    const checkpoints = join(workspace.backend, ".pulumi/history/test/dev");
    const states = readdirSync(checkpoints)
      .filter((name) => name.endsWith(".checkpoint.json"))
      .sort()
      .map((name) => {
        const { checkpoint } = JSON.parse(readFileSync(join(checkpoints, name), "utf8")) as {
          checkpoint: { latest: object };
        };
        return { version: 3, deployment: checkpoint.latest };
      })
      .filter((state) => !JSON.stringify(state).includes("ciphertext"));
    const answers = {
      whoami: { user: "me", url },
      history: states.map((_, index) => ({ version: index + 1, kind: "update" })).toReversed(),
      states,
    };
    writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
    writeFileSync(
      join(folder, "pulumi"),
      `#!/usr/bin/env node
const { whoami, history, states } = require("./answers.json");
const args = process.argv.slice(2);
const version = args.indexOf("--version") + 1;
const answer = args[0] === "whoami" ? whoami : args[1] === "history" ? history : states[(version > 0 ? args[version] : states.length) - 1];
console.log(JSON.stringify(answer));
`,
      { mode: 0o755 },
    );
    return { ...workspace.env, PATH: `${folder}${delimiter}${workspace.env["PATH"]}` };
  }

  it("such as Pulumi Cloud are asked for each update's state", async () => {
    const env = standIn("https://app.pulumi.com/me");
    expect(drillsOf(await found(["--stack", "dev", "--all-updates"], { env })).toSorted()).toEqual([
      'orders {"drill":"1"}',
      'orders {"drill":"2"}',
      "sessions {}",
    ]);
  });

  it("such as buckets are read from a copy, and the command says how", async () => {
    const { stderr, code: exitCode } = await history(["--stack", "dev", "--all-updates"], {
      env: standIn("s3://states"),
    });
    expect(stderr).toMatch(/backend of kind s3\. Copy the bucket's \.pulumi folder .* --backend FOLDER/);
    expect(exitCode).toBe(2);
  });
});

describe("what can't be read", () => {
  it.each<[what: string, args: string[], env: Record<string, string>, said: RegExp]>([
    ["a stack that is none", ["--stack", "nope"], {}, /no stack named 'nope' found\. `pulumi stack ls` lists/],
    ["a file that is none", ["nothing.json"], {}, /the file nothing\.json: there is no such file/],
    ["a folder", ["."], {}, /it is a folder, not a file/],
    ["without pulumi", [], { PATH: "/nowhere" }, /no `pulumi` command on PATH.*pulumi stack export/],
    ["a zone that is none", ["--timezone", "Mars"], {}, /"Mars" is no time zone/],
    ["a month that is none", ["--during", "Oktober"], {}, /"Oktober" is no time/],
  ])("is told with what to do: %s", async (_what, args, env, said) => {
    const { code: exitCode, stdout, stderr } = await history(args, { env: { ...workspace.env, ...env } });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });

  it("outside of a project is told", async () => {
    const { stderr, code: exitCode } = await history([], { cwd: workspace.backend });
    expect(stderr).toMatch(/Pulumi\.yaml.*--cwd/);
    expect(exitCode).toBe(2);
    expect((await history(["--cwd", workspace.folder], { cwd: workspace.backend })).code).toBe(0);
  });
});

it("nothing of what it reads stays behind", () => {
  expect(existsSync(join(workspace.home, "credentials.json"))).toBe(false);
});
