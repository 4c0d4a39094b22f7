import { describe, expect, it } from "vitest";
import { parseEndpoint } from "../../../provider/dcs/endpoint.js";
import { locate, locateIam } from "../../../provider/dcs/location.js";
import { knownRegions, regionEndpoints } from "../../../provider/dcs/regions.js";
import type { ConnectionSettings } from "../../../provider/dcs/index.js";

describe("the table of regions", () => {
  it("has all 34 that the official SDKs list between them", () => {
    expect(knownRegions()).toHaveLength(34);
    expect(new Set(knownRegions()).size).toBe(34);
  });

  it.each([
    ["cn-north-4", "https://dcs.cn-north-4.myhuaweicloud.com", "https://iam.cn-north-4.myhuaweicloud.com"],
    ["af-south-1", "https://dcs.af-south-1.myhuaweicloud.com", "https://iam.af-south-1.myhuaweicloud.com"],
    // Dublin is in a partition of its own.
    ["eu-west-101", "https://dcs.eu-west-101.myhuaweicloud.eu", "https://iam.eu-west-101.myhuaweicloud.eu"],
    // No IAM of their own in the SDKs' map.
    ["ap-southeast-5", "https://dcs.ap-southeast-5.myhuaweicloud.com", "https://iam.myhuaweicloud.com"],
    ["ru-northwest-2", "https://dcs.ru-northwest-2.myhuaweicloud.com", "https://iam.myhuaweicloud.com"],
  ])("puts %s at %s and its IAM at %s", (region, dcs, iam) => {
    expect(regionEndpoints(region)).toEqual({ dcs, iam });
  });

  it("knows no others", () => {
    expect(regionEndpoints("eu-west-1")).toBeUndefined();
    expect(regionEndpoints("")).toBeUndefined();
    expect(regionEndpoints("constructor")).toBeUndefined();
  });
});

describe("an endpoint", () => {
  it.each([
    "https://dcs.example",
    "https://dcs.example:8443/prefix",
    "http://localhost:8080",
    "http://127.0.0.1:1",
    "http://127.9.9.9",
    "http://[::1]:8080",
  ])("may be %s", (text) => {
    expect(parseEndpoint(text, "dcs:endpoint").href.startsWith(text)).toBe(true);
  });

  it.each([
    ["http://dcs.example", "plain http to dcs.example"],
    ["http://10.0.0.1", "plain http to 10.0.0.1"],
    ["http://localhost.example", "plain http"],
    ["http://127.0.0.1.example", "plain http"],
    ["http://0.0.0.0", "plain http"],
    ["http://[::2]", "plain http"],
    ["ftp://dcs.example", "neither https nor http"],
    ["dcs.example", "not an absolute URL"],
    ["", "not an absolute URL"],
    ["https://user:hunter2@dcs.example", "user or password"],
    ["https://dcs.example?a=b", "query or fragment"],
    ["https://dcs.example#a", "query or fragment"],
  ])("may not be %s", (text, why) => {
    expect(() => parseEndpoint(text, "dcs:endpoint")).toThrow(why);
    expect(() => parseEndpoint(text, "dcs:endpoint")).toThrow("Reading dcs:endpoint");
    expect(() => parseEndpoint(text, "dcs:endpoint")).not.toThrow("hunter2");
  });
});

function found(settings: ConnectionSettings, env: NodeJS.ProcessEnv = {}, profileIam?: string) {
  const location = locate(settings, env);
  const iam = locateIam(settings, env, location, profileIam);
  return { region: location.region.value, dcs: location.endpoint.value.origin, iam: iam.value.origin };
}

describe("region and endpoints", () => {
  it("come from the settings, then from the environment", () => {
    const env = { HUAWEICLOUD_SDK_REGION: "cn-north-4", HW_REGION_NAME: "cn-south-1" };
    expect(found({ region: "eu-west-101" }, env).region).toBe("eu-west-101");
    expect(found({}, env).region).toBe("cn-north-4");
    expect(found({ region: " " }, { HW_REGION_NAME: "cn-south-1" }).region).toBe("cn-south-1");
  });

  it("come from the table unless they are set", () => {
    expect(found({ region: "eu-west-101" })).toEqual({
      region: "eu-west-101",
      dcs: "https://dcs.eu-west-101.myhuaweicloud.eu",
      iam: "https://iam.eu-west-101.myhuaweicloud.eu",
    });
    expect(
      found({ region: "eu-west-101", endpoint: "https://a.example", iamEndpoint: "https://b.example" }),
    ).toMatchObject({
      dcs: "https://a.example",
      iam: "https://b.example",
    });
  });

  it("may be set where the official SDKs look", () => {
    const env = {
      HUAWEICLOUD_SDK_REGION_DCS_NEW_1: "https://a.example,https://c.example",
      HUAWEICLOUD_SDK_IAM_ENDPOINT: "https://b.example",
    };
    expect(found({ region: "new-1" }, env)).toEqual({
      region: "new-1",
      dcs: "https://a.example",
      iam: "https://b.example",
    });
    expect(found({ region: "new-1", endpoint: "https://d.example" }, env).dcs).toBe("https://d.example");
  });

  it("of a profile is IAM's only, after the settings and the environment", () => {
    expect(found({ region: "cn-north-4" }, {}, "https://p.example").iam).toBe("https://p.example");
    const env = { HUAWEICLOUD_SDK_IAM_ENDPOINT: "https://b.example" };
    expect(found({ region: "cn-north-4" }, env, "https://p.example").iam).toBe("https://b.example");
  });

  it("keep the keys of a stand-in on this machine from the real IAM", () => {
    expect(found({ region: "cn-north-4", endpoint: "http://127.0.0.1:8080/x" }).iam).toBe("http://127.0.0.1:8080");
  });

  it("of an unknown region with an endpoint fall back to the central IAM", () => {
    expect(found({ region: "new-1", endpoint: "https://dcs.example" }).iam).toBe("https://iam.myhuaweicloud.com");
  });

  it("can be read off the endpoint's own name", () => {
    expect(found({ endpoint: "https://dcs.eu-west-101.myhuaweicloud.eu" }).region).toBe("eu-west-101");
    expect(found({ endpoint: "https://dcs.tr-central-201.myhuaweicloud.com" }).region).toBe("tr-central-201");
  });

  it("must not be missing", () => {
    expect(() => locate({}, {})).toThrow(
      "none is set (looked at dcs:region, HUAWEICLOUD_SDK_REGION and HW_REGION_NAME)",
    );
    expect(() => locate({ endpoint: "https://dcs.example" }, {})).toThrow("Finding the region");
  });

  it("of a region that does not exist are an error that guesses what was meant", () => {
    expect(() => locate({ region: "eu_west-101" }, {})).toThrow(
      "there is no region of that name; did you mean eu-west-101. Correct the region",
    );
    expect(() => locate({ region: "CN-NORTH-4" }, {})).toThrow("did you mean cn-north-4");
    expect(() => locate({ region: "mars-1" }, {})).toThrow("there is no region of that name among the 34 known ones");
  });
});
