import ms from "ms";
import * as v from "valibot";
import type { MaintenanceWindow } from "./maintenanceWindow.js";

/** The largest history that is kept: a state file is read and written whole at each step of an update. */
const MAX_HISTORY = 1000;

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

const text = (what: string) =>
  v.pipe(v.string(`must be a string: ${what}`), v.trim(), v.nonEmpty(`must not be empty: ${what}`));

const durationMs = (value: string): number | undefined => {
  const trimmed = value.trim();
  // A bare number would be milliseconds to one reader and seconds to another: only "0" is clear without a unit.
  if (trimmed === "0") return 0;
  if (!/^\d+(\.\d+)?\s*[a-z]+$/i.test(trimmed)) return undefined;
  const parsed = ms(trimmed as ms.StringValue);
  return typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
};
const duration = v.pipe(
  v.string('must be a duration with its unit, such as "15m" or "90s"'),
  v.check(
    (value) => durationMs(value) !== undefined,
    'must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)',
  ),
);
const positiveDuration = v.pipe(
  duration,
  v.check((value) => (durationMs(value) ?? 1) > 0, "must be longer than nothing"),
);

const place = (what: string) =>
  v.pipe(
    v.strictObject(
      {
        availabilityZone: v.optional(text("the zone's code, such as cn-north-4a")),
        nodeId: v.optional(text("the node's id")),
      },
      (issue) => unknownKey(issue, "availabilityZone, nodeId"),
    ),
    v.check(
      (value) => value.availabilityZone !== undefined || value.nodeId !== undefined,
      `must name availabilityZone, nodeId or both: ${what}`,
    ),
  );

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const timeOfDay = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day as "HH:MM", such as "22:00"'),
);
const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

function unknownKey(issue: { expected: string | null; received: string }, known: string): string {
  return issue.expected === "never" ? `is not an argument; known are: ${known}` : `must be an object with ${known}`;
}

const SECRET_NAME = /key|token|secret|password/i;
const NO_CREDENTIALS =
  "must not hold credentials: they belong to the stack's secret config (dcs:accessKey, dcs:secretKey) or the environment";
const CONNECTION_KEYS = "region, projectId, endpoint, iamEndpoint, profile, requestTimeout";

const SCHEMAS = {
  instanceId: v.pipe(
    v.string("must be the id of a DCS instance (a UUID)"),
    v.regex(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
      "must be the id of a DCS instance, a UUID such as a4c545cd-10b2-4efc-b0ab-a9b554ca0621 (the console shows it under the instance's name)",
    ),
  ),
  triggers: v.pipe(
    v.record(
      v.pipe(v.string(), v.nonEmpty("must not have an empty key")),
      v.string("must be a string: turn numbers and booleans into text"),
      "must be a map of strings",
    ),
    v.check(
      (value) => Object.keys(value).length > 0,
      "must not be empty: leave `triggers` out, or give it a key to change later",
    ),
  ),
  reason: text("why the switchover is made"),
  requestedBy: text("who asked for it"),
  override: text("why the guards may be passed this time"),
  switchOnCreate: v.boolean("must be true or false"),
  primary: place("where the master must be"),
  expectedMaster: place("where the master must be before the switchover"),
  intentTag: v.boolean("must be true or false"),
  minInterval: duration,
  adoptWindow: duration,
  maintenanceWindow: v.pipe(
    v.strictObject(
      {
        days: v.optional(
          v.pipe(
            v.array(v.picklist(WEEKDAYS, `must be days of the week: ${WEEKDAYS.join(", ")}`), "must be a list of days"),
            v.nonEmpty("must name at least one day, or be left out for every day"),
          ),
        ),
        from: timeOfDay,
        to: timeOfDay,
        timezone: v.pipe(
          v.string("must be an IANA time zone"),
          v.check(isTimeZone, "must be an IANA time zone, such as Europe/Berlin, Asia/Shanghai or UTC"),
        ),
      },
      (issue) => unknownKey(issue, "days, from, to, timezone"),
    ),
    v.check((value) => value.from !== value.to, "must not begin and end at the same time; leave it out for no window"),
  ),
  timeouts: v.strictObject(
    {
      accept: v.optional(positiveDuration),
      complete: v.optional(positiveDuration),
      settle: v.optional(positiveDuration),
    },
    (issue) => unknownKey(issue, "accept, complete, settle"),
  ),
  historyLimit: v.pipe(
    v.number("must be a whole number"),
    v.integer("must be a whole number"),
    v.minValue(1, "must be at least 1: the last switchover is always kept"),
    v.maxValue(
      MAX_HISTORY,
      `must be at most ${MAX_HISTORY}; older records are found with \`dcs-switchover history --all-updates\``,
    ),
  ),
  connection: v.strictObject(
    {
      region: v.optional(text("a region id")),
      projectId: v.optional(text("a project id")),
      endpoint: v.optional(text("https://…")),
      iamEndpoint: v.optional(text("https://…")),
      profile: v.optional(text("a section of the profile file")),
      requestTimeout: v.optional(positiveDuration),
    },
    (issue) =>
      issue.expected === "never" && SECRET_NAME.test(issue.received)
        ? NO_CREDENTIALS
        : unknownKey(issue, CONNECTION_KEYS),
  ),
} as const;

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
  const inMs = (value: string | undefined, fallback: string): number => durationMs(value ?? fallback) ?? 0;
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

/** Milliseconds of a duration that validation has let through. @internal */
export function parseDuration(value: string): number | undefined {
  return durationMs(value);
}
