import { describe, expect, it } from "vitest";
import { busyWith, decide, lastSwitchoverAt, type Decision } from "../../provider/decide.js";
import { unknownSwap } from "../../provider/verdict.js";
import {
  A,
  AB,
  ago,
  B,
  BA,
  C,
  evidence,
  inMotion,
  intent,
  log,
  NOW,
  recorded,
  roles,
  situation,
  task,
  unreadable,
} from "./decideSituations.js";

type Case = [sentence: string, situation: Parameters<typeof situation>[0], expected: unknown];

const refusal = (code: string, why?: RegExp): unknown => ({
  kind: "refuse",
  refusal: expect.objectContaining({ code, ...(why ? { why: expect.stringMatching(why) as unknown } : {}) }) as unknown,
});
const adopted = (swap: Record<string, unknown>): unknown => ({
  kind: "adopt",
  swap: expect.objectContaining(swap) as unknown,
});
const switching = expect.objectContaining({ kind: "switch" }) as unknown;

describe("a decision", () => {
  it.each<Case>([
    // What is due.
    ["switches over when a trigger is due", {}, { kind: "switch", from: A, to: [B], overridden: [] }],
    ["is none when nothing is due", { due: false }, { kind: "none" }],
    [
      "is none when nothing is due, even if somebody has switched",
      { due: false, evidence: evidence({ roles: BA }) },
      { kind: "none" },
    ],

    // Fitness.
    [
      "refuses a single-node instance",
      { evidence: evidence({}, { cacheMode: "single" }) },
      refusal("NOT_FIT", /single/),
    ],
    [
      "names the type of an instance that shows no roles because of it",
      { evidence: evidence({ roles: unreadable }, { cacheMode: "single" }) },
      refusal("NOT_FIT", /single/),
    ],
    ["refuses a cluster", { evidence: evidence({}, { cacheMode: "cluster" }) }, refusal("NOT_FIT", /cluster/)],
    ["switches a read/write splitting instance", { evidence: evidence({}, { cacheMode: "ha_rw_split" }) }, switching],
    ["refuses a frozen instance", { evidence: evidence({}, { status: "FROZEN" }) }, refusal("NOT_FIT", /FROZEN/)],
    ["refuses without a standby", { evidence: evidence({ roles: roles(A) }) }, refusal("NOT_FIT", /no standby/)],
    [
      "refuses when no standby may be promoted",
      { evidence: evidence({ roles: roles(A, { ...B, priority: 0 }) }) },
      refusal("NOT_FIT", /priority 0/),
    ],
    [
      "names only standbys that are healthy and may be promoted",
      { evidence: evidence({ roles: roles(A, { ...B, healthy: false }, C) }) },
      expect.objectContaining({ to: [{ ...C, role: "standby" }] }),
    ],
    [
      "refuses when the roles can't be read",
      { evidence: evidence({ roles: unreadable }) },
      refusal("ROLES_UNREADABLE", /can't be read/),
    ],

    // State mode.
    [
      "is none when the master is where primary wants it",
      { due: false, args: { primary: { nodeId: A.nodeId } } },
      { kind: "none" },
    ],
    [
      "records that the master was there when a trigger is due",
      { args: { primary: { availabilityZone: "az1" } } },
      { kind: "already-primary", master: A },
    ],
    [
      "switches towards primary though no trigger is due",
      { due: false, args: { primary: { availabilityZone: "az2" } } },
      switching,
    ],
    [
      "refuses a primary that no standby can be",
      { due: false, args: { primary: { availabilityZone: "az9" } } },
      refusal("PRIMARY_OUT_OF_REACH", /az9/),
    ],
    [
      "switches back though somebody has just switched away",
      {
        due: false,
        args: { primary: { nodeId: A.nodeId } },
        evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }),
      },
      switching,
    ],
    [
      "adopts a switchover to primary that no record tells of",
      {
        due: false,
        args: { primary: { nodeId: B.nodeId } },
        evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }),
      },
      adopted({ taskId: "t1" }),
    ],
    [
      "is none when the master was known to be there, whoever switched long ago",
      {
        due: false,
        args: { primary: { nodeId: B.nodeId } },
        known: { version: 1, masterNodeId: B.nodeId },
        evidence: evidence({ roles: BA }),
      },
      { kind: "none" },
    ],

    // Adoption, by each leg.
    [
      "adopts a young task of the log",
      { evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }) },
      adopted({
        taskId: "t1",
        by: "ops",
        own: false,
        from: { nodeId: A.nodeId, ip: "10.0.0.5", availabilityZone: "az1" },
      }),
    ],
    [
      "adopts a young task though the roles can't be read",
      { evidence: evidence({ roles: unreadable, swaps: log(task("t1", 60)) }) },
      adopted({ taskId: "t1" }),
    ],
    [
      "adopts exchanged roles though the log can't be read",
      { evidence: evidence({ roles: BA, swaps: unreadable }) },
      adopted({ own: false, shownBy: "the exchanged roles" }),
    ],
    [
      "adopts exchanged roles though the log is empty",
      { evidence: evidence({ roles: BA }) },
      adopted({ shownBy: "the exchanged roles" }),
    ],
    [
      "adopts what a refresh has noticed",
      { known: { version: 1, masterNodeId: B.nodeId, unclaimed: { at: ago(60) } }, evidence: evidence({ roles: BA }) },
      adopted({ shownBy: "a refresh" }),
    ],
    [
      "adopts on a first create by the log alone",
      { known: { version: 1 }, evidence: evidence({ swaps: log(task("t1", 60)) }) },
      adopted({ taskId: "t1" }),
    ],
    [
      "says nothing of nodes that it can't know",
      { known: { version: 1 }, evidence: evidence({ swaps: log(task("t1", 60)) }) },
      { kind: "adopt", swap: expect.not.objectContaining({ from: expect.anything() as unknown }) as unknown },
    ],
    [
      "does not take a failed task for a switchover",
      { evidence: evidence({ swaps: log(task("t1", 60, { status: "FAILED" })) }) },
      switching,
    ],
    [
      "does not adopt a task that a record names",
      { history: recorded({ taskId: "t1" }), evidence: evidence({ swaps: log(task("t1", 600)) }) },
      switching,
    ],
    [
      "does not adopt its own task that the log shows only now",
      {
        history: recorded({}),
        known: { version: 1, masterNodeId: A.nodeId, until: ago(590) },
        evidence: evidence({ swaps: log(task("late", 600)) }),
      },
      switching,
    ],
    [
      "does not adopt its own late task though history has dropped the record",
      {
        known: { version: 1, masterNodeId: A.nodeId, until: ago(590) },
        evidence: evidence({ swaps: log(task("late", 600)) }),
      },
      switching,
    ],
    [
      "does not adopt what is older than the window",
      { evidence: evidence({ swaps: log(task("t1", 901)) }) },
      switching,
    ],
    [
      "adopts in the last second of the window",
      { evidence: evidence({ swaps: log(task("t1", 899)) }) },
      adopted({ taskId: "t1" }),
    ],
    [
      "adopts nothing where the window is 0",
      { args: { adoptWindowMs: 0 }, evidence: evidence({ roles: BA, swaps: log(task("t1", 1)) }) },
      switching,
    ],

    [
      "adopts not even exchanged roles that nothing dates, where the window is 0",
      { args: { adoptWindowMs: 0 }, evidence: evidence({ roles: BA, swaps: unreadable }) },
      switching,
    ],

    // expectedMaster.
    ["switches from the expected master", { args: { expectedMaster: { nodeId: A.nodeId } } }, switching],
    [
      "refuses another master than the expected one",
      { args: { expectedMaster: { availabilityZone: "az2" } } },
      refusal("UNEXPECTED_MASTER", /10\.0\.0\.5 \(az1\).*az2/),
    ],
    [
      "adopts a switchover away from the expected master",
      { args: { expectedMaster: { nodeId: A.nodeId } }, evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }) },
      adopted({ taskId: "t1" }),
    ],
    [
      "refuses to adopt one that did not start from the expected master",
      { args: { expectedMaster: { nodeId: B.nodeId } }, evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }) },
      refusal("UNEXPECTED_MASTER", /somebody has switched/),
    ],

    // minInterval.
    [
      "refuses sooner than minInterval after a task of anybody",
      { args: { minIntervalMs: 3_600_000, adoptWindowMs: 0 }, evidence: evidence({ swaps: log(task("t1", 1_800)) }) },
      refusal("MIN_INTERVAL", /by ops.*1h/),
    ],
    [
      "switches at the end of minInterval",
      { args: { minIntervalMs: 3_600_000, adoptWindowMs: 0 }, evidence: evidence({ swaps: log(task("t1", 3_600)) }) },
      switching,
    ],
    [
      "counts a record of its own where the log can't be read",
      { args: { minIntervalMs: 3_600_000 }, history: recorded({}), evidence: evidence({ swaps: unreadable }) },
      refusal("MIN_INTERVAL"),
    ],
    [
      "counts no failed record",
      { args: { minIntervalMs: 3_600_000 }, history: recorded({ outcome: "failed" }) },
      switching,
    ],
    [
      "passes minInterval by an override, and says so",
      { args: { minIntervalMs: 3_600_000, override: "outage" }, history: recorded({}) },
      expect.objectContaining({ overridden: ["MIN_INTERVAL"] }),
    ],

    // maintenanceWindow: it is noon UTC, a Tuesday.
    [
      "switches in the first minute of the window",
      { args: { maintenanceWindow: { from: "12:00", to: "13:00", timezone: "UTC" } } },
      switching,
    ],
    [
      "refuses in the minute after the window",
      { args: { maintenanceWindow: { from: "11:00", to: "12:00", timezone: "UTC" } } },
      refusal("OUTSIDE_WINDOW", /tue 12:00/),
    ],
    [
      "refuses on another day",
      { args: { maintenanceWindow: { days: ["wed"], from: "11:00", to: "13:00", timezone: "UTC" } } },
      refusal("OUTSIDE_WINDOW"),
    ],
    [
      "reads the window by its own zone's clock",
      { args: { maintenanceWindow: { from: "13:00", to: "14:00", timezone: "Europe/Berlin" } } },
      switching,
    ],
    [
      "lets a window over midnight belong to the day on which it begins",
      { args: { maintenanceWindow: { days: ["mon"], from: "22:00", to: "12:01", timezone: "UTC" } } },
      switching,
    ],
    [
      "passes the window by an override, and says so",
      { args: { override: "outage", maintenanceWindow: { from: "11:00", to: "12:00", timezone: "UTC" } } },
      expect.objectContaining({ overridden: ["OUTSIDE_WINDOW"] }),
    ],
    [
      "lets an override pass no evidence",
      { args: { override: "outage" }, evidence: evidence({ roles: unreadable }) },
      refusal("ROLES_UNREADABLE"),
    ],
    [
      "refuses no adoption by a guard",
      { args: { minIntervalMs: 3_600_000 }, evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }) },
      adopted({ taskId: "t1" }),
    ],

    // Interrupted requests of our own.
    [
      "waits while a request of its own may be on its way",
      { own: [intent(10)] },
      { kind: "wait", why: expect.stringMatching(/not settled/) as unknown },
    ],
    ["switches when a request of its own surely did nothing", { own: [intent(120)] }, switching],
    [
      "adopts its own request by the log, whatever its age",
      { own: [intent(90_000)], evidence: evidence({ roles: BA, swaps: log(task("t1", 90_000)) }) },
      adopted({ own: true, taskId: "t1" }),
    ],
    [
      "adopts its own though the window is 0",
      { args: { adoptWindowMs: 0 }, own: [intent(120)], evidence: evidence({ roles: BA }) },
      adopted({ own: true }),
    ],
    [
      "refuses when roles and log contradict each other",
      { own: [intent(120)], evidence: evidence({ swaps: log(task("t1", 119)) }) },
      refusal("UNRESOLVED", /roles are as they were/),
    ],
    [
      "refuses when neither roles nor log can be read",
      { own: [intent(120)], evidence: evidence({ roles: unreadable, swaps: unreadable }) },
      refusal("UNRESOLVED", /neither/),
    ],
    [
      "names the variable that resolves it",
      { own: [intent(120)], evidence: evidence({ roles: unreadable, swaps: unreadable }) },
      {
        kind: "refuse",
        refusal: expect.objectContaining({
          remedy: expect.stringContaining("DCS_SWITCHOVER_RESOLVE=") as unknown,
        }) as unknown,
      },
    ],
    [
      "takes a person's word that it happened",
      { own: [intent(120)], resolution: "happened", evidence: evidence({ roles: unreadable, swaps: unreadable }) },
      adopted({ own: true, shownBy: "the word of the operator" }),
    ],
    [
      "takes a person's word that it did not",
      {
        own: [intent(120)],
        resolution: "did-not-happen",
        evidence: evidence({ swaps: log(task("t1", 119)) }),
      },
      switching,
    ],
    [
      "takes no word against evidence",
      { own: [intent(120)], resolution: "did-not-happen", evidence: evidence({ roles: BA }) },
      adopted({ own: true }),
    ],
    [
      "takes no word before the request has had its time",
      { own: [intent(10)], resolution: "did-not-happen" },
      expect.objectContaining({ kind: "wait" }),
    ],
    [
      "settles its own request even when nothing is due",
      { due: false, own: [intent(120)], evidence: evidence({ roles: BA }) },
      adopted({ own: true }),
    ],
    [
      "settles its own request before it looks at primary",
      { due: false, args: { primary: { nodeId: B.nodeId } }, own: [intent(120)], evidence: evidence({ roles: BA }) },
      adopted({ own: true }),
    ],
  ])("%s", (_sentence, patch, expected) => {
    expect(decide(situation(patch))).toEqual(expected);
  });

  it("is the same for the same situation", () => {
    const decisions = Array.from({ length: 3 }, (): Decision => decide(situation()));
    expect(new Set(decisions.map((decision) => JSON.stringify(decision))).size).toBe(1);
  });
});

