import { connect, DcsError, type DcsClient, type Task } from "../../provider/dcs/index.js";
import type { Connection } from "../../provider/inputs.js";
import { connectionSettings, type StackConfig } from "../../provider/settings.js";
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

/**
 * Reads task logs from the cloud that each resource belongs to: its own `connection`, the stack's config and the environment
 * say which, as they do for the provider. One client for each set of settings.
 */
export function taskLogs(project: Project, chosen: Connection): (keeper: Keeper, instanceId: string) => Promise<Log> {
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
    const client = await clientFor(keeper);
    try {
      return { kind: "read", tasks: await client.listTasks(instanceId) };
    } catch (error) {
      if (!DcsError.isInstance(error)) throw error;
      return error.code === "NOT_FOUND" ? { kind: "gone" } : { kind: "unreadable", error };
    }
  };
}
