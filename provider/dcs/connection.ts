import { homedir } from "node:os";
import type { Dispatcher } from "undici";
import { DcsClient, DEFAULT_REQUEST_TIMEOUT_MS } from "./client.js";
import { resolveCredentials, type ResolvedCredentials } from "./credentials/chain.js";
import { fromConfig } from "./credentials/fromConfig.js";
import { fromEnvironment } from "./credentials/fromEnvironment.js";
import { ConfigError } from "./errors.js";
import { locate } from "./location.js";
import { dispatcherFor } from "./pools.js";
import { lookUpProjectId } from "./project.js";
import { firstSet, type ConnectionSettings } from "./settings.js";

/** What `connect` takes from its surroundings; each has the real one as its default. @public */
export interface ConnectDeps {
  env?: NodeJS.ProcessEnv | undefined;
  /** Where the profile file is looked for. */
  home?: string | undefined;
  dispatcher?: Dispatcher | undefined;
  userAgent?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a client from what the user set and the environment: credentials by the chain, region, endpoint, and the project
 * id, which is looked up in IAM if nobody gives it.
 * @throws ConfigError or CredentialsError before anything is called, if what is needed is missing or half
 * @public
 */
export async function connect(settings: ConnectionSettings = {}, deps: ConnectDeps = {}): Promise<DcsClient> {
  const env = deps.env ?? process.env;
  const resolved = await credentialsOf(settings, deps);
  const { region, endpoint, iamEndpoint } = locate(settings, env, resolved.found.iamEndpoint);
  const callMs = settings.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const projectId =
    projectIdOf(settings, env, resolved) ??
    (await lookUpProjectId({
      iamEndpoint: iamEndpoint.value,
      region: region.value,
      credentials: resolved.found.credentials,
      dispatcher: deps.dispatcher ?? dispatcherFor(iamEndpoint.value, env),
      limits: { headersMs: callMs, bodyMs: callMs, callMs, maxBytes: 1024 * 1024 },
      signal: deps.signal,
    }));
  return new DcsClient({
    endpoint: endpoint.value.href,
    region: region.value,
    projectId,
    credentials: resolved.found.credentials,
    requestTimeoutMs: settings.requestTimeoutMs,
    dispatcher: deps.dispatcher ?? dispatcherFor(endpoint.value, env),
    userAgent: deps.userAgent,
  });
}

/** The chain, in the order of the documentation. */
export function credentialsOf(settings: ConnectionSettings, deps: ConnectDeps): Promise<ResolvedCredentials> {
  const env = deps.env ?? process.env;
  void homedir;
  return resolveCredentials([fromConfig(settings), ...fromEnvironment(env)]);
}

function projectIdOf(
  settings: ConnectionSettings,
  env: NodeJS.ProcessEnv,
  resolved: ResolvedCredentials,
): string | undefined {
  const found = firstSet([
    ["dcs:projectId", settings.projectId],
    ["HUAWEICLOUD_SDK_PROJECT_ID", env["HUAWEICLOUD_SDK_PROJECT_ID"]],
    ["HW_PROJECT_ID", env["HW_PROJECT_ID"]],
    ["project_id in the profile", resolved.found.projectId],
  ]);
  if (found === undefined) return undefined;
  if (/^[A-Za-z0-9_-]{1,64}$/.test(found.value)) return found.value;
  throw new ConfigError({
    what: `Reading ${found.from}`,
    why: "it is not a project id",
    remedy: "Give the id (32 hexadecimal digits), not the name; or leave it out to have it looked up.",
  });
}
