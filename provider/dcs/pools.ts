import { Socket } from "node:net";
import type * as Undici from "undici";
import type { buildConnector, Dispatcher } from "undici";
import { ConfigError } from "./errors.js";
import { isLoopback } from "./loopback.js";

/** How long DNS, TCP, proxy and TLS may take, in ms. */
const CONNECT_MS = 10_000;

/** HTTP/1.1 like the official clients: over HTTP/2 the signed host header would not be sent as signed. */
const HTTP1 = { allowH2: false };

/** Made at first use and shared by every client of the process: a keep-alive pool for each origin. */
const agents = new Map<string, Promise<Dispatcher>>();

/**
 * The shared dispatcher for an endpoint: straight to loopback hosts, else as HTTPS_PROXY and NO_PROXY (or their lower-case
 * twins) say. Idle sockets do not hold the process open, and TLS is checked against Node's certificate store
 * (NODE_EXTRA_CA_CERTS adds to it).
 */
export function dispatcherFor(endpoint: URL, env: NodeJS.ProcessEnv): Promise<Dispatcher> {
  const proxy = isLoopback(endpoint) ? "" : (env["https_proxy"] ?? env["HTTPS_PROXY"] ?? "").trim();
  const noProxy = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  const key = proxy === "" ? "direct" : JSON.stringify([proxy, noProxy]);
  let agent = agents.get(key);
  if (agent === undefined) {
    agent = makeAgent(proxy, noProxy);
    agents.set(key, agent);
  }
  return agent;
}

async function makeAgent(httpsProxy: string, noProxy: string): Promise<Dispatcher> {
  const undici = await loadUndici();
  if (httpsProxy === "") {
    return new undici.Agent({ ...HTTP1, connect: letGo(undici.buildConnector({ ...HTTP1, timeout: CONNECT_MS })) });
  }
  try {
    return new undici.EnvHttpProxyAgent({ ...HTTP1, connectTimeout: CONNECT_MS, httpProxy: "", httpsProxy, noProxy });
  } catch {
    // Not quoted: it may hold a password.
    throw new ConfigError({
      what: "Reading HTTPS_PROXY",
      why: "its value is not the address of a proxy",
      remedy: "Set it to http://host:port, or unset it.",
    });
  }
}

/** Loaded with the first call: it takes longer to load than all the rest, and many runs call nothing. */
async function loadUndici(): Promise<typeof Undici> {
  try {
    return await import("undici");
  } catch (error) {
    // An old Node lacks what it is made of, and says so in words that help nobody.
    throw new ConfigError({
      what: "Loading the HTTP client",
      why: `it does not load in Node ${process.versions.node} (${error instanceof Error ? error.message : String(error)})`,
      remedy: "Use Node 22.19 or later: `node --version` says which one your programs run on.",
    });
  }
}

/** A call under way holds the process by its own timer; a connection that comes about after it was given up must not. */
function letGo(open: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const socket: unknown = open(options, callback);
    if (socket instanceof Socket) socket.unref();
  };
}
