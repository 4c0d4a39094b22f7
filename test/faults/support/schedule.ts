import { canonicalHash } from "../../../provider/canonical.js";
import type { Clock } from "../../../provider/clock.js";
import type { Effects } from "../../../provider/effects.js";
import { observe } from "../../../provider/evidence.js";
import type { Args } from "../../../provider/inputs.js";
import { fingerprintOf, type Intent } from "../../../provider/intent.js";
import type { Journal } from "../../../provider/journal.js";
import { refreshed } from "../../../provider/refresh.js";
import type { SwitchoverRecord } from "../../../provider/record.js";
import { knownFrom, switchover, type Book } from "../../../provider/switchover.js";
import { createModelCloud, type Access, type CloudTraits, type ModelCloud, type SwapFate } from "./modelCloud.js";
import { createVirtualTime, randomFrom, type VirtualTime } from "./virtualTime.js";

/** One thing that a person does, and what befalls it. */
export interface Action {
  verb: "up" | "refresh";
  /** The trigger's value; another one than before asks for a switchover. */
  trigger: number;
  fates: readonly SwapFate[];
  /** The process is killed, or told to stop, at its so many-th step (an await on the outside). */
  end?: { step: number; how: "crash" | "interrupt" };
  /** The engine dies after the provider has answered: the result is in no state. */
  saveLost: boolean;
  /** 0 has the notes of its earlier runs; another machine has not. */
  machine: 0 | 1;
  pauseMs: number;
  /** Everything that can be read is. */
  calm?: boolean;
}

export interface Schedule {
  seed: number;
  traits: CloudTraits;
  from: "nothing" | "baseline";
  stateMode: boolean;
  intentTag: boolean;
  historyLimit: number;
  /** What each of one or two stacks does, all at the same time. */
  stacks: readonly (readonly Action[])[];
  foreign: readonly { atMs: number; by: "ops" | undefined }[];
}

/** What a schedule came to. */
export interface Outcome {
  swaps: ModelCloud["swaps"];
  stacks: { name: string; saved: Book | undefined; everSaved: SwitchoverRecord[]; last: string }[];
}

/** Set while one schedule is looked at. */
let watch: ((event: string, detail: unknown) => void) | undefined;
export function watchRuns(watcher: typeof watch): void {
  watch = watcher;
}

const START = Date.parse("2026-11-24T10:00:00.000Z");

/** Plays a schedule to its end: then all faults are mended, and every stack is updated until that succeeds. */
export async function play(schedule: Schedule): Promise<Outcome> {
  const time = createVirtualTime(START);
  const random = randomFrom(schedule.seed);
  const cloud = createModelCloud(time, schedule.traits);
  const machines = [createNotes(), createNotes()];
  for (const { atMs, by } of schedule.foreign) time.at(START + atMs, () => cloud.external(by));

  const players = schedule.stacks.map((actions, index) =>
    createPlayer({ name: `stack${index}`, schedule, time, random, cloud, machines, actions }),
  );
  await time.run(Promise.all(players.map((player) => player.act())));
  cloud.heal();
  for (const player of players) await time.run(player.settle());
  return {
    swaps: cloud.swaps,
    stacks: players.map(({ name, saved, everSaved, last }) => ({ name, saved: saved(), everSaved, last: last() })),
  };
}

interface PlayerOptions {
  name: string;
  schedule: Schedule;
  time: VirtualTime;
  random: () => number;
  cloud: ModelCloud;
  machines: readonly Notes[];
  actions: readonly Action[];
}

interface Player {
  name: string;
  act: () => Promise<void>;
  settle: () => Promise<void>;
  saved: () => Book | undefined;
  everSaved: SwitchoverRecord[];
  last: () => string;
}

