import { connect, DcsError, type DcsClient, type Task } from "../../provider/dcs/index.js";
import type { Connection } from "../../provider/inputs.js";
import { connectionSettings, type StackConfig } from "../../provider/settings.js";
import { CliFailure } from "../failure.js";
import { canonicalJson } from "../../provider/canonical.js";
import { readStackConfig } from "../source/stackConfig.js";
import type { Project } from "../source/pulumi.js";
import type { Keeper } from "./keeper.js";

/** The cloud's log of one instance, or why there is none to read. */
export type Log =
  | { kind: "read"; tasks: Task[] }
  /** The instance is gone, and its log with it. */
  | { kind: "gone" }
  | { kind: "unreadable"; error: DcsError };

/** @throws CliFailure where no log can be read: the next instance would fare no better */
export type ReadLog = (keeper: Keeper, instanceId: string) => Promise<Log>;

/**
 * Reads task logs from the cloud that each resource belongs to: its own `connection`, the stack's config and the environment
 * say which, as they do for the provider. One client for each set of settings.
 */
export function taskLogs(project: Project, chosen: Connection): ReadLog {
  const configs = new Map<string, Promise<StackConfig>>();
  const clients = new Map<string, Promise<DcsClient>>();

  const clientFor = async ({ readThrough, connection }: Keeper): Promise<DcsClient> => {
    let config: StackConfig | undefined;
    if (readThrough !== undefined) {
      const reading = configs.get(readThrough) ?? readStackConfig(project, readThrough);
      configs.set(readThrough, reading);
      config = await reading;
    }
    const settings = connectionSettings(config, { ...connection, ...chosen });
    const key = canonicalJson(settings);
    const client = clients.get(key) ?? connect(settings, { env: project.env });
    clients.set(key, client);
    return client;
  };

  return async (keeper, instanceId) => {
    try {
      const client = await clientFor(keeper);
      return { kind: "read", tasks: await client.listTasks(instanceId) };
    } catch (error) {
      if (!DcsError.isInstance(error)) throw error;
      if (error.code === "NOT_FOUND") return { kind: "gone" };
      if (!CONCERNS_ALL.has(error.code)) return { kind: "unreadable", error };
      const { what, why, remedy } = error;
      throw new CliFailure({ what, why, remedy: `${remedy} Or check the chain alone: --offline.` }, { cause: error });
    }
  };
}

/** Failures that are not about one instance. */
const CONCERNS_ALL: ReadonlySet<string> = new Set([
  "CONFIG",
  "CREDENTIALS",
  "UNAUTHORIZED",
  "NETWORK",
  "TIMEOUT",
  "ABORTED",
]);
