import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isAlive, startOf } from "../../provider/alive.js";
import type { Intent } from "../../provider/intent.js";
import { fileJournal, fresh, journalFolder, type Journal } from "../../provider/journal.js";

let folder: string;
let journal: Journal;
const note = {
  triggersHash: "a".repeat(64),
  owner: "b".repeat(16),
  fingerprint: "c".repeat(64),
  at: "2026-11-24T12:00:00.000Z",
  from: { nodeId: "d".repeat(32), ip: "10.0.0.5" },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dcs-journal-"));
  journal = fileJournal(folder);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const files = (): string[] => readdirSync(join(folder, "instance"));
const pathOf = (id: string): string => join(folder, "instance", `${id}.json`);
/** Rewrites a note as if another process, or another machine, had made it. */
function alter(id: string, patch: Record<string, unknown>): void {
  const entry = JSON.parse(readFileSync(pathOf(id), "utf8")) as Record<string, unknown>;
  writeFileSync(pathOf(id), JSON.stringify({ ...entry, ...patch }));
}
const read = async (): Promise<Intent | undefined> => (await journal.read("instance"))[0];

describe("the intent journal", () => {
  it("gives back what was noted, and says that its writer is at work", async () => {
    const id = await journal.write("instance", note, 60_000);
    expect(await journal.read("instance")).toEqual([{ ...note, source: "journal", id, live: true }]);
    expect(await journal.read("another")).toEqual([]);
  });

  it("keeps a note when its work has ended, but no longer as that of somebody at work", async () => {
    const id = await journal.write("instance", note, 60_000);
    await journal.end("instance", id);
    expect(await read()).toMatchObject({ id, live: false });
  });

  it("removes notes, also those that are gone", async () => {
    const id = await journal.write("instance", note, 60_000);
    await journal.remove("instance", [id, "gone"]);
    expect(await journal.read("instance")).toEqual([]);
  });

  it("keeps notes to the user who made them", async () => {
    const id = await journal.write("instance", note, 60_000);
    expect(statSync(pathOf(id)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "instance")).mode & 0o777).toBe(0o700);
  });

  it("leaves no half-written file behind", async () => {
    await Promise.all(Array.from({ length: 20 }, () => journal.write("instance", note, 60_000)));
    expect(files()).toHaveLength(20);
    expect(files().every((name) => name.endsWith(".json"))).toBe(true);
  });

  it("passes over what is no note of this kind", async () => {
    mkdirSync(join(folder, "instance"), { recursive: true });
    writeFileSync(pathOf("torn"), '{"version":1,"triggersHash":');
    writeFileSync(pathOf("other"), '{"version":2}');
    writeFileSync(join(folder, "instance", "x.json.tmp"), "{}");
    expect(await journal.read("instance")).toEqual([]);
  });

  it.each([
    ["whose process is gone", { pid: 2 ** 22 - 3 }],
    ["whose process number now belongs to a later process", { start: "1" }],
    ["of another machine, which can't be asked", { host: "elsewhere" }],
    ["whose time is over, whatever its number says", { busyUntil: "2026-01-01T00:00:00.000Z" }],
  ])("does not wait for a note %s", async (_sentence, patch) => {
    const id = await journal.write("instance", note, 60_000);
    alter(id, patch);
    expect(await read()).toMatchObject({ live: false });
  });

  it("waits for a process of which the system tells no start time", async () => {
    const id = await journal.write("instance", note, 60_000);
    alter(id, { start: undefined, host: hostname() });
    expect(await read()).toMatchObject({ live: true });
  });

  it("takes a note of a week ago for nothing, by the cloud's clock", () => {
    const intent: Intent = { ...note, source: "journal", id: "x", live: false };
    const at = Date.parse(note.at);
    expect(fresh([intent], at + 6 * 86_400_000)).toHaveLength(1);
    expect(fresh([intent], at + 8 * 86_400_000)).toHaveLength(0);
  });

  it("lies beside the engine's own files", () => {
    expect(journalFolder({ PULUMI_HOME: "/x" })).toBe(join("/x", "dcs-switchover", "intents"));
    expect(journalFolder({})).toMatch(/\.pulumi.dcs-switchover.intents$/);
  });
});

describe("a process", () => {
  it("is alive while it runs, and not when it was killed", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    const pid = child.pid ?? 0;
    const start = startOf(pid);
    expect(isAlive(pid, start)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(pid, start)).toBe(false);
  });

  it.runIf(process.platform === "linux")("is not alive as a zombie that nobody has collected", async () => {
    // The shell becomes a sleep that never collects the child it started before.
    const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"]);
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const zombie = Number(line.toString().trim());
      const state = (): string => readFileSync(`/proc/${zombie}/stat`, "utf8").split(") ")[1] ?? "";
      await vi.waitFor(() => expect(state()).toMatch(/^Z/), 5_000);
      expect(isAlive(zombie, undefined)).toBe(false);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
