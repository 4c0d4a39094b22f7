import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { introduction, sandboxCommand } from "../../cli/commands/sandbox.js";
import { startSandbox } from "../../sandbox/index.js";
import { parseJson, textOf, type Json } from "./sandboxClient.js";

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-command-"));
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Runs the command line as the program does, but for printing the help and leaving. */
const run = async (...words: string[]): Promise<unknown> =>
  yargs(["sandbox", ...words])
    .command(sandboxCommand)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseAsync();

const ready = async (): Promise<Json> =>
  parseJson(await vi.waitFor(() => readFile(join(folder, "ready.json"), "utf8")));

describe("dcs-switchover sandbox", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("runs until %s and says what it did", async (signal) => {
    const listeners = process.listenerCount(signal);
    const stopped = run("--ready-file", join(folder, "ready.json"), "--instances", "2", "--swap-seconds", "0");
    const file = await ready();
    expect(file).toMatchObject({
      pid: process.pid,
      region: "sandbox-1",
      instances: [{ name: "orders-cache" }, { name: "sessions-cache" }],
      env: { HUAWEICLOUD_SDK_AK: file["accessKey"] },
    });
    const url = textOf(file["url"]);
    await fetch(`${url}/_sandbox/external-swap`, {
      method: "POST",
      body: JSON.stringify({ instanceId: file["instances"]?.[0]?.["id"] }),
    });
    process.emit(signal, signal);
    await stopped;
    expect(printed).toContain(`Sandbox stopped (${signal}) after 1 switchover.`);
    await expect(fetch(url)).rejects.toThrow();
    expect(process.listenerCount(signal)).toBe(listeners);
  });

  it("stops by itself when its time is up", async () => {
    await run("--for", "100ms");
    expect(printed).toContain("Sandbox stopped (time is up) after 0 switchovers.");
  });

  it("names a port that is taken, and the remedy", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? address?.port : 0;
    await expect(run("--port", String(port))).rejects.toThrow(
      `The sandbox can't listen on port ${port}: it is in use. Choose another, or leave --port out.`,
    );
    other.close();
  });

  it.each([
    [["--port", "70000"], "--port must be a whole number from 0 to 65535"],
    [["--instances", "0"], "--instances must be a whole number from 1 to 1000"],
    [["--instances", "two"], "--instances must be a whole number from 1 to 1000"],
    [["--swap-seconds", "-1"], "--swap-seconds must be from 0 to 3600"],
    [["--for", "soon"], "--for must be a duration"],
    [["--for", "0s"], "--for must be a duration"],
    [["--for", "30d"], "--for must be a duration"],
  ])("refuses %j", async (words, message) => {
    await expect(run(...words)).rejects.toThrow(message);
    expect(printed).toBe("");
  });
});

describe("its introduction", () => {
  it("has all that a stack needs, ready to be pasted", async () => {
    const sandbox = await startSandbox({ instances: 2 });
    const lines = introduction(sandbox).split("\n");
    await sandbox.close();
    for (const line of [
      `  pulumi config set dcs:region ${sandbox.region}`,
      `  pulumi config set dcs:endpoint ${sandbox.url}`,
      `  pulumi config set dcs:projectId ${sandbox.projectId}`,
      `  pulumi config set --secret dcs:accessKey ${sandbox.accessKey}`,
      `  pulumi config set --secret dcs:secretKey ${sandbox.secretKey}`,
      `  export HUAWEICLOUD_SDK_AK=${sandbox.accessKey}`,
    ]) {
      expect(lines).toContain(line);
    }
    for (const { id, name } of sandbox.instances)
      expect(lines.some((line) => line.endsWith(`${id}  ${name}`))).toBe(true);
  });
});
