import { beforeEach, describe, expect, it } from "vitest";
import type { Effects } from "../../provider/effects.js";
import type { Intent } from "../../provider/intent.js";
import type { Journal } from "../../provider/journal.js";
import { extendHistory } from "../../provider/record.js";
import { fingerprintOf, switchover, type Book, type Ending, type Task } from "../../provider/switchover.js";
import { createModelCloud, type CloudTraits, type ModelCloud, type SwapFate } from "../faults/support/modelCloud.js";
import { createVirtualTime, type VirtualTime } from "../faults/support/virtualTime.js";
import { args } from "./decideSituations.js";

const traits: CloudTraits = {
  nodes: 2,
  taskAfterMs: 0,
  log: "readable",
  roles: "readable",
  showsWork: true,
  swapMs: 4_000,
  skewMs: 0,
  errorMs: 0,
};
const fresh: Book = { history: [], switchoverCount: 0, ledger: { version: 1, known: { version: 1 }, settled: null } };

let time: VirtualTime;
let cloud: ModelCloud;
let notes: Map<string, Intent>;
let lines: string[];
let stop: AbortController;

beforeEach(() => {
  time = createVirtualTime(Date.parse("2026-11-24T12:00:00.000Z"));
  cloud = createModelCloud(time, traits);
  notes = new Map();
  lines = [];
  stop = new AbortController();
});

const journal = (): Journal => ({
  read: () => Promise.resolve([...notes.values()]),
  write: (_instanceId, note) => {
    const id = `note-${notes.size + 1}`;
    notes.set(id, { ...note, source: "journal", id, live: true });
    return Promise.resolve(id);
  },
  end: (_instanceId, id) => {
    const note = notes.get(id);
    if (note) notes.set(id, { ...note, live: false });
    return Promise.resolve();
  },
  remove: (_instanceId, ids) => {
    for (const id of ids) notes.delete(id);
    return Promise.resolve();
  },
});

function effects(fates: SwapFate[] = [], patch: Partial<Effects> = {}): Effects {
  return {
    client: cloud.client({
      label: "ours",
      step: (ms) => time.sleep(ms),
      fate: () => fates.shift() ?? "answered",
      flaky: () => false,
      notedAt: () => [...notes.values()].at(-1)?.at ?? "",
      signal: stop.signal,
    }),
    clock: { now: () => time.now(), sleep: (ms, signal) => time.sleep(ms, signal) },
    journal: journal(),
    report: (line) => lines.push(line),
    trace: () => undefined,
    signal: stop.signal,
    random: () => 0.5,
    ...patch,
  };
}

function run(task: Partial<Task> = {}, with_: Effects = effects()): Promise<Ending> {
  const book = task.book ?? fresh;
  const whole = { args: args(), triggersHash: "hash", due: true, owner: "me", fingerprint: fingerprintOf(book, "me") };
  return time.run(switchover({ ...whole, book, ...task }, with_));
}
const made = (): number => cloud.swaps.filter((swap) => swap.by === "ours" && swap.outcome !== "failed").length;

