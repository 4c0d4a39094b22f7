// The engine tests stand on these helpers, so the helpers are held to what they say, on a resource that needs no cloud.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

import { createWorkspace, resourcesOfKind } from "./index.js";
import { descendantsOf } from "./processes.js";

/** A resource whose create and update append a line to `calls`, then wait while there is a file `hold`. */
const noteProgram = (text: string) => `"use strict";
const pulumi = require("@pulumi/pulumi");
const provider = {
  async create(inputs) {
    const fs = require("node:fs");
    fs.appendFileSync("calls", "create " + inputs.text + "\\n");
    console.log("noting " + inputs.text);
    while (fs.existsSync("hold")) await new Promise((resolve) => setTimeout(resolve, 20));
    return { id: "note-1", outs: { text: inputs.text } };
  },
  async update(id, olds, news) {
    require("node:fs").appendFileSync("calls", "update " + news.text + "\\n");
    return { outs: { text: news.text } };
  },
};
class Note extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args, undefined, "test", "Note");
  }
}
exports.text = new Note("note", { text: ${JSON.stringify(text)} }).text;
`;

describe("a workspace", () => {
  it("takes a program through its whole life", async () => {
    const workspace = await createWorkspace({ files: { "index.js": noteProgram("one") } });
    const calls = () => workspace.read("calls");

    expect((await workspace.preview()).stdout).toContain("create");
    expect(existsSync(join(workspace.folder, "calls"))).toBe(false);
    expect((await workspace.up()).stdout).toContain("noting one");
    expect(await workspace.outputs()).toEqual({ text: "one" });

    workspace.write({ "index.js": noteProgram("two") });
    await workspace.up();
    expect(calls()).toBe("create one\nupdate two\n");

    const state = await workspace.export();
    expect(resourcesOfKind(state, "Note").map((note) => note.id)).toEqual(["note-1"]);
    await workspace.destroy();
    expect((await workspace.export()).deployment.resources).toEqual([]);
    await workspace.import(state);
    await workspace.refresh();
    expect(await workspace.outputs()).toEqual({ text: "two" });
  });

  it("prints no warning about the engine's parts", async () => {
    const workspace = await createWorkspace({ files: { "index.js": noteProgram("one") } });
    const { stdout, stderr } = await workspace.up();
    expect(stdout + stderr).not.toMatch(/warning/i);
  });

  it("gives the stack the sandbox's address and the commands its credentials", async () => {
    const workspace = await createWorkspace({
      sandbox: { url: "http://127.0.0.1:1", region: "r-1", projectId: "p-1", env: { HUAWEICLOUD_SDK_AK: "key" } },
      config: { "test:drill": "one" },
      files: {
        "index.ts": `import * as pulumi from "@pulumi/pulumi";
const dcs = new pulumi.Config("dcs");
export const found: unknown[] = [
  dcs.require("endpoint"), dcs.require("region"), dcs.require("projectId"), new pulumi.Config().require("drill"),
  process.env["HUAWEICLOUD_SDK_AK"],
];
`,
      },
    });
    await workspace.up();
    expect(await workspace.outputs()).toEqual({ found: ["http://127.0.0.1:1", "r-1", "p-1", "one", "key"] });
  });

  it("keeps secret config secret", async () => {
    const workspace = await createWorkspace({ files: { "index.js": noteProgram("one") } });
    await workspace.setConfig("dcs:secretKey", "s3cret", { secret: true });
    expect(workspace.read("Pulumi.dev.yaml")).toContain("secure:");
    expect(workspace.read("Pulumi.dev.yaml")).not.toContain("s3cret");
  });

  it("throws with the command's output where a failure was not expected, and where one was", async () => {
    const workspace = await createWorkspace({ files: { "index.js": `throw new Error("broken on purpose");` } });
    await expect(workspace.preview()).rejects.toThrow(/broken on purpose/);
    expect((await workspace.preview([], { expectFailure: true })).code).not.toBe(0);
    workspace.write({ "index.js": "" });
    await expect(workspace.preview([], { expectFailure: true })).rejects.toThrow(/should have failed/);
  });

  it("sees nothing of the credentials and Pulumi settings around the tests", async () => {
    vi.stubEnv("HW_ACCESS_KEY", "outer");
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "outer");
    const { env } = await createWorkspace();
    vi.unstubAllEnvs();
    expect(env["HW_ACCESS_KEY"]).toBeUndefined();
    expect(env["PULUMI_CONFIG_PASSPHRASE"]).toBe("test");
  });
});

describe("a killed run", () => {
  const startAndHold = async () => {
    const workspace = await createWorkspace({ files: { "index.js": noteProgram("one"), hold: "" } });
    const run = workspace.spawn(["up", "--yes", "--skip-preview", "--non-interactive"]);
    await run.waitUntil(() => existsSync(join(workspace.folder, "calls")));
    return { workspace, run };
  };

  it("dies with the whole machine, leaves its lock, and runs again after cancel", async () => {
    const { workspace, run } = await startAndHold();
    const family = await descendantsOf(run.pid);
    expect(await run.providers()).toHaveLength(1);
    await run.killAll();
    expect((await run.ended).signal).toBe("SIGKILL");
    await vi.waitFor(() => expect(family.filter(({ pid }) => isRunning(pid))).toEqual([]));

    expect((await workspace.up([], { expectFailure: true })).stderr).toContain("locked");
    await workspace.cancel();
    expect((await workspace.export()).deployment.pending_operations.map(({ type }) => type)).toEqual(["creating"]);
  });

  it("loses only its provider, and the engine tells", async () => {
    const { run } = await startAndHold();
    await run.killProviders();
    const { code, signal } = await run.ended;
    expect(signal).toBeUndefined();
    expect(code).not.toBe(0);
  });

  it("loses only its engine, and leaves no process when the workspace is closed", async () => {
    const { workspace, run } = await startAndHold();
    const [provider] = await run.providers();
    await run.killEngine();
    expect((await run.ended).signal).toBe("SIGKILL");
    await workspace.close();
    await vi.waitFor(() => expect(isRunning(provider?.pid ?? 0)).toBe(false), 5000);
  });

  it("can be interrupted as by Ctrl-C", async () => {
    const { run } = await startAndHold();
    run.interrupt();
    await run.waitFor(/interrupt|cancel/i);
  });
});

function isRunning(pid: number): boolean {
  // A killed process whose parent has not looked at it yet is a zombie, which still takes signals.
  if (existsSync("/proc"))
    return existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
