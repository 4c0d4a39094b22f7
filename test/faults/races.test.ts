import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { stackOn, type Stack } from "./support/miniEngine.js";

let home: string;
let sandbox: Sandbox;
let instanceId: string;
let stack: Stack;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "dcs-races-"));
  vi.stubEnv("PULUMI_HOME", home);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  instanceId = randomUUID();
  sandbox = await startSandbox({ instances: [{ id: instanceId }], behaviour: { swapSeconds: 0.3 } });
  stack = stackOn(sandbox);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

const declared = (drill: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  instanceId,
  triggers: { drill },
  timeouts: { accept: "15s", complete: "6s", settle: "1s" },
  ...more,
});
const outcomes = (of: Stack): string[] => of.history().map((record) => record.outcome);
const ours = (): number => sandbox.swaps().filter((swap) => swap.source === "api" && swap.outcome !== "failed").length;
/** The master as the sandbox has it: every accepted swap that ended well exchanged the two. */
const lastTo = (): string | undefined => sandbox.swaps().findLast((swap) => swap.outcome === "switched")?.toNodeId;

describe("two who switch over at once", () => {
  it("as two stacks: one switches, the other adopts, and both say so truly", async () => {
    const other = stackOn(sandbox, "other/dev");
    const results = await Promise.all([stack.up(declared("1")), other.up(declared("1"))]);
    expect(results).toEqual([{ ok: true }, { ok: true }]);
    expect([...outcomes(stack), ...outcomes(other)].toSorted()).toEqual(["adopted", "switched"]);
    expect(ours()).toBe(1);
  });

  it("as two resources of one program: one switches, the other adopts", async () => {
    const second = stackOn(sandbox, "test/dev", "second");
    await Promise.all([
      stack.up(declared("0", { switchOnCreate: false })),
      second.up(declared("0", { switchOnCreate: false })),
    ]);
    const changed = declared("1", { switchOnCreate: false });
    expect(await Promise.all([stack.up(changed), second.up(changed)])).toEqual([{ ok: true }, { ok: true }]);
    expect([...outcomes(stack), ...outcomes(second)].toSorted()).toEqual(["adopted", "switched"]);
    expect(ours()).toBe(1);
  });

  it("ten at once give way to each other and all come to an end", async () => {
    const stacks = Array.from({ length: 10 }, (_, index) => stackOn(sandbox, `stack${index}/dev`));
    const results = await Promise.all(stacks.map((item) => item.up(declared("1"))));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(stacks.flatMap(outcomes).filter((outcome) => outcome === "switched")).toHaveLength(1);
    expect(ours()).toBe(1);
  });

  it("does not take another stack's note for its own run, however old", async () => {
    expect(await stack.up(declared("1"))).toEqual({ ok: true });
    const other = stackOn(sandbox, "other/dev");
    expect(await other.up(declared("1", { adoptWindow: "0" }))).toEqual({ ok: true });
    expect(outcomes(other)).toEqual(["switched"]);
    expect(ours()).toBe(2);
  });
});

