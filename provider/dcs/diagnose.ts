import type { DcsClient } from "./client.js";
import { clientFor, credentialsOf, projectIdOf, type ConnectDeps } from "./connection.js";
import type { SourceReport } from "./credentials/source.js";
import { CredentialsError, DcsError } from "./errors.js";
import { fitness } from "./fitness.js";
import { locate } from "./location.js";
import type { ConnectionSettings } from "./settings.js";
import type { Instance, Node } from "./types.js";

/** One thing that a switchover needs. @public */
export interface Check {
  name: string;
  /** `warning`: a switchover could be made without it; `skipped`: an earlier failure left nothing to try. */
  state: "ok" | "warning" | "failed" | "skipped";
  /** What was found; never a key, token or signature. */
  detail: string;
  /** What to do; empty if nothing. */
  remedy: string;
}

/** What a diagnosis found. @public */
export interface Diagnosis {
  /** True only if a switchover of the instance could be made now. */
  ready: boolean;
  checks: Check[];
  /** How each source of credentials fared; names, no values. */
  sources: readonly SourceReport[];
}

/** Off by more, and the times in task log and state are hard to read; the gateway refuses at 15 minutes. */
const CLOCK_WARNING_MS = 60_000;

/**
 * Tries, in order, everything that a switchover of the instance needs, by reads only. Without an instance id, the
 * project's only instance is taken. Whether a swap itself is permitted cannot be tried: the API has no dry run.
 * @public
 */
export async function diagnose(
  settings: ConnectionSettings,
  instanceId: string | undefined,
  deps: ConnectDeps = {},
): Promise<Diagnosis> {
  const checks: Check[] = [];
  let sources: readonly SourceReport[] = [];
  const add = (name: string, state: Check["state"], detail: string, remedy = ""): void => {
    checks.push({ name, state, detail, remedy });
  };
  /** Runs one check; undefined if it failed, or if something it needs is undefined already. */
  const attempt = async <T>(
    name: string,
    run: (() => T | Promise<T>) | undefined,
    say: (value: T) => string,
    otherwise: "failed" | "warning" = "failed",
  ): Promise<T | undefined> => {
    if (run === undefined) {
      add(name, "skipped", "not tried, since an earlier check failed");
      return undefined;
    }
    try {
      const value = await run();
      add(name, "ok", say(value));
      return value;
    } catch (error) {
      if (!DcsError.isInstance(error)) throw error;
      if (error instanceof CredentialsError && error.report.length > 0) sources = error.report;
      add(name, otherwise, error.why, error.remedy);
      return undefined;
    }
  };

  const location = await attempt(
    "region",
    () => locate(settings, deps.env ?? process.env),
    ({ region }) => fromWhere(region),
  );
  if (location !== undefined)
    add("endpoint", "ok", `${location.endpoint.value.origin} (from ${location.endpoint.from})`);
  const resolved = await attempt(
    "credentials",
    () => credentialsOf(settings, deps),
    ({ found }) => found.where,
  );
  if (resolved !== undefined) sources = resolved.report;
  const projectId = await attempt(
    "project id",
    location && resolved && (() => projectIdOf(settings, deps, location, resolved.found)),
    fromWhere,
  );
  const client =
    location && resolved && projectId && clientFor(settings, deps, location, resolved.found, projectId.value);

  const id =
    instanceId ??
    (await attempt("instances", client && (() => onlyInstance(client)), ({ name }) => `${name} is the only one`))?.id;
  const instance = await attempt(
    "reading the instance",
    client && id ? () => client.showInstance(id) : undefined,
    describe,
  );
  const readable = client && instance && { client, id: instance.id };
  const nodes = await attempt("reading its nodes", readable && (() => readable.client.listNodes(readable.id)), summary);
  await attempt(
    "reading its task log",
    readable && (() => readable.client.listTasks(readable.id)),
    (tasks) => `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`,
    "warning",
  );
  const weighed = await attempt(
    "reading node priorities",
    readable && (() => readable.client.listLogicalNodes(readable.id)),
    priorities,
    "warning",
  );
  clockCheck(client, add);
  const ready = judge(instance, nodes, weighed, add);
  return { ready: ready && checks.every(({ state }) => state === "ok" || state === "warning"), checks, sources };
}

type Add = (name: string, state: Check["state"], detail: string, remedy?: string) => void;

/** @throws ConfigError-like DcsError unless there is exactly one */
async function onlyInstance(client: DcsClient): Promise<Instance> {
  const instances = await client.listInstances();
  const [first] = instances;
  if (first !== undefined && instances.length === 1) return first;
  throw new DcsError({
    code: "CONFIG",
    what: "Choosing an instance",
    why:
      first === undefined
        ? `there is none in region ${client.region}, project ${client.projectId}`
        : `there are ${instances.length}: ${instances
            .slice(0, 20)
            .map(({ id, name }) => `${name} (${id})`)
            .join(", ")}${instances.length > 20 ? " …" : ""}`,
    remedy: first === undefined ? "Check region and project id." : "Name one of them.",
  });
}

function clockCheck(client: DcsClient | undefined, add: Add): void {
  const offset = client?.clockOffsetMs();
  if (offset === undefined) {
    add("clock", "skipped", "no answer that tells the cloud's time");
    return;
  }
  const seconds = Math.abs(offset) / 1000;
  const detail = `this machine is ${seconds.toFixed(1)} s ${offset > 0 ? "behind" : "ahead of"} the cloud`;
  if (seconds * 1000 <= CLOCK_WARNING_MS) add("clock", "ok", detail);
  else add("clock", "warning", detail, "Set the clock (NTP); beyond 15 minutes every call is refused.");
}

function judge(
  instance: Instance | undefined,
  nodes: Node[] | undefined,
  weighed: Node[] | undefined,
  add: Add,
): boolean {
  const name = "fit for a switchover";
  if (instance === undefined) {
    add(name, "skipped", "not judged, since the instance could not be read");
    return false;
  }
  const weights = new Map(weighed?.map(({ nodeId, priority }) => [nodeId, priority]));
  const verdict = fitness(
    instance,
    nodes?.map((node) => {
      const priority = weights.get(node.nodeId);
      return priority === undefined ? node : { ...node, priority };
    }),
  );
  if (verdict.fit && nodes === undefined) {
    add(name, "failed", "its roles could not be read, so nobody could see a switchover's end");
    return false;
  }
  if (verdict.fit) add(name, "ok", "yes; whether dcs:instance:swap is permitted shows only when it is used");
  else add(name, "failed", verdict.reason, verdict.remedy);
  return verdict.fit;
}

function fromWhere({ value, from }: { value: string; from: string }): string {
  return `${value} (from ${from})`;
}

function describe({ name, id, status, cacheMode, task }: Instance): string {
  const busy = task === undefined ? "idle" : `busy with ${task}`;
  return `${name || id}: type ${cacheMode ?? "unknown"}, ${status}, ${busy}`;
}

function priorities(nodes: Node[]): string {
  const standbys = nodes.filter(({ role }) => role === "standby");
  return (
    standbys.map(({ ip, nodeId, priority }) => `${ip ?? nodeId} has ${priority ?? "none"}`).join(", ") || "no standby"
  );
}

function summary(nodes: Node[]): string {
  if (nodes.length === 0) return "none";
  return nodes
    .map(({ role, ip, availabilityZone, nodeId, healthy }) => {
      return `${role} ${ip ?? nodeId}${availabilityZone === undefined ? "" : ` (${availabilityZone})`}${healthy ? "" : ", inactive"}`;
    })
    .join("; ");
}
