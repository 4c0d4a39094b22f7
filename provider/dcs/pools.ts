import { createRequire } from "node:module";
import type { Agent, Dispatcher } from "undici";
import type * as Undici from "undici";
import { ConfigError } from "./errors.js";
import { isLoopback } from "./loopback.js";

/**
 * Loaded with the first client, not with this module: undici takes three quarters of the time in which the package loads,
 * and an update of an unchanged stack makes no client.
 */
const undici = (): typeof Undici => createRequire(__filename)("undici") as typeof Undici;

/** How long DNS, TCP and TLS may take together, in ms. */
const CONNECT_MS = 10_000;

/** HTTP/1.1 like the official clients: over HTTP/2 the signed host header would not be sent as signed. */
const OPTIONS = { connect: { timeout: CONNECT_MS }, allowH2: false } satisfies Agent.Options;

/** Made at first use and shared by every client of the process: a keep-alive pool for each origin. */
const agents = new Map<string, Dispatcher>();

/**
 * The shared dispatcher for an endpoint: straight to loopback hosts, else as HTTPS_PROXY and NO_PROXY (or their lower-case
 * twins) say. Idle sockets do not hold the process open, and TLS is checked against Node's certificate store
 * (NODE_EXTRA_CA_CERTS adds to it).
 */
export function dispatcherFor(endpoint: URL, env: NodeJS.ProcessEnv): Dispatcher {
  const proxy = isLoopback(endpoint) ? "" : (env["https_proxy"] ?? env["HTTPS_PROXY"] ?? "");
  const noProxy = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  const key = proxy === "" ? "" : JSON.stringify([proxy, noProxy]);
  let agent = agents.get(key);
  if (agent === undefined) {
    agent = proxy === "" ? new (undici().Agent)(OPTIONS) : proxyAgent(proxy, noProxy);
    agents.set(key, agent);
  }
  return agent;
}

function proxyAgent(httpsProxy: string, noProxy: string): Dispatcher {
  if (!URL.canParse(httpsProxy)) {
    // Not quoted: it may hold a password.
    throw new ConfigError({
      what: "Reading HTTPS_PROXY",
      why: "its value is not a URL",
      remedy: "Set it to http://host:port, or unset it.",
    });
  }
  return new (undici().EnvHttpProxyAgent)({ ...OPTIONS, httpProxy: "", httpsProxy, noProxy });
}
