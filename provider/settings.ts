import type { ConnectionSettings } from "./dcs/index.js";
import { parseDuration, type Connection } from "./inputs.js";

/** What the engine hands to `configure`: stack config by full key, secrets in plain text. @internal */
export interface StackConfig {
  get(key: string): string | undefined;
}

/** Config keys of the namespace `dcs`, as `pulumi config set dcs:<key>` writes them. */
const KEYS = [
  "region",
  "projectId",
  "endpoint",
  "iamEndpoint",
  "profile",
  "accessKey",
  "secretKey",
  "securityToken",
] as const;

/** Stack config, with what the resource's own `connection` says instead. @internal */
export function connectionSettings(config: StackConfig | undefined, connection: Connection): ConnectionSettings {
  const fromStack: ConnectionSettings = Object.fromEntries(KEYS.map((key) => [key, config?.get(`dcs:${key}`)]));
  const { requestTimeout = config?.get("dcs:requestTimeout"), ...own } = connection;
  const requestTimeoutMs = requestTimeout === undefined ? undefined : parseDuration(requestTimeout);
  return {
    ...fromStack,
    ...own,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
  };
}
