// @ts-check
import { startSandbox } from "pulumi-dcs-switchover/sandbox";

import { spreadText } from "./markdown.mjs";
import { naive, noop, switchoverTrigger } from "./programs.mjs";
import { createProject } from "./project.mjs";
import { ratiosOf, spreadOf } from "./statistics.mjs";

const swapSeconds = [0, 3, 10];
const contenders = /** @type {const} */ (["ours", "naive", "noop"]);

/**
 * @typedef {object} Measured one `pulumi up`
 * @property {number} upMs from the start of the command to its exit
 * @property {number} swapMs how long the sandbox worked on the swap; 0 for the no-op, which has none
 * @property {number} noticedMs from the swap's end to the answer that told it
 * @property {number} afterMs from the swap's end to the exit of the command
 */

/**
 * One switchover by `pulumi up` into an empty stack, by three programs that take turns.
 *
 * @param {{ engineBin: string, rounds: number, log: (line: string) => void }} options
 * @returns {Promise<import("./markdown.mjs").Part>}
 */
export async function measureSwitchover({ engineBin, rounds, log }) {
  // An instance for each: a switchover that has just been made would satisfy the next trigger.
  const sandbox = await startSandbox({ instances: rounds * swapSeconds.length * contenders.length });
  const project = createProject({ engineBin, cloudEnv: sandbox.env });
  /** @type {Map<string, Measured[]>} */
  const results = new Map();
  try {
    const instances = sandbox.instances.values();
    for (let round = 0; round < rounds; round += 1) {
      for (const seconds of swapSeconds) {
        for (let turn = 0; turn < contenders.length; turn += 1) {
          const contender = contenders[(turn + round) % contenders.length] ?? "ours";
          const measured = await measureOne(sandbox, project, contender, seconds, instances.next().value?.id ?? "");
          const key = `${contender} ${seconds}`;
          results.set(key, [...(results.get(key) ?? []), measured]);
          log(`round ${round + 1}, swap of ${seconds} s, ${contender}: up ${(measured.upMs / 1000).toFixed(2)} s`);
        }
      }
    }
  } finally {
    project.close();
    await sandbox.close();
  }
  return toPart((contender, seconds) => results.get(`${contender} ${seconds}`) ?? []);
}

/**
 * @param {import("pulumi-dcs-switchover/sandbox").Sandbox} sandbox
 * @param {import("./project.mjs").Project} project
 * @param {typeof contenders[number]} contender
 * @param {number} seconds
 * @param {string} instanceId
 * @returns {Promise<Measured>}
 */
async function measureOne(sandbox, project, contender, seconds, instanceId) {
  const { url: endpoint, region, projectId } = sandbox;
  const programs = { ours: switchoverTrigger, naive, noop };
  project.write(programs[contender]({ instanceId, endpoint, region, projectId }));
  await project.newStack({ "dcs:endpoint": endpoint, "dcs:region": region, "dcs:projectId": projectId });
  sandbox.clearJournal();
  sandbox.setBehaviour({ swapSeconds: seconds });
  const { ms: upMs, endedAt } = await project.pulumi("up", "--yes", "--skip-preview");
  if (contender === "noop") return { upMs, swapMs: 0, noticedMs: 0, afterMs: 0 };
  const [swap, ...more] = sandbox.swaps();
  if (swap?.endedAt === undefined || more.length > 0)
    throw new Error(`${contender} did not make one swap and see its end`);
  const swapEnd = Date.parse(swap.endedAt);
  // The last answer is the one that told the end: everything after it happens on this side.
  const lastAnswer = Math.max(...sandbox.requests().map((request) => Date.parse(request.endedAt ?? request.at)));
  return {
    upMs,
    swapMs: swapEnd - Date.parse(swap.at),
    noticedMs: lastAnswer - swapEnd,
    afterMs: endedAt - swapEnd,
  };
}

