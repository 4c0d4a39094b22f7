import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { askMetadataService } from "../../../../provider/dcs/credentials/metadataService.js";
import { fromMetadata } from "../../../../provider/dcs/credentials/fromMetadata.js";
import { failure } from "../support/clients.js";
import { deadPort, httpServer, tcpServer } from "../support/servers.js";

const TOKEN_PATH = "/meta-data/latest/api/token";
const KEYS_PATH = "/openstack/latest/securitykey";

function keys(n: number, expiresAt: number): string {
  return JSON.stringify({
    credential: {
      access: `access-${n}`,
      secret: `secret-${n}`,
      securitytoken: `token-${n}`,
      // As the service writes it: six digits of a second.
      expires_at: new Date(expiresAt).toISOString().replace("Z", "000Z"),
    },
  });
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A metadata service; `seen` collects method, path and token of each request. */
async function service(answers: { token?: Answer; keys: Answer }) {
  const seen: string[] = [];
  const { url } = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${String(request.headers["x-metadata-token"] ?? "-")}`);
    if (request.url === TOKEN_PATH) (answers.token ?? ((_q, r) => r.end("T1")))(request, response);
    else answers.keys(request, response);
  });
  return { url, seen };
}

const hour = 3_600_000;

describe("the metadata service", () => {
  it("is asked for a token first, and for the keys with that token", async () => {
    const ttl: unknown[] = [];
    const { url, seen } = await service({
      token: (request, response) => {
        ttl.push(request.headers["x-metadata-token-ttl-seconds"]);
        response.end("T1\n");
      },
      keys: (_request, response) => response.end(keys(1, Date.UTC(2030, 0, 8, 3, 50, 7, 574))),
    });
    expect(await askMetadataService(url)).toEqual({
      kind: "credentials",
      credentials: {
        accessKey: "access-1",
        secretKey: "secret-1",
        securityToken: "token-1",
        expiresAt: Date.UTC(2030, 0, 8, 3, 50, 7, 574),
      },
    });
    expect(seen).toEqual([`PUT ${TOKEN_PATH} -`, `GET ${KEYS_PATH} T1`]);
    expect(ttl).toEqual(["21600"]);
  });

  it.each([404, 405, 503])("is asked without a token if it answers %i to the request for one", async (status) => {
    const { url, seen } = await service({
      token: (_request, response) => response.writeHead(status).end("no such thing"),
      keys: (_request, response) => response.end(keys(1, Date.now() + hour)),
    });
    expect(await askMetadataService(url)).toMatchObject({ kind: "credentials" });
    expect(seen[1]).toBe(`GET ${KEYS_PATH} -`);
  });

  it("is asked once more with a new token if the first is refused, and no third time", async () => {
    let tokens = 0;
    const { url, seen } = await service({
      token: (_request, response) => response.end(`T${++tokens}`),
      keys: (_request, response) => response.writeHead(401).end("token expired"),
    });
    expect(await askMetadataService(url)).toMatchObject({
      kind: "absent",
      why: expect.stringContaining("401") as string,
    });
    expect(seen.filter((line) => line.startsWith("GET"))).toEqual([`GET ${KEYS_PATH} T1`, `GET ${KEYS_PATH} T2`]);
  });

  it("of a server without an agency is left at that, without a second try", async () => {
    const { url, seen } = await service({
      keys: (_request, response) => response.writeHead(401).end("Please configure Cloud Service Agency first"),
    });
    expect(await askMetadataService(url)).toEqual({ kind: "absent", why: "this server has no agency (401)" });
    expect(seen).toHaveLength(2);
  });

  it("of another cloud is passed over", async () => {
    const { url } = await service({
      token: (_request, response) => response.writeHead(403).end(),
      keys: () => undefined,
    });
    expect(await askMetadataService(url)).toMatchObject({
      kind: "absent",
      why: expect.stringContaining("403") as string,
    });
  });

  it("that nobody runs is passed over", async () => {
    expect(await askMetadataService(`http://127.0.0.1:${await deadPort()}`)).toEqual({
      kind: "absent",
      why: "no metadata service answers (connection-refused)",
    });
  });

  it("that says nothing is given up after three seconds", { timeout: 20_000 }, async () => {
    const { url } = await tcpServer(() => undefined);
    const began = performance.now();
    expect(await askMetadataService(url)).toMatchObject({ kind: "absent" });
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(2_500);
    expect(took).toBeLessThan(10_000);
  });

  it.each([
    "",
    "{}",
    "<html>",
    '{"credential":{"access":"a"}}',
    keys(1, 0).replace("1970", "soon"),
    "x".repeat(100_000),
  ])("that gives keys in another form (%#) is an error that does not quote them", async (body) => {
    const { url } = await service({ keys: (_request, response) => response.end(body) });
    const answer = await askMetadataService(url);
    expect(answer.kind).not.toBe("credentials");
    expect(JSON.stringify(answer)).not.toContain("secret-1");
  });

  it("is not asked where DCS_METADATA_DISABLED says so", async () => {
    const { url, seen } = await service({ keys: (_request, response) => response.end(keys(1, Date.now() + hour)) });
    const outcome = await fromMetadata({ DCS_METADATA_DISABLED: "true" }, { origin: url }).ask();
    expect(outcome).toEqual({ kind: "absent", why: "DCS_METADATA_DISABLED is set" });
    expect(seen).toEqual([]);
  });

  it("can be given up", async () => {
    const controller = new AbortController();
    const { url } = await service({ token: () => controller.abort(), keys: () => undefined });
    const error = await failure(Promise.resolve(fromMetadata({}, { origin: url, signal: controller.signal }).ask()));
    expect(error).toMatchObject({ code: "ABORTED" });
  });
});

