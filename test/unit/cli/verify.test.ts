import { describe, expect, it } from "vitest";
import type { Task } from "../../../provider/dcs/types.js";
import type { SwitchoverRecord } from "../../../provider/record.js";
import { verifyAgainstPast } from "../../../cli/verify/checkpoints.js";
import { verifyChain } from "../../../cli/verify/chain.js";
import type { Keeper } from "../../../cli/verify/keeper.js";
import { compareWithLog, type Comparison } from "../../../cli/verify/taskLog.js";
import { chain, draft, INSTANCE, NODE_A, NODE_B } from "./records.js";

const task = (id: string, createdAt: string, change: Partial<Task> = {}): Task => ({
  id,
  name: "masterStandbySwapJob",
  status: "SUCCESS",
  createdAt,
  updatedAt: new Date(Date.parse(createdAt) + 3_000).toISOString(),
  ...change,
});

/** A task of another kind, so that the log is known to reach back this far. */
const older = task("other", "2026-09-01T00:00:00.000Z", { name: "EXTEND" });

const compare = (given: Partial<Comparison>) =>
  compareWithLog({
    records: [],
    tasks: [older],
    managedSince: "2026-09-15T00:00:00.000Z",
    isCut: false,
    toleranceMs: 60_000,
    ...given,
  });
const codes = (given: Partial<Comparison>) =>
  compare(given).findings.map(({ severity, code }) => `${severity} ${code}`);

const AT = "2026-10-01T08:00:00.000Z";

describe("a record and the cloud's task", () => {
  it("agree by the task's id, or by the time where the log was late", () => {
    const records = chain(
      draft(AT, { taskId: "t-1" }),
      draft("2026-10-02T08:00:00.000Z", { from: NODE_B, to: NODE_A }),
    );
    const tasks = [older, task("t-1", AT), task("t-2", "2026-10-02T08:00:20.000Z")];
    expect(compare({ records, tasks })).toMatchObject({
      findings: [],
      confirmed: 2,
      expected: 2,
      reachesBackTo: older.createdAt,
    });
  });

  it.each<[what: string, change: Parameters<typeof draft>[1], tasks: Task[], found: string[]]>([
    ["no such task", { taskId: "t-1" }, [], ["disagrees record-without-task"]],
    [
      "no task near",
      {},
      [task("t-1", "2026-10-01T09:00:00.000Z")],
      ["disagrees record-without-task", "disagrees task-without-record"],
    ],
    [
      "a later start",
      { taskId: "t-1" },
      [task("t-1", "2026-10-01T08:02:00.000Z")],
      ["disagrees times-disagree", "disagrees times-disagree"],
    ],
    [
      "another start than the log said",
      { taskId: "t-1", timeSource: "task" },
      [task("t-1", "2026-10-01T08:00:30.000Z")],
      ["disagrees times-disagree"],
    ],
    ["a failed task", { taskId: "t-1" }, [task("t-1", AT, { status: "FAILED" })], ["disagrees outcome-disagrees"]],
    [
      "another user",
      { taskId: "t-1", performedBy: "a" },
      [task("t-1", AT, { userName: "b" })],
      ["disagrees user-disagrees"],
    ],
    ["roles noticed only", { timeSource: "noticed", outcome: "observed" }, [], ["unproven record-without-task"]],
    ["not resolved", { outcome: "unconfirmed" }, [], ["unproven unconfirmed"]],
    ["failed without a task", { outcome: "failed" }, [], []],
    ["failed with a failed task", { outcome: "failed", taskId: "t-1" }, [task("t-1", AT, { status: "FAILED" })], []],
    [
      "failed, and the cloud says not",
      { outcome: "failed", taskId: "t-1" },
      [task("t-1", AT)],
      ["disagrees outcome-disagrees"],
    ],
    ["not needed", { outcome: "already-primary" }, [], []],
  ])("are compared: %s", (_what, change, tasks, found) => {
    expect(codes({ records: chain(draft(AT, change)), tasks: [older, ...tasks] })).toEqual(found);
  });

  it("need not agree beyond what the log still has", () => {
    const records = chain(draft("2026-08-01T08:00:00.000Z", { taskId: "t-0" }), draft(AT, { taskId: "t-1" }));
    const { findings } = compare({
      records,
      tasks: [older, task("t-1", AT)],
      managedSince: "2026-07-01T00:00:00.000Z",
    });
    expect(findings).toMatchObject([{ severity: "unproven", code: "beyond-retention", taskId: "t-0" }]);
    expect(findings[0]?.text).toContain("reaches back to 2026-09-01T00:00:00.000Z");
  });
});