describe("an instance is busy", () => {
  it.each<[string, Parameters<typeof evidence>[0], Parameters<typeof evidence>[1], RegExp | undefined]>([
    ["not when it is running and idle", {}, {}, undefined],
    ["with a task of its own", {}, { task: "BACKUPING" }, /BACKUPING/],
    ["while it restarts", {}, { status: "RESTARTING" }, /RESTARTING/],
    [
      "with a swap that the log shows as running",
      { swaps: log(task("t1", 5, { status: "EXECUTING" })) },
      {},
      /by ops is running/,
    ],
    ["with a swap of another process on this machine", { intents: [intent(5, { live: true })] }, {}, /another process/],
    ["not with the note of a process that is gone", { intents: [intent(5)] }, {}, undefined],
    ["while the roles are in motion", { roles: inMotion }, {}, /2 nodes/],
    ["while no standby is healthy", { roles: roles(A, { ...B, healthy: false }) }, {}, /no healthy standby/],
    ["not because it is frozen, which does not pass", {}, { status: "FROZEN" }, undefined],
    ["not because its roles can't be read", { roles: unreadable }, {}, undefined],
  ])("%s", (_sentence, patch, instance, expected) => {
    const busy = busyWith(evidence(patch, instance));
    if (expected) expect(busy).toMatch(expected);
    else expect(busy).toBeUndefined();
  });
});

