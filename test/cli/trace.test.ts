// An incident is replayed on paper from the file that DCS_SWITCHOVER_LOG names.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startSandbox } from "../../sandbox/index.js";
import { code, createWorkspace, switchoverProgram } from "../engine/support/index.js";

vi.setConfig({ testTimeout: 120_000 });

interface Line {
  time: string;
  pid: number;
  instanceId: string;
  resource: string;
  event: string;
  detail?: { kind?: string; outcome?: string };
}

it("each step, what was seen and what was decided stand in DCS_SWITCHOVER_LOG, one JSON line each, and no secret", async () => {
  const sandbox = await startSandbox({ swapSeconds: 0.2 });
  try {
    const instanceId = sandbox.instances[0]?.id ?? "";
    const program = (drill: string) =>
      switchoverProgram({
        instanceId,
        triggers: { drill: code(`pulumi.secret("${drill}")`) },
        reason: code('pulumi.secret("hush-hush")'),
      });
    const workspace = await createWorkspace({ sandbox, files: { "index.js": program("first-word") } });
    const file = join(workspace.folder, "switchovers.ndjson");
    const env = { DCS_SWITCHOVER_LOG: file };
    await workspace.up([], { env });
    workspace.write({ "index.js": program("second-word") });
    await workspace.up([], { env });

    const text = readFileSync(file, "utf8");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const steps = lines.map(({ event }) => event);
    const order = ["observed", "decided", "swap sent", "swap accepted", "looked", "recorded"];
    const once = steps.slice(0, steps.indexOf("recorded") + 1);
    expect(order.map((step) => once.indexOf(step))).toEqual(
      order.map((step) => once.indexOf(step)).toSorted((a, b) => a - b),
    );
    for (const step of order) expect(steps.filter((other) => other === step).length).toBeGreaterThanOrEqual(2);
    expect(lines.filter(({ event }) => event === "decided").map(({ detail }) => detail?.kind)).toEqual([
      "switch",
      "switch",
    ]);
    expect(lines.filter(({ event }) => event === "recorded").map(({ detail }) => detail?.outcome)).toEqual([
      "switched",
      "switched",
    ]);
    expect(new Set(lines.map((line) => `${line.instanceId} ${line.resource}`))).toEqual(
      new Set([`${instanceId} cache`]),
    );
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted());

    for (const secret of [sandbox.secretKey, "hush-hush", "first-word", "second-word"])
      expect(text).not.toContain(secret);
    expect(statSync(file).mode & 0o077).toBe(0);
  } finally {
    await sandbox.close();
  }
});

it("a log that can't be written is said once, and the update goes on", async () => {
  const sandbox = await startSandbox({ swapSeconds: 0.2 });
  try {
    const program = switchoverProgram({ instanceId: sandbox.instances[0]?.id });
    const workspace = await createWorkspace({ sandbox, files: { "index.js": program } });
    const { stdout, stderr } = await workspace.up([], {
      env: { DCS_SWITCHOVER_LOG: join(workspace.folder, "no/such/folder/log") },
    });
    expect((stdout + stderr).match(/DCS_SWITCHOVER_LOG can't be written \(ENOENT\)/g)?.length).toBeGreaterThan(0);
    expect(sandbox.swaps()).toHaveLength(1);
  } finally {
    await sandbox.close();
  }
});
