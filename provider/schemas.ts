import * as v from "valibot";
import { parseDuration } from "./duration.js";

/** The largest history that is kept: a state file is read and written whole at each step of an update. */
const MAX_HISTORY = 1000;

const text = (what: string) =>
  v.pipe(v.string(`must be a string: ${what}`), v.trim(), v.nonEmpty(`must not be empty: ${what}`));

const duration = v.pipe(
  v.string('must be a duration with its unit, such as "15m" or "90s"'),
  v.check(
    (value) => parseDuration(value) !== undefined,
    'must be a duration with its unit, such as "15m", "90s" or "1h" ("0" for none)',
  ),
);
const positiveDuration = v.pipe(
  duration,
  v.check((value) => (parseDuration(value) ?? 1) > 0, "must be longer than nothing"),
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

/** Names under which people put credentials. @internal */
export const SECRET_NAME = /key|token|secret|password/i;
/** @internal */
export const NO_CREDENTIALS =
  "must not hold credentials: they belong to the stack's secret config (dcs:accessKey, dcs:secretKey) or the environment";
const CONNECTION_KEYS = "region, projectId, endpoint, iamEndpoint, profile, requestTimeout";

/** What each argument may be, and what to say where it is not. @internal */
export const SCHEMAS = {
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