/** @param {(contender: typeof contenders[number], seconds: number) => Measured[]} of @returns {import("./markdown.mjs").Part} */
function toPart(of) {
  const upSeconds = (/** @type {Measured[]} */ all) => all.map(({ upMs }) => upMs / 1000);
  const rows = swapSeconds.map((seconds) => {
    const [ours, theirs] = [of("ours", seconds), of("naive", seconds)];
    const floor = of("noop", seconds).map(({ upMs }, round) => (upMs + (ours[round]?.swapMs ?? 0)) / 1000);
    return {
      seconds,
      ours: upSeconds(ours),
      theirs: upSeconds(theirs),
      floor,
      noticed: spreadOf(ours.map(({ noticedMs }) => noticedMs)),
      theirsNoticed: spreadOf(theirs.map(({ noticedMs }) => noticedMs)),
      after: spreadOf(ours.map(({ afterMs }) => afterMs)),
      theirsAfter: spreadOf(theirs.map(({ afterMs }) => afterMs)),
    };
  });
  const noticedWithin = (/** @type {number} */ seconds) =>
    rows.find((row) => row.seconds === seconds)?.noticed.max ?? Infinity;
  const overFloor = (/** @type {number} */ seconds) => {
    const row = rows.find((candidate) => candidate.seconds === seconds);
    return ratiosOf(row?.ours ?? [], row?.floor ?? []);
  };
  return {
    title: "One switchover by `pulumi up`",
    how:
      "Each `pulumi up --yes --skip-preview` creates one resource in an empty stack, with an instance of its own in one sandbox; the three take turns. " +
      "*Naive* is a dynamic provider as one first writes it: swap, then poll after 2 s and each 10 s (the waits of the vendor's Terraform resource), " +
      "with our signed client. *Floor* is a dynamic resource that does nothing, plus the time that the sandbox worked on our swap. Seconds, wall clock.",
    tables: [
      {
        caption: "The command, in seconds, and ratios of the same round: median (min … max)",
        head: ["swap takes", "ours", "naive", "floor", "ours : floor", "naive : ours"],
        rows: rows.map(({ seconds, ours, theirs, floor }) => [
          `${seconds} s`,
          spreadText(spreadOf(ours), 2),
          spreadText(spreadOf(theirs), 2),
          spreadText(spreadOf(floor), 2),
          spreadText(ratiosOf(ours, floor), 2),
          spreadText(ratiosOf(theirs, ours), 2),
        ]),
      },
      {
        caption:
          "Milliseconds from the end of the swap, by the sandbox's clock, until the answer that told it, and until the command's exit",
        head: ["swap takes", "ours: told", "naive: told", "ours: exit", "naive: exit"],
        rows: rows.map((row) => [
          `${row.seconds} s`,
          ...[row.noticed, row.theirsNoticed, row.after, row.theirsAfter].map((spread) => spreadText(spread, 0)),
        ]),
      },
    ],
    notes: [
      "Noticing: the roles are asked for every 150 ms at first, later each 4 % of the time it has taken, at most 2 s apart. The end is seen within one such pause and two round trips; " +
        "asking more often would be quicker and cost more requests (see below). The naive program is early or late by chance: by where its next look falls.",
      "Create without waiting: over the no-op, ours loads its verbs and the HTTP client in the provider's process, and sends twelve requests, most of them one after another. " +
        "All the rest, nine tenths, is the engine, which starts a language host, the program and the provider's process.",
      "The floor knows when the swap ends. No client can: the cloud's API offers nothing to wait on.",
      "Wall clock on a machine with few cores: the engine, three Node processes and the sandbox share it, so single rounds scatter; on a busy machine all three columns grow.",
    ],
    goals: [
      {
        goal: "the end of a 3 s swap is noticed within 300 ms, in every round",
        measured: `${noticedWithin(3)} ms at most`,
        met: noticedWithin(3) <= 300,
      },
      {
        goal: "the end of a 10 s swap is noticed within 500 ms, in every round",
        measured: `${noticedWithin(10)} ms at most`,
        met: noticedWithin(10) <= 500,
      },
      {
        goal: "create without waiting takes at most 1.1 of the no-op resource (median)",
        measured: spreadText(overFloor(0), 2),
        met: overFloor(0).median <= 1.1,
      },
    ],
  };
}
