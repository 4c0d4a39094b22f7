import { describe, expect, it } from "vitest";
import { during, since, until } from "../../../cli/audit/period.js";
import { zoneOf } from "../../../cli/audit/zone.js";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const utc = zoneOf("UTC");
const berlin = zoneOf("Europe/Berlin");

describe("a zone", () => {
  it("shows summer and winter time as the zone's own clocks did", () => {
    expect(berlin.show("2026-10-25T00:30:00.000Z")).toBe("2026-10-25 02:30:00 +02:00");
    expect(berlin.show("2026-10-25T01:30:00.000Z")).toBe("2026-10-25 02:30:00 +01:00");
    expect(berlin.rfc3339("2026-10-25T01:30:00.123Z")).toBe("2026-10-25T02:30:00.123+01:00");
  });

  it("leaves the offset away in UTC", () => {
    expect(utc.show("2026-10-25T00:30:00.000Z")).toBe("2026-10-25 00:30:00");
    expect(utc.rfc3339("2026-10-25T00:30:00.000Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(zoneOf("Etc/UTC").name).toBe("UTC");
  });

  it("that is none is an error with names that are", () => {
    expect(() => zoneOf("Berlin")).toThrow(/"Berlin" is no time zone .* Europe\/Berlin/);
  });
});

describe("a period", () => {
  it.each([
    [during("2026-10", utc, NOW), "2026-10-01T00:00:00.000Z", true],
    [during("2026-10", utc, NOW), "2026-10-31T23:59:59.999Z", true],
    [during("2026-10", utc, NOW), "2026-11-01T00:00:00.000Z", false],
    [during("2026-10", berlin, NOW), "2026-10-31T22:59:59.999Z", true],
    [during("2026-10", berlin, NOW), "2026-10-31T23:00:00.000Z", false],
    [during("2026-10", berlin, NOW), "2026-09-30T22:00:00.000Z", true],
    [during("2026-Q4", utc, NOW), "2026-12-31T23:59:59.999Z", true],
    [during("2026-Q4", utc, NOW), "2026-09-30T23:59:59.999Z", false],
    [during("2026", utc, NOW), "2026-01-01T00:00:00.000Z", true],
    [during("2026-10-05", utc, NOW), "2026-10-06T00:00:00.000Z", false],
    [since("2026-10-05", utc, NOW), "2026-10-05T00:00:00.000Z", true],
    [since("2026-10-05", utc, NOW), "2026-10-04T23:59:59.999Z", false],
    [since("2026-10-05 14:00", utc, NOW), "2026-10-05T13:59:59.999Z", false],
    [since("2026-10-05T14:00:00+02:00", utc, NOW), "2026-10-05T12:00:00.000Z", true],
    [since("2d", utc, NOW), "2026-11-22T12:00:00.000Z", true],
    [since("2d", utc, NOW), "2026-11-22T11:59:59.000Z", false],
    [until("2026-10", utc, NOW), "2026-10-31T23:59:59.999Z", true],
    [until("2026-10", utc, NOW), "2026-11-01T00:00:00.000Z", false],
    [until("2026-Q3", utc, NOW), "2026-09-30T12:00:00.000Z", true],
    [until("2026-10-05T14:00Z", utc, NOW), "2026-10-05T14:00:01.000Z", false],
  ])("%#: says of %s %s", (period, instant, is) => {
    expect(period(instant)).toBe(is);
  });

  it.each(["October", "2026-13", "2026-02-30", "2026-10-05T25:00", "", "10/05/2026", "2026-Q5"])(
    "can't be %j",
    (text) => {
      expect(() => since(text, utc, NOW)).toThrow(/is no time\. Give 2026-Q4, 2026-10/);
    },
  );

  it("is not a moment", () => {
    expect(() => during("30d", utc, NOW)).toThrow(/is a moment, not a period/);
  });
});
