import { connect, type Socket } from "node:net";
import { Agent, MockAgent } from "undici";
import { describe, expect, it } from "vitest";
import {
  DcsError,
  TransportError,
  type Disposition,
  type Stage,
  type TransportReason,
} from "../../../provider/dcs/index.js";
import { selfSigned } from "./support/certificate.js";
import { clientOf, failure, INSTANCE } from "./support/clients.js";
import { deadPort, httpServer, tcpServer, tlsServer } from "./support/servers.js";

const OK = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

interface Broken {
  what: string;
  /** Where to call, and whom with. */
  prepare: () => Promise<{ url: string; dispatcher?: Agent }>;
  code: string;
  reason: TransportReason;
  stage: Stage;
  disposition: Disposition;
  limits?: { headersMs?: number; bodyMs?: number; callMs?: number; maxBytes?: number };
}

/** Waits for the request's first bytes, then does something. */
const afterRequest = (act: (socket: Socket) => void) => async () => {
  return tcpServer((socket) => socket.once("data", () => act(socket)));
};

const HALF = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";

const table: Broken[] = [
  {
    what: "a host name that does not resolve",
    prepare: () => Promise.resolve({ url: "https://dcs.does-not-exist.invalid" }),
    code: "NETWORK",
    reason: "dns",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a refused connection",
    prepare: async () => ({ url: `http://127.0.0.1:${await deadPort()}` }),
    code: "NETWORK",
    reason: "connection-refused",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a certificate that nobody vouches for",
    prepare: async () => tlsServer(selfSigned("127.0.0.1"), OK),
    code: "NETWORK",
    reason: "tls",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a certificate for another host",
    prepare: async () => {
      const identity = selfSigned("other.example");
      const { url } = await tlsServer(identity, OK);
      return { url, dispatcher: new Agent({ connect: { ca: identity.cert } }) };
    },
    code: "NETWORK",
    reason: "tls",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a server that speaks no TLS",
    prepare: async () => {
      const { port } = await tcpServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
      return { url: `https://127.0.0.1:${port}` };
    },
    code: "NETWORK",
    reason: "tls",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a reset in the TLS handshake",
    prepare: async () => {
      const { port } = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
      return { url: `https://127.0.0.1:${port}` };
    },
    code: "NETWORK",
    reason: "tls",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a connection that does not come about in time",
    prepare: async () => {
      const { port } = await tcpServer(() => undefined);
      return { url: `https://127.0.0.1:${port}`, dispatcher: new Agent({ connectTimeout: 100 }) };
    },
    code: "TIMEOUT",
    reason: "connect-timeout",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "the call's whole time running out while connecting",
    prepare: async () => {
      const { port } = await tcpServer(() => undefined);
      return { url: `https://127.0.0.1:${port}`, dispatcher: new Agent({ connectTimeout: 1_000 }) };
    },
    limits: { callMs: 100 },
    code: "TIMEOUT",
    reason: "call-timeout",
    stage: "connecting",
    disposition: "not-sent",
  },
  {
    what: "a reset before the answer",
    prepare: afterRequest((socket) => socket.resetAndDestroy()),
    code: "NETWORK",
    reason: "reset",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a connection closed without an answer",
    prepare: afterRequest((socket) => socket.end()),
    code: "NETWORK",
    reason: "reset",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a reset in the middle of the headers",
    prepare: afterRequest((socket) => socket.write("HTTP/1.1 204 No", () => socket.resetAndDestroy())),
    code: "NETWORK",
    reason: "reset",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a reset after an interim answer",
    prepare: afterRequest((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\n\r\n", () => setTimeout(() => socket.resetAndDestroy(), 20));
    }),
    code: "NETWORK",
    reason: "reset",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a connection closed after the headers, before the body's end",
    prepare: afterRequest((socket) => socket.end(HALF)),
    code: "NETWORK",
    reason: "reset",
    stage: "answering",
    disposition: "unknown",
  },
  {
    what: "no answer in time",
    prepare: afterRequest(() => undefined),
    limits: { headersMs: 100 },
    code: "TIMEOUT",
    reason: "headers-timeout",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a body that stalls",
    prepare: afterRequest((socket) => socket.write(HALF)),
    limits: { bodyMs: 100 },
    code: "TIMEOUT",
    reason: "body-timeout",
    stage: "answering",
    disposition: "unknown",
  },
  {
    what: "the call's whole time running out while waiting",
    prepare: afterRequest(() => undefined),
    limits: { callMs: 500 },
    code: "TIMEOUT",
    reason: "call-timeout",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "the call's whole time running out while bytes still trickle in",
    prepare: afterRequest((socket) => {
      socket.write(HALF);
      const timer = setInterval(() => socket.write(" "), 10);
      socket.once("close", () => clearInterval(timer));
    }),
    limits: { callMs: 500, bodyMs: 1_000 },
    code: "TIMEOUT",
    reason: "call-timeout",
    stage: "answering",
    disposition: "unknown",
  },
  {
    what: "an answer that is not HTTP",
    prepare: afterRequest((socket) => socket.end("220 mail.example ESMTP\r\n")),
    code: "BAD_ANSWER",
    reason: "malformed",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "headers larger than any",
    prepare: afterRequest((socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(100_000)}\r\n\r\n`)),
    code: "BAD_ANSWER",
    reason: "too-large",
    stage: "sent",
    disposition: "unknown",
  },
  {
    what: "a body larger than allowed, which is not read to its end",
    prepare: afterRequest((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${"a".repeat(2_000)}`),
    ),
    limits: { maxBytes: 1_000 },
    code: "BAD_ANSWER",
    reason: "too-large",
    stage: "answering",
    disposition: "unknown",
  },
];