describe("a task that no record tells of", () => {
  const records = chain(draft(AT, { taskId: "t-1" }));
  const own = task("t-1", AT);

  it.each<[what: string, tasks: Task[], isCut: boolean, found: string[]]>([
    [
      "newer than all records",
      [task("t-2", "2026-11-01T00:00:00.000Z", { userName: "mallory" })],
      false,
      ["disagrees task-without-record"],
    ],
    [
      "between them and the resource's beginning",
      [task("t-0", "2026-09-20T00:00:00.000Z")],
      false,
      ["disagrees task-without-record"],
    ],
    ["of records no longer kept", [task("t-0", "2026-09-20T00:00:00.000Z")], true, ["unproven before-kept-records"]],
    ["from before the stack had the instance", [task("t-0", "2026-09-10T00:00:00.000Z")], false, []],
    ["that failed", [task("t-2", "2026-11-01T00:00:00.000Z", { status: "FAILED" })], false, []],
    ["of another kind", [task("t-2", "2026-11-01T00:00:00.000Z", { name: "modify" })], false, []],
  ])("%s", (_what, tasks, isCut, found) => {
    expect(codes({ records, tasks: [older, own, ...tasks], isCut })).toEqual(found);
  });
});

describe("the chain", () => {
  const history = chain(
    draft("2026-10-01T08:00:00.000Z"),
    draft("2026-10-02T08:00:00.000Z", { from: NODE_B, to: NODE_A }),
    draft("2026-10-03T08:00:00.000Z"),
  );
  const verified = (change: Partial<Keeper>) => {
    const kept = (change.history ?? history) as SwitchoverRecord[];
    const keeper: Keeper = {
      project: "caches",
      stack: "prod",
      resource: "orders",
      urn: "urn",
      instanceId: INSTANCE,
      history: kept,
      lastHash: kept[0]?.hash,
      switchoverCount: 3,
      historyLimit: 20,
      newestSwap: undefined,
      createdAt: undefined,
      connection: {},
      readThrough: undefined,
      ...change,
    };
    return verifyChain(keeper).findings.map(({ severity, code }) => `${severity} ${code}`);
  };

  it("of what the provider wrote is intact", () => {
    expect(verified({})).toEqual([]);
    expect(verified({ history: [], lastHash: undefined, switchoverCount: 0 })).toEqual([]);
  });

  it("that was cut by historyLimit is a note; cut shorter than that, it is not proven", () => {
    expect(verified({ history: history.slice(0, 2), historyLimit: 2 })).toEqual(["note cut"]);
    expect(verified({ history: history.slice(0, 2) })).toEqual(["unproven cut"]);
  });

  it("of records that a person may not read is not proven", () => {
    expect(verified({ history: undefined })).toEqual(["unproven sealed"]);
  });

  it("of records of a newer schema is not proven, and of damaged ones disagrees", () => {
    expect(verified({ history: [{ ...history[0], schema: 2 }, ...history.slice(1)] })).toEqual(["unproven damaged"]);
    expect(verified({ history: [{ schema: 1 }, ...history.slice(1)] })).toEqual(["disagrees damaged"]);
  });

  it("notes a master that moved unseen", () => {
    const moved = chain(draft("2026-10-01T08:00:00.000Z"), draft("2026-10-02T08:00:00.000Z"));
    expect(verified({ history: moved, switchoverCount: 2 })).toEqual(["note moved-unseen"]);
  });

  it("and the state's count disagree where there are more switchovers than it counts, cut or not", () => {
    expect(verified({ switchoverCount: 2 })).toEqual(["disagrees count-differs"]);
    expect(verified({ history: history.slice(0, 2), historyLimit: 2, switchoverCount: 1 })).toContain(
      "disagrees count-differs",
    );
  });

  describe("and earlier checkpoints", () => {
    const against = (present: SwitchoverRecord[], past: SwitchoverRecord[][], limit = 20) =>
      verifyAgainstPast(present, past, limit).map(({ code }) => code);

    it("agree where records were added or dropped in order", () => {
      expect(against(history, [history.slice(1), history.slice(2)])).toEqual([]);
      expect(against(history.slice(0, 2), [history.slice(1)], 2)).toEqual([]);
      expect(against([], [history])).toEqual([]);
    });

    it("disagree where a record is gone or another took its place", () => {
      const forged = chain(
        draft("2026-10-01T08:00:00.000Z"),
        draft("2026-10-02T09:00:00.000Z"),
        draft("2026-10-03T08:00:00.000Z"),
      );
      expect(against(forged, [history])).toEqual(["removed", "rewritten"]);
      expect(against(history.slice(0, 2), [history])).toEqual(["removed"]);
    });
  });
});
