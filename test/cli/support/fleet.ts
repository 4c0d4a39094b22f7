import { extendHistory, type RecordDraft, type SwitchoverRecord } from "../../../provider/record.js";

export interface FleetOptions {
  instances: number;
  records: number;
  /** The first drill, RFC 3339. */
  from?: string;
  /** From the first drill to the last. */
  days?: number;
  stack?: string;
  project?: string;
}

/** The same numbers in every run: 0 ≤ n < 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const TEAMS = ["orders", "sessions", "catalog", "cart", "pricing", "search", "profile", "stock"];
const WHO = ["ops-pipeline", "c.meyer", "li.wei", undefined];
const ASKED = ["A. Okafor", "J. Ruiz", undefined];
const WHY = ["Quarterly failover drill, CHG-1042", "Zone maintenance az2", "Drill after upgrade to 7.0", undefined];

/** The records of one instance, newest first, in a true chain: mostly drills that worked, and now and then one that did not. */
export function historyOf(
  index: number,
  { records, from = "2026-10-01T06:00:00Z", days = 88 }: FleetOptions,
): SwitchoverRecord[] {
  const next = numbers(index + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const instanceId = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const team = TEAMS[index % TEAMS.length] ?? "orders";
  const nodes = [1, 2].map((number) => ({
    nodeId: `${String(index).padStart(30, "0")}0${number}`,
    ip: `10.${index >> 8}.${index & 255}.${number}`,
    availabilityZone: `eu-west-101${"abc"[(index + number) % 3]}`,
  }));
  let master = 0;
  const drafts = Array.from({ length: records }, (_, turn): RecordDraft => {
    const share = records === 1 ? 0 : turn / (records - 1);
    const at = Date.parse(from) + (share * days + next() * (days / Math.max(records, 8))) * 86_400_000;
    const luck = next();
    const outcome =
      luck < 0.03
        ? "failed"
        : luck < 0.05
          ? "unconfirmed"
          : luck < 0.1
            ? "adopted"
            : luck < 0.14
              ? "observed"
              : "switched";
    const isMade = outcome !== "failed" && outcome !== "unconfirmed";
    const durationMs = Math.round(2_000 + next() * 2_600 + (next() > 0.97 ? 40_000 : 0));
    const before = nodes[master];
    if (isMade) master = 1 - master;
    const after = nodes[master];
    const reason = outcome === "observed" ? undefined : pick(WHY);
    const by = pick(WHO);
    const asked = outcome === "observed" ? undefined : pick(ASKED);
    return {
      instanceId,
      instanceName: `${team}-cache${index < TEAMS.length ? "" : `-${Math.floor(index / TEAMS.length)}`}`,
      outcome,
      performedAt: new Date(at).toISOString(),
      timeSource: "request",
      ...(isMade ? { completedAt: new Date(at + durationMs).toISOString(), durationMs } : {}),
      ...(before ? { from: before } : {}),
      ...(isMade && after ? { to: after } : {}),
      ...(isMade ? { taskId: `task-${index}-${turn}` } : {}),
      trigger: { drill: `2026-Q4-${turn}` },
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { performedBy: by }),
      ...(asked === undefined ? {} : { requestedBy: asked }),
      ...(luck > 0.985 ? { override: "incident INC-77: the window could not be waited for" } : {}),
      attempts: outcome === "observed" ? 0 : 1,
      ...(outcome === "failed" ? { note: "the cloud's task failed (DCS.5094)" } : {}),
      ...(outcome === "unconfirmed" ? { note: "accepted, and its end was not seen in time" } : {}),
    };
  });
  return extendHistory([], drafts, records);
}

/** What `pulumi stack export` prints for a stack with so many instances and records. */
export function fleetState(options: FleetOptions): object {
  const { stack = "prod", project = "caches" } = options;
  const resources = Array.from({ length: options.instances }, (_, index) => {
    const history = historyOf(index, options);
    return resourceOf({ stack, project, name: history[0]?.instanceName ?? `cache-${index}`, history });
  });
  return { version: 3, deployment: { manifest: {}, resources } };
}

/** A SwitchoverTrigger as a state holds it. */
export function resourceOf(given: { stack?: string; project?: string; name: string; history: unknown[] }): object {
  const { stack = "prod", project = "caches", name, history } = given;
  const newest = history[0] as SwitchoverRecord | undefined;
  const type = "pulumi-nodejs:dynamic/dcs:SwitchoverTrigger";
  return {
    urn: `urn:pulumi:${stack}::${project}::${type}::${name}`,
    custom: true,
    id: newest?.instanceId ?? "none",
    type,
    inputs: { instanceId: newest?.instanceId },
    outputs: {
      instanceId: newest?.instanceId,
      history,
      lastSwitchover: newest,
      historyLimit: 1000,
      switchoverCount: (history as SwitchoverRecord[]).filter(({ outcome }) =>
        ["switched", "adopted"].includes(outcome),
      ).length,
    },
  };
}