describe("a swap that breaks off", () => {
  it.each(table)("by $what is $disposition", async ({ prepare, limits, code, reason, stage, disposition }) => {
    const { url, dispatcher } = await prepare();
    const { client, slept } = clientOf(url, { dispatcher, limits });
    const error = await failure(client.swap(INSTANCE));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code, reason, stage, disposition });
    // What was surely not sent may be repeated, by the caller.
    expect(error).toMatchObject({ retryable: disposition === "not-sent" });
    expect(slept).toEqual([]);
  });

  it("is sent once, whatever happens", async () => {
    const { url, connections } = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    const { client } = clientOf(url);
    await failure(client.swap(INSTANCE));
    expect(connections()).toBe(1);
  });

  it("says which instance, which region, what happened, and what that leaves open", async () => {
    const { url } = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    const { client } = clientOf(url);
    const error = await failure(client.swap(INSTANCE));
    expect(String(error)).toMatch(
      new RegExp(
        `^TransportError: Switching over instance ${INSTANCE} in test-1: the connection broke off \\(${url}; .*\\)\\. ` +
          "It may have been carried out all the same: look at the instance before trying again\\. Check the network",
      ),
    );
  });
});

describe("giving up by AbortSignal", () => {
  it("before anything is sent", async () => {
    const { url, connections } = await httpServer((_request, response) => response.end());
    const { client } = clientOf(url);
    const error = await failure(client.swap(INSTANCE, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "ABORTED", retryable: false });
    expect(connections()).toBe(0);
  });

  it("while connecting: nothing is sent even if the connection then comes about", async () => {
    const sent: string[] = [];
    const controller = new AbortController();
    const { url, port } = await tcpServer((socket) => socket.on("data", (bytes) => sent.push(String(bytes))));
    let connected: () => void = () => undefined;
    const agent = new Agent({
      connect: (_options, callback) => {
        const socket = connect(port, "127.0.0.1", () => {
          // Given up in the very moment in which the connection is there.
          controller.abort();
          callback(null, socket);
          setImmediate(connected);
        });
      },
    });
    const settled = new Promise<void>((resolve) => (connected = resolve));
    const { client } = clientOf(url, { dispatcher: agent });
    const error = await failure(client.swap(INSTANCE, { signal: controller.signal }));
    await settled;
    await agent.close();
    expect(error).toMatchObject({ code: "ABORTED", disposition: "not-sent", retryable: false });
    expect(sent).toEqual([]);
  });

  it("while waiting for the answer: it may have happened", async () => {
    const controller = new AbortController();
    const { url } = await httpServer(() => controller.abort());
    const { client } = clientOf(url);
    const error = await failure(client.swap(INSTANCE, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ABORTED", disposition: "unknown", retryable: false });
  });

  it("while the body is read", async () => {
    const controller = new AbortController();
    const { url } = await httpServer((_request, response) => {
      response.write("{");
      setImmediate(() => controller.abort());
    });
    const { client } = clientOf(url);
    const error = await failure(client.showInstance(INSTANCE, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ABORTED", retryable: false });
  });

  it("while waiting to try again", async () => {
    const controller = new AbortController();
    const { url } = await httpServer((_request, response) => response.writeHead(503).end());
    const { client } = clientOf(url, {
      effects: {
        sleep: async (_ms, signal) => {
          controller.abort();
          signal?.throwIfAborted();
          return Promise.resolve();
        },
      },
    });
    const error = await failure(client.showInstance(INSTANCE, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ABORTED", retryable: false });
  });

  it("while credentials are being renewed", async () => {
    const controller = new AbortController();
    const { client } = clientOf("http://127.0.0.1:1", {
      credentials: () => {
        setImmediate(() => controller.abort());
        return new Promise(() => undefined);
      },
    });
    const error = await failure(client.showInstance(INSTANCE, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ABORTED" });
  });

  it("leaves no listener on the signal", async () => {
    const { url } = await httpServer((_request, response) => response.writeHead(204).end());
    const { client } = clientOf(url);
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await client.swap(INSTANCE, { signal });
    expect(listeners).toBe(0);
  });
});

describe("sending", () => {
  it("keeps connections for the calls that follow, of other clients too", async () => {
    const { url, connections } = await httpServer((_request, response) => response.writeHead(204).end());
    const { client } = clientOf(url);
    const { client: another } = clientOf(url);
    for (let i = 0; i < 10; i++) await (i % 2 === 0 ? client : another).swap(INSTANCE);
    // A call that follows in the same turn finds the first connection not free yet.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it("does not follow a redirect: a signed call must not move", async () => {
    const { url: target, connections } = await httpServer((_request, response) => response.writeHead(204).end());
    const { url } = await httpServer((_request, response) =>
      response.writeHead(307, { location: `${target}/x` }).end(),
    );
    const { client } = clientOf(url);
    for (const call of [client.swap(INSTANCE), client.showInstance(INSTANCE)]) {
      const error = await failure(call);
      expect(error).toMatchObject({ code: "REFUSED", status: 307, retryable: false });
      expect(String(error)).toContain("redirect (307), which is not followed");
    }
    expect(connections()).toBe(0);
  });

  it("waits through an interim answer", async () => {
    const { url } = await tcpServer((socket) =>
      socket.once("data", () => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`)),
    );
    const { client } = clientOf(url);
    await expect(client.swap(INSTANCE)).resolves.toEqual({ status: 204 });
  });

  it("sends a swap as the official clients do: no body, length 0, JSON's content type, everything that matters signed", async () => {
    const seen: Record<string, string | string[] | undefined>[] = [];
    const { url, port } = await httpServer((request, response) => {
      seen.push({ ...request.headers, line: `${request.method} ${request.url}` });
      response.writeHead(204, { "x-request-id": "r-1" }).end();
    });
    const { client } = clientOf(url);
    await expect(client.swap(INSTANCE)).resolves.toEqual({ status: 204, requestId: "r-1" });
    expect(seen[0]).toMatchObject({
      line: `POST /v2/${client.projectId}/instances/${INSTANCE}/swap`,
      host: `127.0.0.1:${port}`,
      "content-type": "application/json",
      "content-length": "0",
      "x-project-id": client.projectId,
    });
    expect(seen[0]?.["authorization"]).toMatch(
      /^SDK-HMAC-SHA256 Access=AKZZ\w+, SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token, Signature=[0-9a-f]{64}$/,
    );
  });

  it("takes a dispatcher of the caller's", async () => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent
      .get("https://dcs.example")
      .intercept({ method: "POST", path: (path) => path.endsWith("/swap") })
      .reply(204);
    const { client } = clientOf("https://dcs.example", { dispatcher: agent });
    await expect(client.swap(INSTANCE)).resolves.toEqual({ status: 204 });
  });

  it("keeps a path in the endpoint", async () => {
    const paths: (string | undefined)[] = [];
    const { url } = await httpServer((request, response) => {
      paths.push(request.url);
      response.writeHead(204).end();
    });
    const { client } = clientOf(`${url}/gateway/`);
    await client.swap(INSTANCE);
    expect(paths).toEqual([`/gateway/v2/${client.projectId}/instances/${INSTANCE}/swap`]);
  });

  it("turns an error of the credentials function into a typed one that does not quote it", async () => {
    const { client } = clientOf("http://127.0.0.1:1", {
      credentials: () => Promise.reject(new TypeError("the secret is xyz")),
    });
    const error = await failure(client.swap(INSTANCE));
    expect(DcsError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "CREDENTIALS" });
    expect(String(error)).not.toContain("xyz");
  });
});
