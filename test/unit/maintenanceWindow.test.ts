import { describe, expect, it } from "vitest";
import { describeMoment, describeWindow, isInside } from "../../provider/maintenanceWindow.js";

const at = (text: string): number => Date.parse(text);

describe("a maintenance window", () => {
  it("includes its first minute and not its last", () => {
    const window = { from: "22:00", to: "23:30", timezone: "UTC" };
    expect(isInside(window, at("2026-11-24T21:59:59Z"))).toBe(false);
    expect(isInside(window, at("2026-11-24T22:00:00Z"))).toBe(true);
    expect(isInside(window, at("2026-11-24T23:29:59Z"))).toBe(true);
    expect(isInside(window, at("2026-11-24T23:30:00Z"))).toBe(false);
  });

  it("over midnight belongs to the day on which it begins", () => {
    const window = { days: ["sat" as const], from: "22:00", to: "02:00", timezone: "UTC" };
    expect(isInside(window, at("2026-11-28T01:00:00Z"))).toBe(false);
    expect(isInside(window, at("2026-11-28T22:00:00Z"))).toBe(true);
    expect(isInside(window, at("2026-11-29T01:59:00Z"))).toBe(true);
    expect(isInside(window, at("2026-11-29T22:00:00Z"))).toBe(false);
  });

  it("goes by the clocks of its zone, through daylight saving", () => {
    const window = { from: "02:30", to: "03:30", timezone: "Europe/Berlin" };
    // 29 March 2026: 02:00 becomes 03:00 there, so the window has half an hour.
    expect(isInside(window, at("2026-03-29T00:59:00Z"))).toBe(false);
    expect(isInside(window, at("2026-03-29T01:00:00Z"))).toBe(true);
    expect(isInside(window, at("2026-03-29T01:29:00Z"))).toBe(true);
    expect(isInside(window, at("2026-03-29T01:30:00Z"))).toBe(false);
    // 25 October 2026: 03:00 becomes 02:00, so it comes twice.
    expect(isInside(window, at("2026-10-25T00:30:00Z"))).toBe(true);
    expect(isInside(window, at("2026-10-25T01:15:00Z"))).toBe(false);
    expect(isInside(window, at("2026-10-25T01:30:00Z"))).toBe(true);
  });

  it("is read aloud with its days and zone", () => {
    const window = { days: ["mon" as const, "wed" as const], from: "22:00", to: "02:00", timezone: "Asia/Shanghai" };
    expect(describeWindow(window)).toBe("mon, wed 22:00-02:00 Asia/Shanghai");
    expect(describeWindow({ from: "22:00", to: "02:00", timezone: "UTC" })).toBe("every day 22:00-02:00 UTC");
    expect(describeMoment(at("2026-11-24T20:05:00Z"), "Asia/Shanghai")).toBe("wed 04:05");
  });
});
