// `npm run demo` must not be a recording. Here it runs on an engine that says all the right words and does nothing, that
// fails, or that hangs; the real story is told in test/engine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const script = join(__dirname, "../../scripts/demo.mjs");

let folder: string;
let engine: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-script-"));
  engine = join(folder, "engine");
  temporary = join(folder, "temporary");
  mkdirSync(engine);
  mkdirSync(temporary);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo", () => {
  it("fails where the engine only says that it switched", async () => {
    fakePulumi("echo 'switch over orders-cache: switched, 2 unchanged, 1 updated, 2 deleted'");
    const { code, output } = await demo().ended;
    expect(code).toBe(1);
    expect(output).toContain("switchovers that the sandbox performed: 0 instead of 1");
    expect(output).not.toContain("Done in");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("fails where a command does not say what it should", async () => {
    fakePulumi("echo nothing to see");
    const { code, output } = await demo().ended;
    expect(code).toBe(1);
    expect(output).toContain("does not say switch over orders-cache");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("fails at the first command that fails, and names it", async () => {
    fakePulumi(`if [ "$1" = preview ]; then exit 7; fi`);
    const { code, output } = await demo().ended;
    expect(code).toBe(1);
    expect(output).toContain("`pulumi preview --diff` ended with 7");
    expect(output).not.toContain("$ pulumi up");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("interrupts the engine and cleans up after %s", async (signal, exitCode) => {
    const started = join(folder, "started");
    const interrupted = join(folder, "interrupted");
    fakePulumi(
      `if [ "$1" = preview ]; then trap 'echo yes > ${interrupted}; exit 1' INT; echo > ${started}; while :; do /bin/sleep 0.02; done; fi`,
    );
    const run = demo();
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), 5000);
    run.child.kill(signal);
    expect((await run.ended).code).toBe(exitCode);
    expect(readFileSync(interrupted, "utf8")).toBe("yes\n");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("shows the engine nothing of the user's accounts, credentials and home", async () => {
    const seen = join(folder, "seen");
    fakePulumi(
      `echo "$HW_ACCESS_KEY|$PULUMI_ACCESS_TOKEN|$HOME|$PULUMI_BACKEND_URL|$HUAWEICLOUD_SDK_AK" > ${seen}; exit 1`,
    );
    await demo({ HW_ACCESS_KEY: "users-key", PULUMI_ACCESS_TOKEN: "users-token" }).ended;
    const [key, token, home, backend, sandboxKey] = readFileSync(seen, "utf8").trim().split("|");
    expect([key, token]).toEqual(["", ""]);
    expect(home?.startsWith(temporary)).toBe(true);
    expect(backend?.startsWith(`file://${temporary}`)).toBe(true);
    expect(sandboxKey).toMatch(/^SANDBOX/);
  });
});

function demo(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script], {
    env: { PATH: engine, HOME: folder, TMPDIR: temporary, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  const ended = once(child, "close").then(() => ({ code: child.exitCode, output }));
  return { child, ended };
}

/** An engine on PATH that tells a fitting version, and does `body` for every other command. */
function fakePulumi(body: string): void {
  for (const part of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
    const path = join(engine, part);
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = version ]; then echo v3.260.0; exit 0; fi\n${body}\n`);
    chmodSync(path, 0o755);
  }
}
