import { parseEndpoint } from "./endpoint.js";
import { ConfigError } from "./errors.js";
import { isLoopback } from "./loopback.js";
import { knownRegions, regionEndpoints } from "./regions.js";
import { firstSet, type ConnectionSettings, type Found } from "./settings.js";

/** Where the calls go. */
export interface Location {
  region: Found<string>;
  endpoint: Found<URL>;
}

/**
 * Region and endpoint, from the settings, then the environment, then the table of regions.
 * @throws ConfigError if the region is missing, or unknown while no endpoint is set
 */
export function locate(settings: ConnectionSettings, env: NodeJS.ProcessEnv): Location {
  const set = firstSet([["dcs:endpoint", settings.endpoint]]);
  const region = findRegion(settings, env) ?? regionOfHost(set);
  if (region === undefined) {
    throw new ConfigError({
      what: "Finding the region",
      why: "none is set (looked at dcs:region, HUAWEICLOUD_SDK_REGION and HW_REGION_NAME)",
      remedy: "Set one, for example `pulumi config set dcs:region eu-west-101`.",
    });
  }
  const table = regionEndpoints(region.value);
  const variable = `HUAWEICLOUD_SDK_REGION_DCS_${region.value.toUpperCase().replaceAll("-", "_")}`;
  const endpoint =
    set ??
    // The SDKs take several, comma-separated; DCS has one for each region.
    firstSet([[variable, env[variable]?.split(",")[0]]]) ??
    (table === undefined ? undefined : { value: table.dcs, from: `the region ${region.value}` });
  if (endpoint === undefined) {
    throw new ConfigError({
      what: `Finding the endpoint of region ${region.value}`,
      why: `there is no region of that name${nearest(region.value)}`,
      remedy: "Correct the region, or set dcs:endpoint (and dcs:iamEndpoint) if it is newer than this package.",
    });
  }
  return { region, endpoint: { value: parseEndpoint(endpoint.value, endpoint.from), from: endpoint.from } };
}

function findRegion(settings: ConnectionSettings, env: NodeJS.ProcessEnv): Found<string> | undefined {
  return firstSet([
    ["dcs:region", settings.region],
    ["HUAWEICLOUD_SDK_REGION", env["HUAWEICLOUD_SDK_REGION"]],
    ["HW_REGION_NAME", env["HW_REGION_NAME"]],
  ]);
}

/** `https://dcs.eu-west-101.myhuaweicloud.eu` names its region itself. */
function regionOfHost(endpoint: Found<string> | undefined): Found<string> | undefined {
  const region = /^https:\/\/dcs\.([a-z]+(?:-[a-z]+)+-\d+)\./i.exec(endpoint?.value ?? "")?.[1];
  return region === undefined ? undefined : { value: region.toLowerCase(), from: "the endpoint's host name" };
}

/**
 * Where IAM is, for the look-up of the project id: from the settings, the environment and the profile, then the same
 * loopback address or the region's.
 */
export function locateIam(
  settings: ConnectionSettings,
  env: NodeJS.ProcessEnv,
  { region, endpoint }: Location,
  profileIamEndpoint: string | undefined,
): Found<URL> {
  const set = firstSet([
    ["dcs:iamEndpoint", settings.iamEndpoint],
    ["HUAWEICLOUD_SDK_IAM_ENDPOINT", env["HUAWEICLOUD_SDK_IAM_ENDPOINT"]],
    ["iam_endpoint in the profile", profileIamEndpoint],
  ]);
  if (set !== undefined) return { value: parseEndpoint(set.value, set.from), from: set.from };
  // A stand-in on this machine answers for IAM as well; its keys must not travel to the real one.
  if (isLoopback(endpoint.value)) return { value: new URL(endpoint.value.origin), from: "the loopback endpoint" };
  const table = regionEndpoints(region.value);
  if (table !== undefined) return { value: new URL(table.iam), from: `the region ${region.value}` };
  return { value: new URL("https://iam.myhuaweicloud.com"), from: "the central address" };
}

/** A likely meaning of a mistyped region. */
function nearest(region: string): string {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const match = knownRegions().find((known) => bare(known) === bare(region));
  return match === undefined ? ` among the ${knownRegions().length} known ones` : `; did you mean ${match}`;
}
