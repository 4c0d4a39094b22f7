import { homedir } from "node:os";
import type { Dispatcher } from "undici";
import { DcsClient, DEFAULT_REQUEST_TIMEOUT_MS } from "./client.js";
import { resolveCredentials, type FoundCredentials, type ResolvedCredentials } from "./credentials/chain.js";
import { fromConfig } from "./credentials/fromConfig.js";
import { fromEnvironment } from "./credentials/fromEnvironment.js";
import { fromMetadata } from "./credentials/fromMetadata.js";
import { fromProfile } from "./credentials/fromProfile.js";
import { locate, locateIam, type Location } from "./location.js";
import { dispatcherFor } from "./pools.js";
import { givenProjectId, lookUpProjectId } from "./project.js";
import type { ConnectionSettings, Found } from "./settings.js";

/** What `connect` takes from its surroundings; each has the real one as its default. @public */
export interface ConnectDeps {
  env?: NodeJS.ProcessEnv | undefined;
  /** Where the profile file is looked for. */
  home?: string | undefined;
  dispatcher?: Dispatcher | undefined;
  /** Where the metadata service is. */
  metadataOrigin?: string | undefined;
  /** The local clock, ms since the epoch. */
  now?: (() => number) | undefined;
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
  const location = locate(settings, env);
  // Nothing is asked of anybody, the metadata service included, before what can be judged here has been.
  givenProjectId(settings, env);
  const { found } = await credentialsOf(settings, deps);
  const projectId = await projectIdOf(settings, deps, location, found);
  return clientFor(settings, deps, location, found, projectId.value);
}

/** The chain, in the order of the documentation. */
export function credentialsOf(settings: ConnectionSettings, deps: ConnectDeps): Promise<ResolvedCredentials> {
  const env = deps.env ?? process.env;
  return resolveCredentials([
    fromConfig(settings),
    ...fromEnvironment(env),
    fromProfile(settings.profile, env, deps.home ?? homedir()),
    fromMetadata(env, { origin: deps.metadataOrigin, now: deps.now, signal: deps.signal }),
  ]);
}

/** The project id that is given, or what IAM says. */
export async function projectIdOf(
  settings: ConnectionSettings,
  deps: ConnectDeps,
  location: Location,
  found: FoundCredentials,
): Promise<Found<string>> {
  const env = deps.env ?? process.env;
  const given = givenProjectId(settings, env, found.projectId);
  if (given !== undefined) return given;
  const iam = locateIam(settings, env, location, found.iamEndpoint);
  const callMs = settings.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const value = await lookUpProjectId({
    iamEndpoint: iam.value,
    region: location.region.value,
    credentials: found.credentials,
    dispatcher: () => deps.dispatcher ?? dispatcherFor(iam.value, env),
    limits: { headersMs: callMs, bodyMs: callMs, callMs, maxBytes: 1024 * 1024 },
    signal: deps.signal,
  });
  return { value, from: `IAM (${iam.value.origin})` };
}

export function clientFor(
  settings: ConnectionSettings,
  deps: ConnectDeps,
  { region, endpoint }: Location,
  { credentials }: FoundCredentials,
  projectId: string,
): DcsClient {
  return new DcsClient({
    endpoint: endpoint.value.href,
    region: region.value,
    projectId,
    credentials,
    requestTimeoutMs: settings.requestTimeoutMs,
    dispatcher: deps.dispatcher,
    env: deps.env,
    userAgent: deps.userAgent,
  });
}
