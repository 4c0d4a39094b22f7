/** Where a region's services are. */
export interface RegionEndpoints {
  dcs: string;
  iam: string;
}

/**
 * Regions with DCS, as the official SDKs list them.
 * @see `services/dcs/v2/region` of the Go and Python SDKs
 */
const REGIONS = [
  "ae-ad-1",
  "af-north-1",
  "af-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "cn-east-2",
  "cn-east-3",
  "cn-east-4",
  "cn-east-5",
  "cn-north-1",
  "cn-north-2",
  "cn-north-4",
  "cn-north-9",
  "cn-north-11",
  "cn-north-12",
  "cn-south-1",
  "cn-south-2",
  "cn-south-4",
  "cn-southwest-2",
  "cn-southwest-3",
  "eu-west-0",
  "eu-west-101",
  "la-north-2",
  "la-south-2",
  "me-east-1",
  "my-kualalumpur-1",
  "na-mexico-1",
  "ru-moscow-1",
  "ru-northwest-2",
  "sa-brazil-1",
  "tr-west-1",
] as const;

/** The EU partition has a domain of its own; the SDKs' DCS table still says `.com` for it, their tables of other services `.eu`. */
const EU_PARTITION = new Set<string>(["eu-west-101"]);
/** Regions that have no IAM endpoint of their own in the SDKs' map. */
const CENTRAL_IAM = new Set<string>([
  "ap-southeast-5",
  "ru-northwest-2",
  "af-north-1",
  "cn-north-11",
  "cn-south-4",
  "cn-southwest-3",
]);

/** Undefined for a region that is not in the table. */
export function regionEndpoints(region: string): RegionEndpoints | undefined {
  if (!(REGIONS as readonly string[]).includes(region)) return undefined;
  const domain = EU_PARTITION.has(region) ? "myhuaweicloud.eu" : "myhuaweicloud.com";
  return {
    dcs: `https://dcs.${region}.${domain}`,
    iam: CENTRAL_IAM.has(region) ? `https://iam.${domain}` : `https://iam.${region}.${domain}`,
  };
}

/** For messages: the region a mistyped one may have meant, and how many there are. */
export function knownRegions(): readonly string[] {
  return REGIONS;
}