function createPlayer({ name, schedule, time, random, cloud, machines, actions }: PlayerOptions): Player {
  const { stateMode, historyLimit, intentTag } = schedule;
  const everSaved: SwitchoverRecord[] = [];
  let saved: Book | undefined;
  let trigger = 0;
  let last = "nothing was done";
  const startMaster = cloud.masterId();

  const save = (book: Book): void => {
    saved = structuredClone(book);
    everSaved.push(...saved.history);
  };
  const argsOf = (): Args => ({
    instanceId: "i",
    triggers: stateMode ? {} : { drill: String(trigger) },
    reason: "secret words",
    switchOnCreate: true,
    intentTag,
    minIntervalMs: 0,
    adoptWindowMs: 15 * 60_000,
    acceptMs: 180_000,
    completeMs: 120_000,
    settleMs: 60_000,
    historyLimit,
    connection: {},
    ...(stateMode ? { primary: { nodeId: startMaster === "a".repeat(32) ? "b".repeat(32) : "a".repeat(32) } } : {}),
  });

  /** A process: it ends well, or is killed at some step and then runs no further line. */
  const process = async (action: Action, work: (effects: Effects) => Promise<void>): Promise<void> => {
    const stop = new AbortController();
    const life = { alive: true };
    let steps = 0;
    let died: () => void = () => undefined;
    const death = new Promise<void>((resolve) => (died = resolve));
    const step = async (ms: number): Promise<void> => {
      await time.sleep(ms * (0.2 + 2 * random()));
      if (!life.alive) return new Promise(() => undefined);
      steps += 1;
      if (steps !== action.end?.step) return undefined;
      if (action.end.how === "interrupt") return stop.abort(new Error("interrupted"));
      life.alive = false;
      died();
      return new Promise(() => undefined);
    };
    let fate = 0;
    let notedAt = "";
    const access: Access = {
      label: `${name}:${stateMode ? "primary" : trigger}`,
      step,
      fate: () => action.fates[fate++] ?? "answered",
      flaky: () => !action.calm && random() < 0.3,
      notedAt: () => notedAt,
      signal: stop.signal,
    };
    const clock: Clock = {
      now: () => time.now(),
      sleep: async (ms, signal) => {
        await time.sleep(ms, signal);
        await step(0);
      },
    };
    const notes = machines[action.machine];
    const effects: Effects = {
      client: cloud.client(access),
      clock,
      journal: journalOn(notes ?? createNotes(), life, step, time, (at) => (notedAt = at)),
      report: () => undefined,
      trace: (event, detail) => watch?.(`${new Date(time.now()).toISOString()} ${name} ${event}`, detail),
      signal: stop.signal,
      random,
    };
    const run = async (): Promise<void> => {
      try {
        await work(effects);
        last = "ok";
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
    };
    await Promise.race([run(), death]);
    if (!life.alive) last = "killed";
    life.alive = false;
  };

  const up = (action: Action): Promise<void> =>
    process(action, async (effects) => {
      const args = argsOf();
      const book = structuredClone(saved) ?? emptyBook();
      const triggersHash = canonicalHash(args.triggers);
      const due = book.ledger.settled !== triggersHash;
      // As the verb does: what the state holds needs no note.
      if (!book.ledger.pending) await effects.journal.remove("i", book.ledger.noted ?? []);
      if (!due && !stateMode && !book.ledger.pending) return;
      const owner = name;
      const fingerprint = fingerprintOf(book, owner);
      const ending = await switchover({ args, triggersHash, due, owner, fingerprint, book }, effects);
      if (!action.saveLost) save(ending.book);
      if (ending.incomplete !== undefined) throw new Error(ending.incomplete);
    });

  const refresh = (action: Action): Promise<void> =>
    process(action, async (effects) => {
      if (!saved) return;
      const book = structuredClone(saved);
      const evidence = await observe(effects.client, "i", []);
      save(refreshed(book, evidence, argsOf()));
    });

  const quiet: Action = { verb: "up", trigger: 0, fates: [], saveLost: false, machine: 0, pauseMs: 0, calm: true };
  return {
    name,
    everSaved,
    saved: () => saved,
    last: () => last,
    async act() {
      if (schedule.from === "baseline") {
        await process(quiet, async (effects) => {
          const evidence = await observe(effects.client, "i", []);
          const known = knownFrom(evidence, { version: 1 });
          save({ ...emptyBook(), ledger: { version: 1, known, settled: canonicalHash(argsOf().triggers) } });
        });
      }
      for (const action of actions) {
        if (!stateMode) trigger = action.trigger;
        await time.sleep(action.pauseMs);
        if (action.verb === "refresh") await refresh(action);
        else await up(action);
      }
    },
    async settle() {
      for (let tries = 0; tries < 3; tries += 1) {
        await time.sleep(90_000);
        await up({ ...quiet, machine: actions.at(-1)?.machine ?? 0 });
        if (last === "ok") return;
      }
    },
  };
}

const emptyBook = (): Book => ({
  history: [],
  switchoverCount: 0,
  ledger: { version: 1, known: { version: 1 }, settled: null },
});

/** The journal's folder of one machine. */
type Notes = Map<string, { intent: Intent; life: { alive: boolean }; busyUntil: number }>;
const createNotes = (): Notes => new Map();
let noteCount = 0;

function journalOn(
  notes: Notes,
  life: { alive: boolean },
  step: (ms: number) => Promise<void>,
  time: VirtualTime,
  noted: (at: string) => void,
): Journal {
  return {
    async read() {
      await step(1);
      return [...notes.values()].map(({ intent, life: writer, busyUntil }) => ({
        ...intent,
        live: writer.alive && time.now() < busyUntil,
      }));
    },
    async write(_instanceId, intent, busyMs) {
      await step(1);
      const id = `note-${(noteCount += 1)}`;
      noted(intent.at);
      notes.set(id, {
        intent: { ...intent, source: "journal", id, live: false },
        life,
        busyUntil: time.now() + busyMs,
      });
      await step(1);
      return id;
    },
    async end(_instanceId, id) {
      await step(1);
      const note = notes.get(id);
      if (note) notes.set(id, { ...note, life: { alive: false } });
    },
    async remove(_instanceId, ids) {
      await step(1);
      for (const id of ids) notes.delete(id);
    },
  };
}

/** What must hold whatever happens; each breach in words. */
export function breaches({ swaps, stacks }: Outcome): string[] {
  const found: string[] = [];
  const effective = swaps.filter((swap) => swap.outcome !== "failed");
  const labels = effective.flatMap(({ by }) => (by?.startsWith("stack") ? [by] : []));
  for (const label of new Set(labels)) {
    const made = labels.filter((other) => other === label).length;
    if (made > 1) found.push(`DOUBLE: ${made} swaps for ${label}`);
  }

  for (const { name, everSaved, saved, last } of stacks) {
    const records = [...new Map(everSaved.map((record) => [record.hash, record])).values()];
    // What can't be told is in no record until a person has looked; the update fails and says so.
    for (const swap of last !== "ok" ? [] : effective.filter((item) => item.by?.startsWith(`${name}:`))) {
      if (!records.some((record) => record.outcome !== "failed" && tells(record, swap)))
        found.push(`LOST: ${name} has no record of ${JSON.stringify(swap)}`);
    }
    for (const record of records) {
      const isClaim = ["switched", "adopted", "observed"].includes(record.outcome);
      if (isClaim && !effective.some((swap) => tells(record, swap)))
        found.push(`FALSE: ${name} records what never was: ${JSON.stringify(record)}`);
      if (record.outcome === "failed" && effective.some((swap) => swap.notedAt === record.performedAt))
        found.push(`FALSE: ${name} denies a switchover: ${JSON.stringify(record)}`);
    }
    if (last === "ok") {
      if (saved?.ledger.pending) found.push(`OPEN: ${name} succeeded with a request pending`);
      if (saved?.history.some((record) => record.outcome === "unconfirmed"))
        found.push(`OPEN: ${name} succeeded with an unconfirmed record`);
    } else if (!/can't be told|unconfirmed/.test(last)) found.push(`STUCK: ${name}: ${last}`);
  }
  return found;
}

/** Whether a record can be about a swap: everything that it says fits. */
function tells(record: SwitchoverRecord, swap: Outcome["swaps"][number]): boolean {
  if (record.note?.includes(swap.id)) return true;
  if (record.note?.includes("can't be told")) return fits(record, swap);
  if (record.taskId !== undefined) return record.taskId === swap.id && fits(record, swap);
  if (record.requestId !== undefined && record.requestId !== `request-of-${swap.id}`) return false;
  // A lost answer to a request leaves open whose switchover it was that followed.
  if (record.note?.includes("was lost")) return fits(record, swap);
  if (record.requestId === undefined && record.timeSource === "request" && swap.notedAt !== undefined)
    return isSameSecond(record.performedAt, swap.notedAt) && fits(record, swap);
  // A swap that nothing dates was made before it was noticed; one of ours after we asked for it.
  return fits(record, swap);
}

/** A tag keeps no more of a time. */
const isSameSecond = (a: string, b: string): boolean => a.slice(0, 19) === b.slice(0, 19);

const fits = (record: SwitchoverRecord, swap: Outcome["swaps"][number]): boolean =>
  (record.from === undefined || swap.from.startsWith(record.from.nodeId)) &&
  (record.to === undefined || swap.to.startsWith(record.to.nodeId)) &&
  (record.performedBy === undefined || record.performedBy === swap.by);