describe("a switchover", () => {
  it("is noted before it is sent, and the note stays until the state is known to hold the record", async () => {
    const ending = await run();
    expect(ending.incomplete).toBeUndefined();
    expect(ending.book.history).toMatchObject([{ outcome: "switched", attempts: 1 }]);
    expect([...notes.values()]).toMatchObject([{ live: false }]);
    expect(ending.book.ledger.noted).toEqual([...notes.keys()]);
  });

  it.each([true, "in the log"] as const)("is over only when the work is, if it shows (%s)", async (showsWork) => {
    cloud = createModelCloud(time, { ...traits, showsWork });
    const [record] = (await run()).book.history;
    expect(record?.durationMs).toBeGreaterThan(3_900);
  });

  it("keeps whole numbers of milliseconds, so that every language hashes the same text", async () => {
    const [record] = (await run()).book.history;
    expect(Number.isInteger(record?.durationMs)).toBe(true);
  });

  it("is made without a journal that can be written, and says what that means", async () => {
    const broken = { ...journal(), write: () => Promise.reject(Object.assign(new Error("no"), { code: "EROFS" })) };
    expect((await run({}, effects([], { journal: broken }))).book.history).toMatchObject([{ outcome: "switched" }]);
    expect(lines.join("\n")).toMatch(/journal can't be written \(EROFS\).*roles and task log alone/);
  });

  it("is made though the note of a refused request can't be removed", async () => {
    const broken = { ...journal(), remove: () => Promise.reject(new Error("no")) };
    expect((await run({}, effects(["busy"], { journal: broken }))).incomplete).toBeUndefined();
    expect(made()).toBe(1);
  });

  it("is asked for twice at most, when both are lost and do nothing", async () => {
    const ending = await run({}, effects(["never arrives", "never arrives", "answered"]));
    expect(ending.incomplete).toMatch(/did not happen/);
    expect(ending.book.history).toMatchObject([{ outcome: "failed", attempts: 2 }]);
    expect(ending.book.ledger.settled).toBeNull();
    expect(cloud.swaps).toHaveLength(0);
    expect(notes.size).toBe(0);
  });

  it("looks again where the process has stood still between look and request", async () => {
    let stalls = 1;
    const stalling: Journal = {
      ...journal(),
      write: async (...given) => {
        if (stalls-- > 0) {
          await time.sleep(30_000);
          cloud.external("ops");
          await time.sleep(10_000);
        }
        return journal().write(...given);
      },
    };
    const ending = await run({}, effects([], { journal: stalling }));
    expect(ending.book.history).toMatchObject([{ outcome: "adopted", performedBy: "ops" }]);
    expect(made()).toBe(0);
  });

  it("gives way to a process that has noted its own", async () => {
    notes.set("rival", {
      source: "journal",
      id: "rival",
      owner: "other",
      triggersHash: "x",
      fingerprint: "y",
      at: "2026-11-24T11:59:59.000Z",
      from: { nodeId: "a".repeat(32) },
      live: true,
    });
    await expect(run({ args: args({ acceptMs: 20_000 }) })).rejects.toThrow(
      /another process on this machine.*Nothing was switched/,
    );
    expect(made()).toBe(0);
  });

  it("gives way to a process that notes its own in the moment between our look and our note", async () => {
    let isFirst = true;
    const meeting: Journal = {
      ...journal(),
      write: async (...given) => {
        const id = await journal().write(...given);
        if (isFirst) {
          isFirst = false;
          const rival = { ...given[1], source: "journal" as const, id: "rival", owner: "rival", fingerprint: "x" };
          notes.set("rival", { ...rival, live: true });
          time.at(time.now() + 1_000, () => cloud.external("rival"));
          time.at(time.now() + 6_000, () => notes.set("rival", { ...rival, live: false }));
        }
        return id;
      },
    };
    const ending = await run({}, effects([], { journal: meeting }));
    expect(ending.book.history).toMatchObject([{ outcome: "adopted", performedBy: "rival" }]);
    expect(made()).toBe(0);
  });

  it("keeps its own record in a history of one, though somebody has switched since", async () => {
    // The engine loses what this run has given it.
    await run();
    time.at(time.now() + 120_000, () => cloud.external("ops"));
    await time.run(time.sleep(130_000));
    const ending = await run({ args: args({ historyLimit: 1 }) });
    expect(ending.book.history).toMatchObject([{ outcome: "adopted", performedBy: "ours" }]);
    expect(made()).toBe(1);
  });
});

describe("an interrupted update", () => {
  it("before the request says that nothing was switched, and leaves no note", async () => {
    cloud.external("ops");
    time.at(time.now() + 1_000, () => stop.abort(new Error("interrupted")));
    await expect(run()).rejects.toThrow(/interrupted before a switchover was asked for; nothing was switched/);
    expect(notes.size).toBe(0);
    expect(made()).toBe(0);
  });

  it("after the request is recorded as unconfirmed, with what is known", async () => {
    time.at(time.now() + 1_000, () => stop.abort(new Error("interrupted")));
    const ending = await run();
    expect(ending.incomplete).toMatch(/interrupted.*unconfirmed.*looks first/);
    expect(ending.book.history).toMatchObject([{ outcome: "unconfirmed" }]);
    expect(ending.book.ledger.pending).toMatchObject({ accepted: true });
    expect(ending.book.ledger.pending?.to).toBeUndefined();
    stop = new AbortController();
    await time.run(time.sleep(10_000));
    const next = await run({ book: ending.book });
    expect(next.book.history).toMatchObject([{ outcome: "adopted", requestId: expect.any(String) as unknown }]);
    expect(next.book.ledger.pending).toBeUndefined();
    expect(made()).toBe(1);
  });

  it("after the roles were seen exchanged keeps the new master, whatever happens to it later", async () => {
    time.at(time.now() + 3_400, () => stop.abort(new Error("interrupted")));
    const ending = await run();
    expect(ending.book.ledger.pending).toMatchObject({ to: { nodeId: "b".repeat(32) } });
    stop = new AbortController();
    // An automatic failover leads back before anybody looks.
    time.at(time.now() + 10_000, () => cloud.external(undefined));
    await time.run(time.sleep(20_000));
    const next = await run({ book: ending.book });
    expect(next.book.history).toMatchObject([{ outcome: "adopted" }]);
    expect(made()).toBe(1);
  });
});

describe("a pending request", () => {
  const pending = { triggersHash: "before", at: "2026-11-24T11:50:00.000Z", from: { nodeId: "a".repeat(32) } };
  const [draft] = [
    {
      instanceId: "i",
      outcome: "unconfirmed" as const,
      performedAt: pending.at,
      timeSource: "request" as const,
      trigger: { drill: "before" },
      attempts: 1,
    },
  ];
  const book: Book = { ...fresh, history: extendHistory([], [draft], 20), ledger: { ...fresh.ledger, pending } };

  it("of other triggers that did not happen is closed as failed, and today's switches over", async () => {
    const ending = await run({ book });
    expect(ending.book.history).toMatchObject([
      { outcome: "switched", trigger: { drill: "1" } },
      { outcome: "failed", trigger: { drill: "before" } },
    ]);
    expect(made()).toBe(1);
  });

  it("that the cloud had accepted is not taken for undone by silence", async () => {
    const accepted = { ...book, ledger: { ...book.ledger, pending: { ...pending, accepted: true } } };
    await expect(run({ book: accepted })).rejects.toThrow(/can't be told: the cloud accepted/);
    expect(made()).toBe(0);
  });

  it("is settled before the engine's person says a word about it only if evidence can't", async () => {
    const accepted = { ...book, ledger: { ...book.ledger, pending: { ...pending, accepted: true } } };
    const ending = await run({ book: accepted }, effects([], { resolution: "did-not-happen" }));
    expect(ending.book.history).toMatchObject([{ outcome: "switched" }, { outcome: "failed" }]);
    expect(made()).toBe(1);
  });

  it("that a person's word settles leaves no word for the next one that evidence can't settle", async () => {
    cloud.external("ops");
    await time.run(time.sleep(100_000));
    const from = { nodeId: "b".repeat(32) };
    const fingerprint = fingerprintOf(book, "me");
    const note = {
      source: "journal" as const,
      id: "n",
      owner: "me",
      triggersHash: "hash",
      fingerprint,
      from,
      live: false,
    };
    // The log has a task for it, and the master is where it was.
    notes.set("n", { ...note, at: "2026-11-24T12:00:00.000Z" });
    const open = { ...pending, at: "2026-11-24T12:00:30.000Z", from, accepted: true };
    const accepted = { ...book, ledger: { ...book.ledger, pending: open } };
    const ending = await run({ book: accepted }, effects([], { resolution: "did-not-happen" }));
    expect(ending.incomplete).toMatch(/12:00:00.*can't be told/);
    expect(ending.book.history).toMatchObject([{ outcome: "failed" }]);
    expect(made()).toBe(0);
  });

  it("is kept in the state, when that changes and can't settle it", async () => {
    cloud.external("ops");
    await time.run(time.sleep(100_000));
    const from = { nodeId: "b".repeat(32) };
    const fingerprint = fingerprintOf(book, "me");
    const at = "2026-11-24T12:00:00.000Z";
    notes.set("n", {
      source: "journal",
      id: "n",
      owner: "me",
      triggersHash: "hash",
      fingerprint,
      at,
      from,
      live: false,
    });
    // The earlier one was seen to have happened; this one can't be told.
    const seen = { ...book, ledger: { ...book.ledger, pending: { ...pending, to: from } } };
    const ending = await run({ book: seen });
    expect(ending.incomplete).toMatch(/12:00:00.*can't be told/);
    expect(ending.book.history).toMatchObject([{ outcome: "adopted", trigger: { drill: "before" } }]);
    expect(ending.book.ledger.pending).toEqual({ triggersHash: "hash", at, from });
    await expect(run({ book: ending.book })).rejects.toThrow(/can't be told/);
    expect(made()).toBe(0);
  });
});
