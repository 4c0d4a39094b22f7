import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARGUMENTS, DEFAULTS, parseInputs, type Args } from "../../provider/inputs.js";

const ID = "74b5ca4f-9baa-449a-8994-bcc4cfa28a71";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const valid = (raw: Record<string, unknown>): Args => {
  const parsed = parseInputs({ instanceId: ID, ...raw });
  if (parsed.kind !== "valid") throw new Error(JSON.stringify(parsed));
  return parsed.args;
};
const failuresOf = (raw: Record<string, unknown>): string[] => {
  const parsed = parseInputs({ instanceId: ID, ...raw });
  return parsed.kind === "invalid" ? parsed.failures.map(({ property, reason }) => `${property}: ${reason}`) : [];
};

describe("arguments", () => {
  it("get their defaults", () => {
    expect(valid({})).toEqual({
      instanceId: ID,
      triggers: {},
      switchOnCreate: true,
      intentTag: false,
      minIntervalMs: 0,
      adoptWindowMs: 15 * 60_000,
      acceptMs: 10 * 60_000,
      completeMs: 10 * 60_000,
      settleMs: 60_000,
      historyLimit: DEFAULTS.historyLimit,
      connection: {},
    });
  });

  it.each([
    ["0", 0],
    ["90s", 90_000],
    ["15m", 900_000],
    ["1.5h", 5_400_000],
    ["2 days", 172_800_000],
    ["500ms", 500],
  ])("read %s as %i ms", (minInterval, ms) => {
    expect(valid({ minInterval })).toMatchObject({ minIntervalMs: ms });
  });

  it.each(["", "15", "-1m", "soon", "1 fortnight", "1m2s", "m", "1e3s"])("refuse %j as a duration", (minInterval) => {
    expect(failuresOf({ minInterval })).toEqual([
      expect.stringMatching(/^minInterval: must be a duration with its unit/),
    ]);
  });

  it("must name an instance", () => {
    const parsed = parseInputs({});
    expect(parsed).toMatchObject({ kind: "invalid", failures: [{ property: "instanceId" }] });
  });

  it("speak of one instance whatever the case of its id", () => {
    expect(valid({ instanceId: ID.toUpperCase() }).instanceId).toBe(ID);
  });

  it("count null as left out", () => {
    expect(valid({ reason: null, primary: null, triggers: null })).toEqual(valid({}));
  });

  it("refuse an empty map of triggers, which could only be a mistake", () => {
    expect(failuresOf({ triggers: {} })).toEqual([expect.stringMatching(/^triggers: must not be empty/)]);
  });

  it("refuse what contradicts itself", () => {
    const zone = { availabilityZone: "az1" };
    expect(failuresOf({ primary: zone, expectedMaster: zone })).toEqual([
      expect.stringMatching(/^expectedMaster.availabilityZone: is the zone that `primary` asks for/),
    ]);
    expect(failuresOf({ primary: { nodeId: "n1" }, expectedMaster: { nodeId: "n1" } })).toEqual([
      expect.stringMatching(/^expectedMaster.nodeId: is the node that `primary` asks for/),
    ]);
    expect(failuresOf({ override: "incident 7" })).toEqual([expect.stringMatching(/^override: overrides nothing/)]);
  });

  it("allow another node of the same zone as primary and expected master", () => {
    expect(
      failuresOf({ primary: { availabilityZone: "az1" }, expectedMaster: { availabilityZone: "az1", nodeId: "n1" } }),
    ).toEqual([]);
  });

  it("refuse a window that is empty, and let one run over midnight", () => {
    const window = { from: "22:00", to: "22:00", timezone: "UTC" };
    expect(failuresOf({ maintenanceWindow: window })).toEqual([
      expect.stringMatching(/^maintenanceWindow: must not begin and end/),
    ]);
    expect(failuresOf({ maintenanceWindow: { ...window, to: "02:00" } })).toEqual([]);
    expect(failuresOf({ maintenanceWindow: { ...window, to: "02:00", days: [] } })).toEqual([
      expect.stringMatching(/^maintenanceWindow.days: must name at least one day/),
    ]);
  });

  it("of unknown names are refused, also those that every object has", () => {
    expect(failuresOf({ trigger: "x" })).toEqual([expect.stringMatching(/^trigger: is not an argument/)]);
    expect(failuresOf({ toString: "x" })).toEqual([expect.stringMatching(/^toString: is not an argument/)]);
    expect(failuresOf({ primary: { zone: "az1" } })).toEqual([
      expect.stringMatching(/^primary.zone: is not an argument; known are: availabilityZone, nodeId/),
    ]);
  });

  it("that look like credentials are refused without their value, wherever they stand", () => {
    expect(failuresOf({ secretKey: "s3cret", connection: { accessKey: "s3cret" } })).toEqual([
      expect.stringMatching(/^: secretKey is not an argument; a resource must not hold credentials/),
      expect.stringMatching(/^connection.accessKey: must not hold credentials/),
    ]);
  });
});

describe("values that are not known yet", () => {
  it.each(ARGUMENTS)("make %s unknown, at whatever depth", (name) => {
    for (const value of [UNKNOWN, { a: UNKNOWN }, { a: [{ b: UNKNOWN }] }]) {
      expect(parseInputs({ instanceId: ID, [name]: value })).toEqual({ kind: "unknown", properties: [name] });
    }
  });

  it("hide no failure of the others", () => {
    expect(failuresOf({ triggers: UNKNOWN, reason: "" })).toEqual([
      expect.stringMatching(/^reason: must not be empty/),
    ]);
  });
});

it("says something readable of anything at all, and never throws", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...ARGUMENTS, "other"), fc.anything({ maxDepth: 3 })), (raw) => {
      const parsed = parseInputs(raw);
      if (parsed.kind === "invalid") {
        expect(parsed.failures.length).toBeGreaterThan(0);
        for (const { reason } of parsed.failures) expect(reason).toMatch(/^[a-zA-Z]+ ?\S/);
      }
    }),
  );
});
