import { describe, expect, it } from "vitest";
import { verdict } from "../../provider/verdict.js";
import {
  A,
  AB,
  ago,
  B,
  BA,
  C,
  evidence,
  intent,
  log,
  recorded,
  roles,
  situation,
  task,
  unreadable,
} from "./decideSituations.js";

type Case = [
  sentence: string,
  note: Parameters<typeof intent>[1] & { secondsAgo?: number },
  seen: Parameters<typeof evidence>[0],
  expected: unknown,
];

const yes = (swap: Record<string, unknown> = {}): unknown =>
  expect.objectContaining({ happened: "yes", swap: expect.objectContaining(swap) as unknown });
const no = (because: RegExp): unknown =>
  expect.objectContaining({ happened: "no", because: expect.stringMatching(because) as unknown });
const undecided = (settled: boolean, because: RegExp): unknown => ({
  happened: "undecided",
  settled,
  because: expect.stringMatching(because) as unknown,
});

const nodeA = { nodeId: A.nodeId };
const nodeB = { nodeId: B.nodeId };

describe("what became of a request", () => {
  it.each<Case>([
    // Roles and log, each readable or not.
    [
      "happened: task and exchanged roles",
      {},
      { roles: BA, swaps: log(task("t1", 119)) },
      yes({ taskId: "t1", by: "ops", at: ago(119), own: true }),
    ],
    ["happened: exchanged roles, log empty", {}, { roles: BA }, yes({ shownBy: "the exchange of the roles" })],
    ["happened: exchanged roles, log unreadable", {}, { roles: BA, swaps: unreadable }, yes()],
    ["happened: task, roles unreadable", {}, { roles: unreadable, swaps: log(task("t1", 119)) }, yes({ taskId: "t1" })],
    [
      "did not happen: roles as before, no task, after the settle time",
      {},
      {},
      no(/time in which either could appear is over/),
    ],
    [
      "did not happen: roles as before, log unreadable, after the settle time",
      {},
      { swaps: unreadable },
      no(/unchanged/),
    ],
    [
      "may still be on its way: the same before the settle time",
      { secondsAgo: 59 },
      {},
      undecided(false, /on its way/),
    ],
    ["settles at the settle time", { secondsAgo: 60 }, {}, no(/unchanged/)],
    ["can't be told: neither leg readable", {}, { roles: unreadable, swaps: unreadable }, undecided(true, /neither/)],
    ["can't be told: roles unreadable, log empty", {}, { roles: unreadable }, undecided(true, /neither/)],
    [
      "can't be told: a task, and roles as before",
      {},
      { swaps: log(task("t1", 119)) },
      undecided(true, /as they were before/),
    ],
    [
      "did not happen: the cloud's task failed",
      {},
      { swaps: log(task("t1", 119, { status: "FAILED", errorCode: "DCS.5094" })) },
      no(/t1 failed \(DCS\.5094\)/),
    ],
    [
      "did not happen: the task failed and the roles can't be read",
      {},
      { roles: unreadable, swaps: log(task("t1", 119, { status: "FAIL" })) },
      no(/failed/),
    ],

    // The cloud's own answer.
    ["can't be told: accepted, and no effect is seen", { accepted: true }, {}, undecided(true, /accepted the request/)],
    [
      "did not happen: accepted, and its task failed",
      { accepted: true },
      { swaps: log(task("t1", 119, { status: "FAILED" })) },
      no(/failed/),
    ],
    ["happened when accepted: dated by the request", { accepted: true }, { roles: BA }, yes({ at: ago(120) })],
    ["happened by roles alone: not dated, since it may be somebody's", {}, { roles: BA }, yes({ askedAt: ago(120) })],

    // What the run itself saw, and what later runs noted.
    [
      "happened: the run saw another master, though the roles are back",
      { to: nodeB },
      {},
      yes({ at: ago(120), shownBy: "the exchange of the roles" }),
    ],
    ["happened: a later run noted another master", { later: { at: ago(30), from: nodeB } }, {}, yes({ from: nodeA })],
    [
      "did not happen: a later run noted the same master",
      { later: { at: ago(30), from: nodeA } },
      { roles: BA },
      no(/later run/),
    ],

    // Others' switchovers.
    [
      "happened: two tasks at once, of which none is named",
      {},
      { swaps: log(task("t2", 100), task("t1", 119)) },
      yes({ taskIds: ["t2", "t1"] }),
    ],
    [
      "happened: a failed task and another, of which none is named",
      {},
      { roles: BA, swaps: log(task("t2", 100), task("t1", 119, { status: "FAILED" })) },
      yes({ taskIds: ["t2", "t1"] }),
    ],
    [
      "is not the task that ended before it was made",
      {},
      { swaps: log(task("t1", 121.5, { updatedAt: ago(121.2) })) },
      no(/unchanged/),
    ],
    ["is not a task from before", {}, { swaps: log(task("t1", 300)) }, no(/unchanged/)],
    [
      "did not happen: a later switchover explains the roles",
      { secondsAgo: 600 },
      { roles: BA, swaps: log(task("t2", 60)) },
      no(/made later explain/),
    ],
    [
      "happened: its task, and a later one that moved the master back",
      { secondsAgo: 600 },
      { swaps: log(task("t2", 60), task("t1", 599)) },
      yes({ taskId: "t1" }),
    ],
    [
      "can't be told: a later switchover does not explain the roles",
      { secondsAgo: 600 },
      { swaps: log(task("t2", 60)) },
      undecided(true, /can't be told/),
    ],
    [
      "can't be told with three nodes: any later switchover may have gone anywhere",
      { secondsAgo: 600 },
      { roles: roles(B, A, C), swaps: log(task("t2", 60)) },
      undecided(true, /can't be told/),
    ],
    [
      "names no new master among several standbys afterwards",
      {},
      { roles: roles(B, A, C), swaps: log(task("t1", 119)) },
      yes({ taskId: "t1" }),
    ],
  ])("%s", (_sentence, { secondsAgo = 120, ...note }, seen, expected) => {
    expect(verdict(intent(secondsAgo, note), situation({ evidence: evidence({ roles: AB, ...seen }) }))).toEqual(
      expected,
    );
  });

  it("names the new master only where it is certain", () => {
    const of = (seen: Parameters<typeof evidence>[0]): unknown => {
      const found = verdict(intent(120), situation({ evidence: evidence(seen) }));
      return found.happened === "yes" ? found.swap.to?.nodeId : found.happened;
    };
    expect(of({ roles: BA, swaps: log(task("t1", 119)) })).toBe(B.nodeId);
    expect(of({ roles: roles(B, A, C), swaps: log(task("t1", 119)) })).toBeUndefined();
    expect(of({ roles: unreadable, swaps: log(task("t1", 119)) })).toBeUndefined();
  });

  it("names no nodes where the roles were seen exchanged and are back: one of two exchanges was its own", () => {
    const found = verdict(intent(120, { to: nodeB }), situation());
    expect(found).toEqual(yes());
    expect(JSON.stringify(found)).not.toContain(B.nodeId);
  });

  it("counts what a refresh has noticed as possibly its own", () => {
    const known = {
      version: 1 as const,
      masterNodeId: B.nodeId,
      newestSwap: { taskId: "t1", at: ago(119) },
      unclaimed: { at: ago(119), taskId: "t1" },
    };
    const seen = situation({
      known,
      history: recorded({ outcome: "observed", taskId: "t1" }),
      evidence: evidence({ roles: BA, swaps: log(task("t1", 119)) }),
    });
    expect(verdict(intent(120), seen)).toEqual(yes({ taskId: "t1" }));
  });

  it("does not count the task of an earlier record of its own", () => {
    const seen = situation({
      history: recorded({ taskId: "t1" }),
      evidence: evidence({ swaps: log(task("t1", 119)) }),
    });
    expect(verdict(intent(120), seen)).toEqual(no(/unchanged/));
  });

  it("knows a node by the first characters that a tag keeps", () => {
    const note = intent(120, { source: "tag", from: { nodeId: A.nodeId.slice(0, 8) } });
    expect(verdict(note, situation())).toEqual(no(/unchanged/));
    expect(verdict(note, situation({ evidence: evidence({ roles: BA }) }))).toEqual(yes());
  });
});
