// The rules of examples/policy, without an engine.
import { describe, expect, it } from "vitest";
import { frozen, maySwitch, notAsReviewed, withoutChangeNumber } from "../../examples/policy/rules.js";

describe("a plan", () => {
  it.each([
    ["switch over orders-cache: 10.0.0.5 (az1) -> 10.0.0.6 (az2)", true],
    ["switch over orders-cache again: 10.0.0.5 (az1) -> 10.0.0.6 (az2)", true],
    ["unknown until update: the cloud can't be reached", true],
    [undefined, true],
    ["none: only reason changes", false],
    ["adopt switchover of orders-cache of 2026-11-23T10:02:11.000Z by ops", false],
    ["refuse: orders-cache: it has one node", false],
  ])("that reads %j may switch over: %j", (plan, expected) => {
    expect(maySwitch(plan)).toBe(expected);
  });
});

describe("a reason", () => {
  const pattern = String.raw`\bCHG-\d{4,}\b`;
  it.each(["Quarterly failover drill, CHG-1042", "CHG-123456: patching"])(
    "with a change number passes: %s",
    (reason) => {
      expect(withoutChangeNumber(reason, pattern)).toBeUndefined();
    },
  );
  it.each([undefined, "", "Quarterly failover drill", "CHG-12", "XCHG-1042"])("without one doesn't: %s", (reason) => {
    expect(withoutChangeNumber(reason, pattern)).toContain("has no change number");
  });
  it("is not repeated, since it may be a secret", () => {
    expect(withoutChangeNumber("s3cret", pattern)).not.toContain("s3cret");
  });
});

describe("a freeze", () => {
  const freeze = { days: ["fri"], from: "12:00", timezone: "Asia/Shanghai" };
  it.each([
    ["Friday 11:59 there", "2026-11-27T03:59:59Z", false],
    ["Friday noon there", "2026-11-27T04:00:00Z", true],
    ["the last minute of Friday there", "2026-11-27T15:59:59Z", true],
    ["Saturday there, still Friday elsewhere", "2026-11-27T16:00:00Z", false],
    ["Thursday afternoon there", "2026-11-26T08:00:00Z", false],
  ])("on Fridays from noon holds on %s: %s is %j", (_when, now, expected) => {
    expect(frozen(new Date(now), freeze) !== undefined).toBe(expected);
  });
  it("names day, time and zone", () => {
    expect(frozen(new Date("2026-11-27T07:30:00Z"), freeze)).toBe(
      "it is fri 15:30 (Asia/Shanghai), and nothing is switched over on fri from 12:00 on",
    );
  });
});

describe("a saved plan", () => {
  const urn = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/dcs:SwitchoverTrigger::cache";
  const saved = JSON.stringify({ resourcePlans: { [urn]: { state: { plan: "switch over a: 1 -> 2" } } } });
  it("that says the same lets it through", () => {
    expect(notAsReviewed(urn, "switch over a: 1 -> 2", saved)).toBeUndefined();
  });
  it("is missed where there is none", () => {
    expect(notAsReviewed(urn, "switch over a: 1 -> 2", undefined)).toContain("no saved plan");
  });
  it("that says another direction does not", () => {
    expect(notAsReviewed(urn, "switch over a: 2 -> 1", saved)).toBe(
      'the saved plan says "switch over a: 1 -> 2", and now it is "switch over a: 2 -> 1"',
    );
  });
  it.each([
    ["nothing of the resource", "switch over a: 1 -> 2", undefined],
    ["nothing of it, nor does the update say what it will do", undefined, undefined],
    ["what nobody could review", "unknown until update: no answer", "unknown until update: no answer"],
    ["none", "switch over a: 1 -> 2", "none: only reason changes"],
  ])("that says %s does not", (_what, plan, reviewed) => {
    const file = JSON.stringify({ resourcePlans: { [urn]: { state: { plan: reviewed } } } });
    expect(notAsReviewed(urn, plan, file)).toBe("the saved plan doesn't say so");
    expect(notAsReviewed(urn, plan, "{}")).toBe("the saved plan doesn't say so");
  });
});