describe("what a record may say of somebody's switchover", () => {
  it("names from and to where one task explains the exchange", () => {
    const seen = unknownSwap(situation({ evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }) }));
    expect(seen).toMatchObject({ from: { nodeId: A.nodeId }, to: { nodeId: B.nodeId } });
  });
  it.each([
    ["two tasks", { evidence: evidence({ roles: BA, swaps: log(task("t2", 60), task("t1", 120)) }) }],
    ["two standbys", { evidence: evidence({ roles: roles(B, A, C), swaps: log(task("t1", 60)) }) }],
    ["roles that are as they were", { evidence: evidence({ roles: AB, swaps: log(task("t1", 60)) }) }],
    [
      "a master that was seen only after it began",
      {
        known: { version: 1 as const, masterNodeId: A.nodeId, masterSince: ago(30) },
        evidence: evidence({ roles: BA, swaps: log(task("t1", 60)) }),
      },
    ],
  ])("names neither with %s", (_sentence, patch) => {
    const seen = unknownSwap(situation(patch));
    expect(seen).toMatchObject({ taskId: expect.any(String) as unknown });
    expect(seen?.from).toBeUndefined();
    expect(seen?.to).toBeUndefined();
  });
});

describe("the last switchover", () => {
  it("is the newest of log and records", () => {
    const seen = situation({
      history: recorded({ performedAt: ago(60) }),
      evidence: evidence({ swaps: log(task("t1", 120)) }),
    });
    expect(lastSwitchoverAt(seen)).toEqual({ at: NOW - 60_000 });
  });
  it("is not a failed one", () => {
    expect(
      lastSwitchoverAt(situation({ evidence: evidence({ swaps: log(task("t1", 120, { status: "FAILED" })) }) })),
    ).toBeUndefined();
  });
});
