import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createGate } from "./access.js";
import { ADMIN_PREFIX, createAdmin } from "./admin.js";
import { commonHeaders, errorAnswer, fromResponse, unauthorised, type Answer } from "./answer.js";
import { timestamp } from "./clock.js";
import type { Controls } from "./controls.js";
import { faultAnswer } from "./faultAnswer.js";
import { strikes } from "./faults.js";
import { identify } from "./operations.js";
import { createRoutes } from "./routes.js";
import type { RawRequest } from "./signature.js";
import { abandon, send } from "./transmit.js";
import type { Fault, RequestEntry } from "./types.js";
import { newId } from "./world.js";

/** The gateway takes bodies up to this size. */
const MOST_BODY_BYTES = 12 * 1024 * 1024;

/** What is to be done with a request: an answer (spoilt by a fault, perhaps), or none in one of three ways. */
type Outcome = { answer: Answer; fault?: Fault } | "drop" | "reset" | "hang";

/** The outer layer: raw request in, journal, signature, holds and faults, and only then the routes. */
export async function listen(controls: Controls, port: number): Promise<Server> {
  const handle = createHandler(controls);
  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end(String(error));
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function createHandler(controls: Controls): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { world, journal } = controls;
  const admin = createAdmin(controls);
  const decide = createDecider(controls);

  const handleAdmin = async (raw: RawRequest, res: ServerResponse): Promise<void> => {
    const response = await admin.fetch(toWebRequest(raw));
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  };

  return async (req, res) => {
    const raw = await readRequest(req);
    const [path = "", query = ""] = raw.target.split(/\?(.*)/s);
    if (path === ADMIN_PREFIX || path.startsWith(`${ADMIN_PREFIX}/`)) return handleAdmin(raw, res);

    const accessKey = /Access=([^,\s]+)/.exec(raw.headers["authorization"] ?? "")?.[1];
    const entry = journal.begin({
      id: newId(),
      method: raw.method,
      path,
      query,
      ...identify(raw.method, path),
      ...(accessKey === undefined ? {} : { accessKey }),
      bytesIn: raw.body.length,
    });
    let asMeant = false;
    res.once("close", () => {
      entry.endedAt = timestamp(world.clock.now());
      entry.aborted = !asMeant && !res.writableFinished;
    });
    const outcome = await decide(raw, entry);
    if (outcome === "hang" || res.destroyed) return;
    if (outcome === "drop" || outcome === "reset") {
      asMeant = true;
      abandon(res, outcome);
      return;
    }
    const { answer, fault } = outcome;
    // Until the last byte a client that leaves has aborted; a connection that we end ourselves is none of its doing.
    const sent = send(res, answer, entry, fault);
    if (fault?.kind === "cut" || fault?.kind === "reset-mid-answer") asMeant = true;
    asMeant = (await sent) || asMeant;
  };
}

/** Everything between a request that is read and an answer that is sent. */
function createDecider(controls: Controls): (raw: RawRequest, entry: RequestEntry) => Promise<Outcome> {
  const { world, faults, holds } = controls;
  const gate = createGate(world);
  const routes = createRoutes(world);

  return async (raw, entry) => {
    const common = (): Record<string, string> => commonHeaders(entry.id, world.clock.now());
    if (raw.body.length > MOST_BODY_BYTES) {
      return { answer: errorAnswer(413, "APIGW.0201", "Request entity too large", common()) };
    }
    const verdict = gate.admit(raw);
    if (!verdict.ok) return { answer: unauthorised(verdict.message, common()) };

    const { id: requestId, operation, instanceId } = entry;
    const fault = faults.take(operation, instanceId);
    if (fault) entry.fault = fault.kind;

    /** What a hold or the fault makes of the request at this point; undefined lets it pass. */
    const strike = async (when: "before" | "after"): Promise<Outcome | undefined> => {
      const place = { requestId, operation, when, ...(instanceId === undefined ? {} : { instanceId }) };
      if ((await holds.pass(place)) === "discard") return "drop";
      if (!fault || strikes(fault) !== when) return undefined;
      if (fault.delayMs) await sleep(fault.delayMs, undefined, { ref: false });
      if (fault.kind === "drop" || fault.kind === "reset" || fault.kind === "hang") return fault.kind;
      const answer = faultAnswer(fault, common(), verdict.canonical);
      return answer && { answer };
    };

    const before = await strike("before");
    if (before) return before;
    entry.handled = true;
    const response = await routes.fetch(toWebRequest(raw), { signer: verdict.signer, requestId });
    // Read before a hold or delay: the answer tells how things were when it was made.
    const truth = await fromResponse(response);
    const after = await strike("after");
    if (after) return after;
    truth.headers = { ...truth.headers, ...common() };
    return { answer: truth, ...(fault ? { fault } : {}) };
  };
}

async function readRequest(req: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    // One chunk too many shows that the body is too large; more of it need not be kept.
    if (size <= MOST_BODY_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    const name = (req.rawHeaders[at] ?? "").toLowerCase();
    const value = req.rawHeaders[at + 1] ?? "";
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return { method: req.method ?? "GET", target: req.url ?? "/", headers, body: Buffer.concat(chunks) };
}

/** Hono's routes take web requests; the body is there already, so nothing is left to stream. */
function toWebRequest(raw: RawRequest): Request {
  // Joined, not resolved: a target such as `//host/x` must stay a path.
  const url = `http://127.0.0.1${raw.target.startsWith("/") ? "" : "/"}${raw.target}`;
  const bodiless = raw.method === "GET" || raw.method === "HEAD" || raw.body.length === 0;
  return new Request(url, { method: raw.method, body: bodiless ? null : new Uint8Array(raw.body) });
}
