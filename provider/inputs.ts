import * as v from "valibot";
import { parseDuration } from "./duration.js";
import type { MaintenanceWindow } from "./maintenanceWindow.js";
import { NO_CREDENTIALS, SCHEMAS, SECRET_NAME } from "./schemas.js";

/** What a check failure is made of: the path of the property and what to do about it. @internal */
export interface InputFailure {
  property: string;
  reason: string;
}

/** Where a master is or must be; every part that is given must match. */
export interface Place {
  /** Availability zone code as the cloud writes it, such as `cn-north-4a`. */
  availabilityZone?: string | undefined;
  /** Node id (32 hex), which stays with the node whatever its role and address. */
  nodeId?: string | undefined;
}

/** Connection settings that a resource may override; credentials are never among them. */
export interface Connection {
  /** Such as `cn-north-4`. */
  region?: string | undefined;
  /** 32 hex digits; looked up by the region's name where it is left out. */
  projectId?: string | undefined;
  /** `https://…`; `http://` for loopback only. */
  endpoint?: string | undefined;
  /** Where the project id is looked up. */
  iamEndpoint?: string | undefined;
  /** Section of the profile file. */
  profile?: string | undefined;
  /** How long one request may take, as a duration ("40s"). */
  requestTimeout?: string | undefined;
}

/** The arguments after validation: durations in ms, defaults filled in. @internal */
export interface Args {
  instanceId: string;
  triggers: Record<string, string>;
  reason?: string;
  requestedBy?: string;
  override?: string;
  switchOnCreate: boolean;
  primary?: Place;
  expectedMaster?: Place;
  intentTag: boolean;
  minIntervalMs: number;
  adoptWindowMs: number;
  maintenanceWindow?: MaintenanceWindow;
  acceptMs: number;
  completeMs: number;
  settleMs: number;
  historyLimit: number;
  connection: Connection;
}

/** Defaults in one place. `complete` allows for the slowest swap that was reported, several times over. */
export const DEFAULTS = {
  adoptWindow: "15m",
  minInterval: "0",
  accept: "10m",
  complete: "10m",
  /** A gateway cuts a slow answer off at 30 s while the swap goes on: twice that is silence that means something. */
  settle: "60s",
  historyLimit: 20,
} as const;

/** Sentinel that the engine puts in place of a value not known yet, whatever its type. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Argument names, in the order of the documentation. @internal */
export const ARGUMENTS = Object.keys(SCHEMAS) as readonly (keyof typeof SCHEMAS)[];

/** What validation makes of raw inputs. @internal */
export type ParsedInputs =
  | { kind: "valid"; args: Args }
  | { kind: "unknown"; properties: string[] }
  | { kind: "invalid"; failures: InputFailure[] };

/** The arguments among raw inputs, without outputs and private properties; `null` counts as left out. @internal */
export function pickArguments(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    ARGUMENTS.filter((key) => raw[key] !== undefined && raw[key] !== null).map((key) => [key, raw[key]]),
  );
}

/**
 * Checks every argument and reports all that is wrong at once, each failure naming its property path.
 * A property that holds a value which is not known yet (in a preview) is passed over.
 * @internal
 */
