import { describe, expect, it } from "vitest";
import { zoneOf } from "../../../cli/audit/zone.js";
import { needingAttention } from "../../../cli/report/attention.js";
import { byPerson, byReason } from "../../../cli/report/groups.js";
import { distribution } from "../../../cli/report/histogram.js";
import { ticks } from "../../../cli/report/ticks.js";
import { masterByZone, masterNow } from "../../../cli/report/timeline.js";
import { chain, draft, entry, NODE_A, NODE_B } from "./records.js";

const day = (number: number) => `2026-10-${String(number).padStart(2, "0")}T00:00:00.000Z`;
const at = (text: string) => Date.parse(text);
const there = { from: NODE_A, to: NODE_B };
const back = { from: NODE_B, to: NODE_A };

describe("master by zone", () => {
  const range = { from: at(day(1)), to: at(day(10)) };
  const zones = (records: Parameters<typeof masterByZone>[0]) =>
    masterByZone(records, range).map(({ from, zone }) => [new Date(from).getUTCDate(), zone]);

  it("begins where the first switchover began, and follows each", () => {
    expect(zones(chain(draft(day(3), there), draft(day(5), back)))).toEqual([
      [1, "az1"],
      [3, "az2"],
      [5, "az1"],
    ]);
  });

  it("is not known where the master moved unseen", () => {
    expect(zones(chain(draft(day(3), there), draft(day(5), there)))).toEqual([
      [1, "az1"],
      [3, undefined],
      [5, "az2"],
    ]);
  });

  it("does not move by what failed or is not known to have worked", () => {
    const records = chain(
      draft(day(3), there),
      draft(day(4), { ...back, outcome: "failed" }),
      draft(day(5), { ...back, outcome: "unconfirmed" }),
    );
    expect(zones(records)).toEqual([
      [1, "az1"],
      [3, "az2"],
    ]);
    expect(masterNow(records)).toBe("az2");
  });

  it("comes from before the range where that is known", () => {
    expect(zones(chain(draft("2026-09-01T00:00:00.000Z", there)))).toEqual([[1, "az2"]]);
  });

  it("is told also by a switchover that was not needed", () => {
    expect(zones(chain(draft(day(3), { outcome: "already-primary", from: undefined as never, to: NODE_A })))).toEqual([
      [1, "az1"],
    ]);
  });
});

describe("a distribution of durations", () => {
  it("of none is none", () => {
    expect(distribution([])).toBeUndefined();
  });

  it("shows nine of ten in detail, and what took far longer in one row", () => {
    const found = distribution([...Array.from({ length: 19 }, (_, index) => 2_000 + index * 100), 300_000]);
    expect(found).toMatchObject({ count: 20, medianMs: 2_900, p90Ms: 3_700, longestMs: 300_000 });
    expect(found?.bins.map(({ label }) => label)).toEqual(["2–3 s", "3–4 s", "4 s and more"]);
    expect(found?.bins.map(({ count }) => count)).toEqual([10, 9, 1]);
  });

  it.each([
    [[1]],
    [[3_000]],
    [[500, 800_000]],
    [[60_000, 61_000, 7_000_000]],
    [Array.from({ length: 100 }, (_, i) => i * 60_000)],
  ])("counts each once: %#", (durations) => {
    const bins = distribution(durations)?.bins ?? [];
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(durations.length);
    expect(bins.length).toBeLessThanOrEqual(14);
  });
});

describe("an axis", () => {
  const labels = (from: string, to: string, zone = "UTC") =>
    ticks({ from: at(from), to: at(to) }, zoneOf(zone)).map(({ label }) => label);

  it("is marked by months, days or hours, whichever are few", () => {
    expect(labels("2026-09-28T00:00:00Z", "2027-01-03T00:00:00Z")).toEqual(["Oct", "Nov", "Dec", "Jan 2027"]);
    expect(labels("2026-10-01T12:00:00Z", "2026-10-05T12:00:00Z")).toEqual(["2 Oct", "3 Oct", "4 Oct", "5 Oct"]);
    expect(labels("2026-10-01T10:00:00Z", "2026-10-01T20:00:00Z")).toEqual(["11:00", "15:00", "19:00"]);
    expect(labels("2020-06-01T00:00:00Z", "2026-06-01T00:00:00Z")).toEqual([
      "2021",
      "2022",
      "2023",
      "2024",
      "2025",
      "2026",
    ]);
  });

  it("is marked where the zone's days begin, also when its clocks change", () => {
    const found = ticks({ from: at("2026-10-23T12:00:00Z"), to: at("2026-10-27T12:00:00Z") }, zoneOf("Europe/Berlin"));
    expect(found.map((tick) => new Date(tick.at).toISOString().slice(8, 16))).toEqual([
      "23T22:00",
      "24T22:00",
      "25T23:00",
      "26T23:00",
    ]);
  });
});

it("what did not work comes first, then what went around a rule, then what was slow", () => {
  const entries = chain(
    draft(day(1)),
    draft(day(2), { outcome: "failed", note: "busy" }),
    draft(day(3), { override: "incident" }),
    draft(day(4), { durationMs: 60_000 }),
    draft(day(5), { durationMs: 8_000 }),
  ).map((record) => entry(record));
  expect(needingAttention(entries, 2_000).map(({ why }) => why)).toEqual([
    "did not happen: busy",
    "a rule was overridden: incident",
    "took 1 min 0 s; the median is 2.0 s",
  ]);
});

it("who and why are counted, the most first", () => {
  const entries = chain(
    draft(day(1), { performedBy: "ops", reason: "drill" }),
    draft(day(2), { performedBy: "ops", reason: "drill", outcome: "failed" }),
    draft(day(3), { performedBy: "ops", requestedBy: "A. Okafor" }),
    draft(day(4), { outcome: "observed" }),
  ).map((record) => entry(record));
  expect(byPerson(entries)).toMatchObject([
    { name: "ops", count: 2, instances: 1, failed: 1, lastAt: day(2) },
    { name: "nobody named (automatic failover?)", count: 1 },
    { name: "ops, asked for by A. Okafor", count: 1 },
  ]);
  expect(byReason(entries).map(({ name, count }) => [name, count])).toEqual([
    ["drill", 2],
    ["no reason given", 2],
  ]);
});
