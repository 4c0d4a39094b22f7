import { describe, expect, it } from "vitest";
import { extendHistory, toDraft, type SwitchoverRecord } from "../../../provider/record.js";
import type { Entry } from "../../../cli/audit/entry.js";
import { mergeUpdates } from "../../../cli/audit/merge.js";
import { newestFirst } from "../../../cli/audit/order.js";
import { chain, draft, entry } from "./records.js";

const merged = (...entries: Entry[]) => mergeUpdates({ entries, problems: [], resources: [], origins: [] }).entries;
const outcomes = (entries: readonly Entry[]) => entries.map(({ record }) => record.outcome);
const past = (record: SwitchoverRecord) => entry(record, { found: "past" });

describe("records of several states", () => {
  const history = chain(draft("2026-10-01T00:00:00.000Z"), draft("2026-10-02T00:00:00.000Z"));

  it("are told once, as of the present where they are there", () => {
    const entries = merged(...history.map(past), ...history.map((record) => entry(record)), ...history.map(past));
    expect(entries.map(({ found }) => found)).toEqual(["state", "state"]);
  });

  it("are told once also where the resource was called otherwise", () => {
    expect(
      merged(
        ...history.map((record) => entry(record)),
        ...history.map((record) => ({ ...past(record), urn: "other" })),
      ),
    ).toHaveLength(2);
  });

  it("keep what only the past has", () => {
    const [newest, oldest] = history as [SwitchoverRecord, SwitchoverRecord];
    expect(merged(entry(newest), past(newest), past(oldest))).toMatchObject([
      { found: "state" },
      { found: "past", record: oldest },
    ]);
  });

  it("stay secret where one copy was", () => {
    const [record] = history as [SwitchoverRecord];
    expect(merged(entry(record), { ...past(record), secret: true })).toMatchObject([{ secret: true }]);
  });
});

describe("an unconfirmed record", () => {
  const before = chain(
    draft("2026-10-01T00:00:00.000Z"),
    draft("2026-10-02T00:00:00.000Z", { outcome: "unconfirmed", requestId: "r-2", trigger: { drill: "2" } }),
  );
  const [unconfirmed] = before as [SwitchoverRecord];
  const resolvedAs = (change: Partial<SwitchoverRecord>) =>
    extendHistory(before, [{ ...toDraft(unconfirmed), ...change }], 20, { replacing: true });

  it.each([
    ["adopted", resolvedAs({ outcome: "adopted", performedAt: "2026-10-02T00:00:01.500Z", taskId: "t" })],
    ["failed", resolvedAs({ outcome: "failed", note: "it did not happen" })],
  ] as const)("is replaced by what became of it: %s", (outcome, after) => {
    expect(outcomes(merged(...after.map((record) => entry(record)), ...before.map(past)))).toEqual([
      outcome,
      "switched",
    ]);
  });

  it("stays where nothing is known of it yet", () => {
    expect(outcomes(merged(...before.map((record) => entry(record))))).toEqual(["unconfirmed", "switched"]);
  });

  it("of a deleted resource is not taken for one of a resource that was declared after it", () => {
    const [first] = chain(draft("2026-10-01T00:00:00.000Z", { outcome: "unconfirmed", requestId: "r-9" }));
    const [second] = chain(draft("2026-11-01T00:00:00.000Z", { outcome: "adopted", requestId: "r-10" }));
    if (first && second) expect(outcomes(merged(entry(second), past(first)))).toEqual(["adopted", "unconfirmed"]);
  });
});

it("an observed switchover that a trigger adopted later is told as adopted", () => {
  const before = chain(
    draft("2026-10-01T00:00:00.000Z", { outcome: "observed", taskId: "t-1", trigger: {}, attempts: 0 }),
  );
  const after = extendHistory(before, [draft("2026-10-01T00:00:00.000Z", { outcome: "adopted", taskId: "t-1" })], 20, {
    replacing: true,
  });
  expect(outcomes(merged(...after.map((record) => entry(record)), ...before.map(past)))).toEqual(["adopted"]);
});

it("records of the same moment always come in the same order", () => {
  const at = "2026-10-01T00:00:00.000Z";
  const entries = ["c", "a", "b"].flatMap((urn) => chain(draft(at)).map((record) => entry(record, { urn })));
  const sorted = newestFirst([...entries, ...chain(draft("2026-10-02T00:00:00.000Z")).map((record) => entry(record))]);
  expect(sorted.map(({ urn }) => urn.at(-1))).toEqual(["s", "a", "b", "c"]);
});