export function parseInputs(
  raw: Readonly<Record<string, unknown>>,
  isOurs: (key: string) => boolean = () => false,
): ParsedInputs {
  const failures: InputFailure[] = [];
  const unknown: string[] = [];
  const picked = pickArguments(raw);
  for (const key of Object.keys(raw)) {
    if (Object.hasOwn(SCHEMAS, key) || isOurs(key)) continue;
    failures.push(
      // The engine prints the value of a property that it is told of.
      SECRET_NAME.test(key)
        ? { property: "", reason: `${key} is not an argument; a resource ${NO_CREDENTIALS}` }
        : { property: key, reason: `is not an argument; known are: ${ARGUMENTS.join(", ")}` },
    );
  }
  if (picked["instanceId"] === undefined)
    failures.push({ property: "instanceId", reason: "is missing: the id of the DCS instance (a UUID)" });
  for (const [key, value] of Object.entries(picked)) {
    if (containsUnknown(value)) {
      unknown.push(key);
      continue;
    }
    const result = v.safeParse(SCHEMAS[key as keyof typeof SCHEMAS], value);
    for (const issue of result.issues ?? []) {
      failures.push({
        property: [key, ...(issue.path ?? []).map((item) => String(item.key))].join("."),
        reason: issue.message,
      });
    }
  }
  if (failures.length === 0 && unknown.length === 0) failures.push(...contradictions(picked));
  if (failures.length > 0) return { kind: "invalid", failures };
  if (unknown.length > 0) return { kind: "unknown", properties: unknown };
  return { kind: "valid", args: toArgs(picked) };
}

function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(containsUnknown);
}

/** What can be right by itself and wrong together. */
function contradictions(raw: Readonly<Record<string, unknown>>): InputFailure[] {
  const failures: InputFailure[] = [];
  const primary = raw["primary"] as Place | undefined;
  const expected = raw["expectedMaster"] as Place | undefined;
  if (primary && expected && primary.nodeId !== undefined && primary.nodeId === expected.nodeId) {
    failures.push({
      property: "expectedMaster.nodeId",
      reason: "is the node that `primary` asks for: a switchover that is due could never be made",
    });
  }
  if (
    primary &&
    expected &&
    primary.nodeId === undefined &&
    expected.nodeId === undefined &&
    primary.availabilityZone !== undefined &&
    primary.availabilityZone === expected.availabilityZone
  ) {
    failures.push({
      property: "expectedMaster.availabilityZone",
      reason: "is the zone that `primary` asks for: a switchover that is due could never be made",
    });
  }
  if (raw["override"] !== undefined && raw["minInterval"] === undefined && raw["maintenanceWindow"] === undefined) {
    failures.push({
      property: "override",
      reason: "overrides nothing: neither `minInterval` nor `maintenanceWindow` is set",
    });
  }
  return failures;
}

type Raw = { [K in keyof typeof SCHEMAS]?: v.InferOutput<(typeof SCHEMAS)[K]> };

function toArgs(picked: Record<string, unknown>): Args {
  const raw = Object.fromEntries(
    Object.entries(picked).map(([key, value]) => [key, v.parse(SCHEMAS[key as keyof typeof SCHEMAS], value)]),
  ) as Raw;
  const inMs = (value: string | undefined, fallback: string): number => parseDuration(value ?? fallback) ?? 0;
  return {
    instanceId: (raw.instanceId ?? "").toLowerCase(),
    triggers: raw.triggers ?? {},
    ...(raw.reason === undefined ? {} : { reason: raw.reason }),
    ...(raw.requestedBy === undefined ? {} : { requestedBy: raw.requestedBy }),
    ...(raw.override === undefined ? {} : { override: raw.override }),
    switchOnCreate: raw.switchOnCreate ?? true,
    ...(raw.primary === undefined ? {} : { primary: raw.primary }),
    ...(raw.expectedMaster === undefined ? {} : { expectedMaster: raw.expectedMaster }),
    intentTag: raw.intentTag ?? false,
    minIntervalMs: inMs(raw.minInterval, DEFAULTS.minInterval),
    adoptWindowMs: inMs(raw.adoptWindow, DEFAULTS.adoptWindow),
    ...(raw.maintenanceWindow === undefined ? {} : { maintenanceWindow: raw.maintenanceWindow }),
    acceptMs: inMs(raw.timeouts?.accept, DEFAULTS.accept),
    completeMs: inMs(raw.timeouts?.complete, DEFAULTS.complete),
    settleMs: inMs(raw.timeouts?.settle, DEFAULTS.settle),
    historyLimit: raw.historyLimit ?? DEFAULTS.historyLimit,
    connection: raw.connection ?? {},
  };
}
