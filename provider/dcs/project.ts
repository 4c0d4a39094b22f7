import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import { createCaller } from "./caller.js";
import { createServerClock } from "./clock.js";
import type { Credentials } from "./credentials/types.js";
import { realEffects } from "./effects.js";
import { ConfigError } from "./errors.js";
import type { ExchangeLimits } from "./exchange.js";
import { listProjects } from "./operations.js";
import { firstSet, type ConnectionSettings, type Found } from "./settings.js";
import { USER_AGENT } from "./userAgent.js";

export interface ProjectLookup {
  iamEndpoint: URL;
  region: string;
  credentials: () => Promise<Credentials>;
  dispatcher: () => Dispatcher | Promise<Dispatcher>;
  limits: ExchangeLimits;
  signal?: AbortSignal | undefined;
}

/** The project id that somebody gave, if so. @throws ConfigError if it cannot be one */
export function givenProjectId(
  settings: ConnectionSettings,
  env: NodeJS.ProcessEnv,
  profileProjectId?: string,
): Found<string> | undefined {
  const found = firstSet([
    ["dcs:projectId", settings.projectId],
    ["HUAWEICLOUD_SDK_PROJECT_ID", env["HUAWEICLOUD_SDK_PROJECT_ID"]],
    ["HW_PROJECT_ID", env["HW_PROJECT_ID"]],
    ["project_id in the profile", profileProjectId],
  ]);
  if (found === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(found.value)) return found;
  throw new ConfigError({
    what: `Reading ${found.from}`,
    why: "it is not a project id",
    remedy: "Give the id (32 hexadecimal digits), not the name; or leave it out to have it looked up.",
  });
}

/** Looked up once per process, key and region; the key is hashed so that none is kept here. */
const known = new Map<string, Promise<string>>();

/**
 * The id of the project that is named like the region, from IAM. Nothing is ever created there.
 * @throws ConfigError if there is none or more than one
 */
export async function lookUpProjectId(lookup: ProjectLookup): Promise<string> {
  const { accessKey } = await lookup.credentials();
  const key = createHash("sha256")
    .update(JSON.stringify([accessKey, lookup.region, lookup.iamEndpoint.href]))
    .digest("hex");
  let answer = known.get(key);
  if (answer === undefined) {
    answer = ask(lookup);
    known.set(key, answer);
    // A failure is not kept: the next call may find IAM well again.
    answer.catch(() => known.delete(key));
  }
  return answer;
}

async function ask({ iamEndpoint, region, credentials, dispatcher, limits, signal }: ProjectLookup): Promise<string> {
  const clock = createServerClock(realEffects);
  const call = createCaller({
    endpoint: iamEndpoint,
    region,
    credentials,
    dispatcher,
    limits,
    userAgent: USER_AGENT,
    clock,
    effects: realEffects,
  });
  const { value } = await call(listProjects(region), { signal });
  const projects = value.filter(({ enabled }) => enabled);
  const [first] = projects;
  if (first?.name === region && projects.length === 1) return first.id;
  const names = projects.map(({ name, id }) => `${name} (${id})`).join(", ");
  throw new ConfigError({
    what: `Looking up the project id of region ${region}`,
    // Sub-projects are named after the region too: which one is meant is not for a program to guess.
    why:
      projects.length > 1
        ? `IAM gives ${projects.length} projects: ${names}`
        : `IAM knows no enabled project of that name${names === "" ? "" : `, only ${names}`}`,
    remedy: "Set dcs:projectId (or HUAWEICLOUD_SDK_PROJECT_ID) to the one you mean.",
  });
}