describe("somebody else switches over", () => {
  it("between our look and our request: the record names no nodes that it can't know", async () => {
    sandbox.hold({ operation: "swap" });
    const run = stack.up(declared("1"));
    await sandbox.waitForHeld("swap");
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    sandbox.release("swap");
    expect(await run).toEqual({ ok: true });
    const [record] = stack.history();
    expect(record).toMatchObject({ outcome: "switched", note: expect.stringMatching(/can't be told/) as unknown });
    expect([record?.from, record?.to, record?.taskId, record?.performedBy]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(ours()).toBe(1);
    expect(stack.saved?.outputs["master"]).toMatchObject({ nodeId: lastTo() });
  });

  it("automatically between our look and our request: it is on record without nodes, and not repeated", async () => {
    sandbox.hold({ operation: "swap" });
    const run = stack.up(declared("1"));
    await sandbox.waitForHeld("swap");
    sandbox.externalSwap(instanceId, { swapSeconds: 0 });
    sandbox.release("swap");
    const result = await run;
    // Ours leads back to where the master was. Whether the other master was seen in between is a matter of moments.
    if (result.ok) {
      const [record] = stack.history();
      expect(record).toMatchObject({ outcome: "switched", note: expect.stringMatching(/exchanged twice/) as unknown });
      expect([record?.from, record?.to]).toEqual([undefined, undefined]);
    } else {
      expect(result.message).toMatch(/roles are as they were/);
      expect((await stack.up(declared("1"))).ok).toBe(false);
    }
    expect(ours()).toBe(1);
  });

  it("automatically in the middle of ours: one switchover, on record", async () => {
    sandbox.hold({ operation: "swap", when: "after" });
    const run = stack.up(declared("1"));
    await sandbox.waitForHeld("swap");
    sandbox.externalSwap(instanceId, { swapSeconds: 0 });
    sandbox.release("swap");
    expect(await run).toEqual({ ok: true });
    expect(outcomes(stack)).toEqual(["switched"]);
    expect(stack.history()[0]?.to?.nodeId).toBe(lastTo());
    expect(ours()).toBe(1);
  });

  it("back, as soon as ours is over and before its end was seen: both are on record", async () => {
    await stack.up(declared("0", { switchOnCreate: false }));
    sandbox.hold({ operation: "swap", when: "after" });
    const run = stack.up(declared("1", { switchOnCreate: false }));
    await sandbox.waitForHeld("swap");
    await vi.waitFor(() => expect(sandbox.swaps()[0]?.outcome).toBe("switched"), 3_000);
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    sandbox.release("swap");
    expect(await run).toEqual({ ok: true });
    expect(stack.history()[0]).toMatchObject({
      outcome: "switched",
      note: expect.stringMatching(/can't be told/) as unknown,
    });
    expect(ours()).toBe(1);
    // What was accounted for then satisfies no later trigger; inputs alone can't know it, so a refresh tells the preview.
    await stack.refresh();
    expect(await stack.up(declared("2", { switchOnCreate: false }))).toEqual({ ok: true });
    expect(stack.history()[0]).toMatchObject({ outcome: "switched", trigger: { drill: "2" } });
    expect(ours()).toBe(2);
  });

  it("while the answer to ours is held up: the lost answer is settled by what the log has", async () => {
    sandbox.hold({ operation: "swap" });
    const run = stack.up(declared("1"));
    await sandbox.waitForHeld("swap");
    sandbox.externalSwap(instanceId, { user: "ops", swapSeconds: 0 });
    // Ours never gets there.
    sandbox.release("swap", "discard");
    expect(await run).toEqual({ ok: true });
    expect(stack.history()[0]).toMatchObject({
      outcome: "adopted",
      performedBy: "ops",
      note: expect.stringMatching(/lost/) as unknown,
    });
    expect(ours()).toBe(0);
  });
});

describe("an instance that is busy", () => {
  it("is waited for", async () => {
    sandbox.setInstance(instanceId, { task: "BACKUPING" });
    const run = stack.up(declared("1"));
    await vi.waitFor(() => expect(sandbox.requests().length).toBeGreaterThan(6), 5_000);
    expect(ours()).toBe(0);
    sandbox.setInstance(instanceId, { task: null });
    expect(await run).toEqual({ ok: true });
    expect(ours()).toBe(1);
  });

  it("for too long refuses, and says with what", async () => {
    sandbox.setInstance(instanceId, { task: "BACKUPING" });
    const result = await stack.up(declared("1", { timeouts: { accept: "1s" } }));
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringMatching(/BACKUPING.*1s.*Nothing was switched/) as unknown,
    });
    expect(stack.saved).toBeUndefined();
  });
});

describe("the guards hold whatever the runner's clock says", () => {
  it.each([-14, 14])("with the cloud's clock %i minutes off", async (minutes) => {
    sandbox.setBehaviour({ clockOffsetSeconds: minutes * 60 });
    sandbox.externalSwap(instanceId, { user: "ops", agoSeconds: 120 });
    const recent = declared("1", { adoptWindow: "1m", minInterval: "3m" });
    expect(await stack.up(recent)).toMatchObject({ ok: false, message: expect.stringMatching(/by ops/) as unknown });
    expect(await stack.up({ ...recent, adoptWindow: "3m" })).toEqual({ ok: true });
    expect(stack.history()[0]).toMatchObject({ outcome: "adopted", performedBy: "ops" });
    const later = declared("2", { adoptWindow: "1m", minInterval: "1m" });
    expect(await stack.up(later)).toEqual({ ok: true });
    const [record] = stack.history();
    const [, swap] = sandbox.swaps();
    expect(Math.abs(Date.parse(record?.performedAt ?? "") - Date.parse(swap?.at ?? ""))).toBeLessThan(2_000);
    expect(ours()).toBe(1);
  });

  it("and the maintenance window is the cloud's clock's", async () => {
    const cloudNow = new Date(Date.now() + 14 * 60_000);
    sandbox.setBehaviour({ clockOffsetSeconds: 14 * 60 });
    const minute = (offset: number): string =>
      new Date(cloudNow.getTime() + offset * 60_000).toISOString().slice(11, 16);
    const at = (from: number, to: number): Record<string, unknown> =>
      declared("1", { maintenanceWindow: { from: minute(from), to: minute(to), timezone: "UTC" } });
    expect(await stack.up(at(-14, -7))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/maintenance window/) as unknown,
    });
    expect(await stack.up(at(-7, 7))).toEqual({ ok: true });
  });
});

describe("words that people wrote", () => {
  it("are in no note, no tag and no trace", async () => {
    const trace = join(home, "trace.jsonl");
    vi.stubEnv("DCS_SWITCHOVER_LOG", trace);
    const words = { triggers: { drill: "hush-trigger" }, reason: "hush-reason", requestedBy: "hush-person" };
    sandbox.hold({ operation: "swap", when: "after" });
    const run = stack.up(declared("1", { ...words, intentTag: true, minInterval: "1s", override: "hush-override" }));
    await sandbox.waitForHeld("swap");
    const folder = join(home, "dcs-switchover", "intents", instanceId);
    const notes = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    sandbox.release("swap");
    expect(await run).toEqual({ ok: true });
    const tags = await (await fetch(`${sandbox.url}/_sandbox/state`)).text();
    expect(notes).toHaveLength(1);
    expect(tags).toContain("dcs-switchover-intent");
    expect(readFileSync(trace, "utf8")).toContain("swap accepted");
    for (const text of [...notes, tags, readFileSync(trace, "utf8")]) expect(text).not.toMatch(/hush/);
    for (const text of [...notes, readFileSync(trace, "utf8")]) {
      expect(text).not.toContain(sandbox.secretKey);
      expect(text).not.toContain(sandbox.accessKey);
    }
  });
});
