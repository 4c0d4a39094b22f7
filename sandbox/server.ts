import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createGate } from "./access.js";
import { ADMIN_PREFIX, createAdmin } from "./admin.js";
import { commonHeaders, faultAnswer, fromResponse, jsonAnswer, unauthorised, type Answer } from "./answer.js";
import type { Controls } from "./controls.js";
import { strikes } from "./faults.js";
import { identify } from "./operations.js";
import { createRoutes, type Caller } from "./routes.js";
import type { RawRequest } from "./signature.js";
import { abandon, send } from "./transmit.js";
import type { Fault, RequestEntry } from "./types.js";
import { newId } from "./world.js";

/** The gateway takes bodies up to this size. */
const MOST_BODY_BYTES = 12 * 1024 * 1024;

/** The outer layer: raw request in, journal, signature, holds and faults, and only then the routes. */
export async function listen(controls: Controls, port: number): Promise<Server> {
  const handle = createHandler(controls);
  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(500).end(String(error));
      else res.destroy();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function createHandler(controls: Controls): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { world, journal, faults, holds } = controls;
  const gate = createGate(world);
  const routes = createRoutes(world);
  const admin = createAdmin(controls);

  const handleAdmin = async (raw: RawRequest, res: ServerResponse): Promise<void> => {
    const response = await admin.fetch(toWebRequest(raw));
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  };

  /** Everything up to the answer; undefined when the connection is to end (or to stay silent) without one. */
  const answer = async (
    raw: RawRequest,
    res: ServerResponse,
    entry: RequestEntry,
  ): Promise<{ answer: Answer; fault?: Fault } | undefined> => {
    const common = (): Record<string, string> => commonHeaders(entry.id, world.clock.now());
    if (raw.body.length > MOST_BODY_BYTES) {
      const body = { error_code: "APIGW.0201", error_msg: "Request entity too large", request_id: entry.id };
      return { answer: jsonAnswer(413, body, common()) };
    }
    const verdict = gate.admit(raw);
    if (!verdict.ok) return { answer: unauthorised(verdict.message, common()) };

    const { operation, instanceId } = entry;
    const place = { requestId: entry.id, operation, ...(instanceId === undefined ? {} : { instanceId }) };
    const fault = faults.take(operation, instanceId);
    if (fault) entry.fault = fault.kind;

    const strike = async (when: "before" | "after"): Promise<"on" | "end" | Answer> => {
      if ((await holds.pass({ ...place, when })) === "discard") {
        abandon(res, "drop");
        return "end";
      }
      if (!fault || strikes(fault) !== when) return "on";
      if (fault.delayMs) await sleep(fault.delayMs, undefined, { ref: false });
      if (fault.kind === "hang") return "end";
      if (fault.kind === "drop" || fault.kind === "reset") {
        abandon(res, fault.kind);
        return "end";
      }
      return faultAnswer(fault, common(), verdict.canonical) ?? "on";
    };

    const before = await strike("before");
    if (before === "end") return undefined;
    if (before !== "on") return { answer: before };
    entry.handled = true;
    const caller: Caller = { signer: verdict.signer, requestId: entry.id };
    const truth = await fromResponse(await routes.fetch(toWebRequest(raw), caller), common());
    const after = await strike("after");
    if (after === "end") return undefined;
    return { answer: after === "on" ? truth : after, ...(fault ? { fault } : {}) };
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
    let abandoned = false;
    res.once("close", () => {
      entry.endedAt = new Date(world.clock.now()).toISOString();
      entry.aborted = !abandoned && !res.writableFinished;
    });
    const result = await answer(raw, res, entry);
    if (!result) {
      abandoned = entry.fault !== "hang";
      return;
    }
    if (res.destroyed) return;
    await send(res, result.answer, entry, result.fault);
  };
}

async function readRequest(req: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
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