describe("keys of the agency", () => {
  /** A service whose keys live an hour, and a clock to move. */
  async function agency() {
    const state = { now: Date.UTC(2026, 0, 1), served: 0, broken: false };
    const { url } = await service({
      keys: (_request, response) => {
        if (state.broken) response.writeHead(500).end();
        else response.end(keys(++state.served, state.now + hour));
      },
    });
    const outcome = await fromMetadata({}, { origin: url, now: () => state.now }).ask();
    if (outcome.kind !== "found") throw new Error("not found");
    return { state, credentials: outcome.credentials };
  }

  it("are kept while they last", async () => {
    const { state, credentials } = await agency();
    await credentials();
    state.now += hour - 11 * 60_000;
    expect(await credentials()).toMatchObject({ accessKey: "access-1" });
    expect(state.served).toBe(1);
  });

  it("are renewed ten minutes before they end, once for all who wait", async () => {
    const { state, credentials } = await agency();
    state.now += hour - 9 * 60_000;
    const all = await Promise.all([credentials(), credentials(), credentials()]);
    expect(all.map(({ accessKey }) => accessKey)).toEqual(["access-2", "access-2", "access-2"]);
    expect(state.served).toBe(2);
  });

  it("serve on if they cannot be renewed, and are not asked for in each call", async () => {
    const { state, credentials } = await agency();
    state.broken = true;
    state.now += hour - 9 * 60_000;
    expect(await credentials()).toMatchObject({ accessKey: "access-1" });
    state.broken = false;
    state.now += 10_000;
    expect(await credentials()).toMatchObject({ accessKey: "access-1" });
    state.now += 25_000;
    expect(await credentials()).toMatchObject({ accessKey: "access-2" });
  });

  it("that are over and cannot be renewed are an error, until they can", async () => {
    const { state, credentials } = await agency();
    state.broken = true;
    state.now += hour;
    expect(await failure(credentials())).toMatchObject({ code: "CREDENTIALS", what: "Renewing credentials" });
    state.broken = false;
    expect(await credentials()).toMatchObject({ accessKey: "access-2" });
  });
});
