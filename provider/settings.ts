import { ConfigError, type ConnectionSettings } from "./dcs/index.js";
import { parseDuration } from "./duration.js";
import type { Connection } from "./inputs.js";

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

/** Stack config, with what the resource's own `connection` says instead. @throws ConfigError @internal */
export function connectionSettings(config: StackConfig | undefined, connection: Connection): ConnectionSettings {
  const fromStack: ConnectionSettings = Object.fromEntries(KEYS.map((key) => [key, config?.get(`dcs:${key}`)]));
  const { requestTimeout = config?.get("dcs:requestTimeout"), ...own } = connection;
  if (requestTimeout === undefined) return { ...fromStack, ...own };
  const requestTimeoutMs = parseDuration(requestTimeout) ?? 0;
  if (requestTimeoutMs <= 0) {
    throw new ConfigError({
      what: "Reading dcs:requestTimeout",
      why: `"${requestTimeout}" is not a duration with its unit`,
      remedy: "Set how long one request may take, such as 40s.",
    });
  }
  return { ...fromStack, ...own, requestTimeoutMs };
}
