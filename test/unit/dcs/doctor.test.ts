import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { doctorCommand, report } from "../../../cli/commands/doctor.js";
import { painter } from "../../../cli/terminal/colours.js";
import { diagnose, type Diagnosis } from "../../../provider/dcs/index.js";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../../sandbox/index.js";

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.close();
});

async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  sandboxes.push(sandbox);
  return sandbox;
}

/** Diagnoses the sandbox's first instance, with its keys unless the environment says otherwise. */
async function examine(options: SandboxOptions = {}, env: NodeJS.ProcessEnv = {}, instance = 0) {
  const sandbox = await sandboxWith(options);
  const deps = { env: { ...sandbox.env, ...env }, home: "/nonexistent", metadataOrigin: "http://127.0.0.1:1" };
  const diagnosis = await diagnose({}, sandbox.instances[instance]?.id, deps);
  return { diagnosis, sandbox };
}

function states({ checks }: Diagnosis): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
}

function check({ checks }: Diagnosis, name: string) {
  return checks.find((one) => one.name === name);
}

describe("a diagnosis", () => {
  it("of a fit instance is all well, with reads alone", async () => {
    const { diagnosis, sandbox } = await examine();
    expect(diagnosis.ready).toBe(true);
    expect(states(diagnosis)).toEqual({
      region: "ok",
      endpoint: "ok",
      credentials: "ok",
      "project id": "ok",
      "reading the instance": "ok",
      "reading its nodes": "ok",
      "reading its task log": "ok",
      "reading node priorities": "ok",
      clock: "ok",
      "fit for a switchover": "ok",
    });
    expect(sandbox.requests().every(({ method }) => method === "GET")).toBe(true);
    expect(sandbox.swaps()).toEqual([]);
  });

  it("says where region, endpoint, credentials and project id come from", async () => {
    const { diagnosis, sandbox } = await examine();
    expect(check(diagnosis, "region")?.detail).toBe("sandbox-1 (from HUAWEICLOUD_SDK_REGION)");
    expect(check(diagnosis, "endpoint")?.detail).toBe(`${sandbox.url} (from HUAWEICLOUD_SDK_REGION_DCS_SANDBOX_1)`);
    expect(check(diagnosis, "credentials")?.detail).toBe("HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK in the environment");
    expect(check(diagnosis, "project id")?.detail).toBe(`${sandbox.projectId} (from HUAWEICLOUD_SDK_PROJECT_ID)`);
    expect(diagnosis.sources.map(({ status }) => status)).toEqual([
      "absent",
      "won",
      "not-asked",
      "not-asked",
      "not-asked",
      "not-asked",
    ]);
  });

  it("looks the project id up where nobody gives it", async () => {
    const { diagnosis, sandbox } = await examine({ accessKey: "DOCTORLOOKUP" }, { HUAWEICLOUD_SDK_PROJECT_ID: "" });
    expect(diagnosis.ready).toBe(true);
    expect(check(diagnosis, "project id")?.detail).toBe(`${sandbox.projectId} (from IAM (${sandbox.url}))`);
  });

  it.each<[string, SandboxOptions, string]>([
    ["a single node", { instances: [{ cacheMode: "single" }] }, 'of type "single"'],
    ["a frozen one", { instances: [{ status: "FROZEN" }] }, "is FROZEN"],
    ["a busy one", { instances: [{ task: "BACKUPING" }] }, "is busy with BACKUPING"],
    ["one whose standby is down", { instances: [{ standbyHealth: [false] }] }, "no healthy standby"],
    ["one whose standby may not be promoted", { instances: [{ priorities: [0] }] }, "promotion priority 0"],
    ["one whose roles cannot be read", { behaviour: { groups: "forbidden" } }, "its roles could not be read"],
  ])("of %s says that it is not fit, and why", async (_what, options, reason) => {
    const { diagnosis } = await examine(options);
    expect(diagnosis.ready).toBe(false);
    expect(check(diagnosis, "fit for a switchover")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining(reason) as string,
    });
  });

  it("names the permission that is missing", async () => {
    const { diagnosis } = await examine({ behaviour: { groups: "forbidden" } });
    expect(check(diagnosis, "reading its nodes")).toMatchObject({
      state: "failed",
      remedy: expect.stringContaining("dcs:instance:get") as string,
    });
  });

  it("only warns where the task log cannot be read: the roles are enough to switch", async () => {
    const { diagnosis } = await examine({ behaviour: { taskLog: "forbidden" } });
    expect(diagnosis.ready).toBe(true);
    expect(check(diagnosis, "reading its task log")).toMatchObject({
      state: "warning",
      remedy: expect.stringContaining("dcs:instance:getBackgroundTask") as string,
    });
  });

  it("warns of a clock that is minutes off", async () => {
    const { diagnosis } = await examine({ behaviour: { clockOffsetSeconds: 300 } });
    expect(diagnosis.ready).toBe(true);
    expect(check(diagnosis, "clock")).toMatchObject({
      state: "warning",
      detail: expect.stringMatching(/^this machine is (299|300)\.\d s behind/) as string,
    });
  });

  it("asks once with a wrong key, and skips the rest", async () => {
    const { diagnosis, sandbox } = await examine({}, { HUAWEICLOUD_SDK_SK: "wrong" });
    expect(diagnosis.ready).toBe(false);
    expect(check(diagnosis, "reading the instance")?.state).toBe("failed");
    expect(check(diagnosis, "reading its nodes")?.state).toBe("skipped");
    expect(sandbox.requests()).toHaveLength(1);
  });

  it("asks nothing with half a pair, and says what is missing", async () => {
    const { diagnosis, sandbox } = await examine({}, { HUAWEICLOUD_SDK_SK: "" });
    expect(diagnosis.ready).toBe(false);
    expect(check(diagnosis, "credentials")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("HUAWEICLOUD_SDK_SK is missing") as string,
    });
    expect(diagnosis.sources.map(({ status }) => status)).toContain("broken");
    expect(sandbox.requests()).toEqual([]);
  });

  it("takes the only instance, and asks which of several", async () => {
    const one = await sandboxWith();
    const deps = (sandbox: Sandbox) => ({ env: sandbox.env, home: "/nonexistent" });
    expect((await diagnose({}, undefined, deps(one))).ready).toBe(true);
    const two = await sandboxWith({ instances: 2 });
    const diagnosis = await diagnose({}, undefined, deps(two));
    expect(diagnosis.ready).toBe(false);
    expect(check(diagnosis, "instances")?.detail).toContain(two.instances[1]?.id);
  });

  it("of an instance that is not there says so", async () => {
    const sandbox = await sandboxWith();
    const diagnosis = await diagnose({}, "5560df16-cebf-4473-95c4-d1b573c16e79", {
      env: sandbox.env,
      home: "/nonexistent",
    });
    expect(check(diagnosis, "reading the instance")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("there is no instance") as string,
    });
  });
});

