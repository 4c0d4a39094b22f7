import { describe, expect, it } from "vitest";
import { connectionSettings } from "../../provider/settings.js";

const config = (values: Record<string, string>): { get(key: string): string | undefined } => ({
  get: (key) => values[key],
});

describe("connection settings", () => {
  it("come from the stack's config, and a resource's own connection goes first", () => {
    const stack = config({ "dcs:region": "cn-north-4", "dcs:accessKey": "AK", "dcs:requestTimeout": "20s" });
    expect(connectionSettings(stack, { region: "eu-west-101" })).toMatchObject({
      region: "eu-west-101",
      accessKey: "AK",
      requestTimeoutMs: 20_000,
    });
    expect(connectionSettings(stack, { requestTimeout: "1m" })).toMatchObject({ requestTimeoutMs: 60_000 });
  });

  it("are empty without a stack", () => {
    expect(Object.values(connectionSettings(undefined, {})).filter((value) => value !== undefined)).toEqual([]);
  });

  it.each(["40", "0", "soon"])("refuse %j as a time limit", (requestTimeout) => {
    expect(() => connectionSettings(config({ "dcs:requestTimeout": requestTimeout }), {})).toThrow(
      /dcs:requestTimeout: ".*" is not a duration with its unit/,
    );
  });
});