describe("dcs-switchover doctor", () => {
  let printed: string[] = [];
  const before = { ...process.env };

  beforeEach(() => {
    printed = [];
    vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    process.env = { ...before };
  });

  /** Runs the command in an environment that names this sandbox. */
  async function doctor(sandbox: Sandbox, ...args: string[]) {
    Object.assign(process.env, sandbox.env);
    await yargs(["doctor", ...args])
      .command(doctorCommand)
      .exitProcess(false)
      .parseAsync();
    return { text: printed.join("\n"), exitCode: process.exitCode ?? 0 };
  }

  it("prints a line for each check, the sources, and the verdict; 0 if a switchover could be made", async () => {
    const sandbox = await sandboxWith();
    const { text, exitCode } = await doctor(sandbox, sandbox.instances[0]?.id ?? "");
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^✔ region +sandbox-1 \(from HUAWEICLOUD_SDK_REGION\)$/m);
    expect(text).toMatch(/^✔ fit for a switchover/m);
    expect(text).toContain("configuration (dcs:accessKey, dcs:secretKey): nothing there (not set)");
    expect(text).toMatch(/A switchover could be made\.$/);
    expect(text).not.toContain(sandbox.accessKey);
    expect(text).not.toContain(sandbox.secretKey);
  });

  it("exits with 1 if it could not, with the remedy under what is wrong", async () => {
    const sandbox = await sandboxWith({ instances: [{ standbyHealth: [false] }] });
    const { text, exitCode } = await doctor(sandbox);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^✖ fit for a switchover .*no healthy standby.*\n +→ Wait until a standby is Active/m);
    expect(text).toMatch(/A switchover could not be made\.$/);
  });

  it("takes region, project, endpoint and profile from the command line", async () => {
    const sandbox = await sandboxWith();
    process.env["HUAWEICLOUD_SDK_REGION"] = "nowhere";
    const { exitCode } = await doctor(
      sandbox,
      "--region",
      sandbox.region,
      "--endpoint",
      sandbox.url,
      "--project-id",
      sandbox.projectId,
    );
    expect(exitCode).toBe(0);
  });

  it("prints the same as JSON", async () => {
    const sandbox = await sandboxWith();
    const { text } = await doctor(sandbox, "--json");
    const diagnosis = JSON.parse(text) as Diagnosis;
    expect(diagnosis.ready).toBe(true);
    expect(states(diagnosis)["fit for a switchover"]).toBe("ok");
  });

  it("lets no text of the cloud's move the cursor or colour the screen", () => {
    const text = report(
      {
        ready: false,
        sources: [],
        checks: [{ name: "region", state: "failed", detail: "evil \u001b[2J\u202e", remedy: "\u0007" }],
      },
      painter(false),
    );
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
