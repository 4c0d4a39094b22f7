import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DcsError, type DcsClient } from "../../../provider/dcs/index.js";
import { clientOf, failure, INSTANCE } from "./support/clients.js";
import { httpServer } from "./support/servers.js";

/** A server whose next answer each run sets anew. */
async function changing() {
  const next: { status: number; body: Buffer; headers: Record<string, string> } = {
    status: 200,
    body: Buffer.alloc(0),
    headers: {},
  };
  const { url } = await httpServer((_request, response) => {
    response.writeHead(next.status, next.headers);
    response.end(next.status === 204 || next.status === 304 ? undefined : next.body);
  });
  return { next, ...clientOf(url) };
}

const reads: [string, (client: DcsClient) => Promise<unknown>][] = [
  ["showInstance", (client) => client.showInstance(INSTANCE)],
  ["listInstances", (client) => client.listInstances()],
  ["listNodes", (client) => client.listNodes(INSTANCE)],
  ["listLogicalNodes", (client) => client.listLogicalNodes(INSTANCE)],
  ["listTasks", (client) => client.listTasks(INSTANCE)],
  ["listTags", (client) => client.listTags(INSTANCE)],
];

/** What the API describes, as far as each read needs it. */
const plausible: unknown[] = [
  { instance_id: INSTANCE, status: "RUNNING", az_codes: ["a"], port: 6379, tags: [{ key: "k", value: "v" }] },
  { instances: [{ instance_id: INSTANCE, status: "RUNNING" }], instance_num: 1 },
  { group_list: [{ replication_list: [{ node_id: "n", replication_role: "master", status: "Active" }] }] },
  { nodes: [{ node_id: "n", node_type: "slave", status: "Active", priority_weight: 1 }] },
  { tasks: [{ id: "t", name: "n", status: "SUCCESS", created_at: "2020-06-17T08:18:06.597Z" }], task_count: "1" },
  { tags: [{ key: "k", value: "v" }] },
];

/** Something plausible with one value anywhere in it replaced by anything. */
const spoilt = fc.tuple(fc.constantFrom(...plausible), fc.nat(20), fc.jsonValue()).map(([value, place, other]) => {
  let at = 0;
  return JSON.stringify(value, (_key, inner: unknown) => (at++ === place ? other : inner)) ?? "";
});

/** Names that every object has found for itself already. */
const treacherous = fc.constantFrom("constructor", "__proto__", "toString", "hasOwnProperty").map((name) =>
  JSON.stringify({
    error_code: name,
    error_msg: name,
    instance_id: name,
    status: name,
    group_list: [{ replication_list: [{ node_id: name, replication_role: name, status: name }] }],
    nodes: [{ node_id: name, node_type: name, status: name }],
  }),
);

const bodies = fc.oneof(
  treacherous.map((text) => Buffer.from(text)),
  spoilt.map((text) => Buffer.from(text)),
  fc.tuple(spoilt, fc.nat(200)).map(([text, length]) => Buffer.from(text.slice(0, length))),
  fc.json().map((text) => Buffer.from(text)),
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom("", " ", "null", "{}", "[]", '"', "<html></html>", '{"__proto__":{"status":1}}')
    .map((text) => Buffer.from(text)),
);

describe("whatever an answer's body is", () => {
  it.each(reads)(
    "%s gives a value or a typed error, never another exception",
    { timeout: 60_000 },
    async (_name, read) => {
      const { next, client } = await changing();
      await fc.assert(
        fc.asyncProperty(bodies, fc.constantFrom(200, 201, 204), async (body, status) => {
          Object.assign(next, { body, status });
          try {
            const value = await read(client);
            expect(structuredClone(value)).toEqual(value);
          } catch (error) {
            if (!DcsError.isInstance(error)) throw error;
            expect(error).toMatchObject({ code: "BAD_ANSWER", status, retryable: false });
            expect(String(error)).toMatch(/answered \d+ with ./);
          }
        }),
        { numRuns: 250, seed: 7 },
      );
    },
  );

  // After a 401 the key would not be tried again for a while.
  const statuses = fc.integer({ min: 300, max: 599 }).filter((status) => status !== 401);

  it("an error answer gives a typed error with its status", { timeout: 60_000 }, async () => {
    const { next, client } = await changing();
    await fc.assert(
      fc.asyncProperty(bodies, statuses, async (body, status) => {
        Object.assign(next, { body, status });
        const error = await failure(client.addTags(INSTANCE, []));
        expect(DcsError.isInstance(error)).toBe(true);
        expect(error).toMatchObject({ status, disposition: expect.stringMatching(/^(refused|unknown)$/) as string });
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it("a swap that is answered 2xx is accepted, whatever the body", { timeout: 60_000 }, async () => {
    const { next, client } = await changing();
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(200, 202, 204), async (body, status) => {
        Object.assign(next, { body, status });
        await expect(client.swap(INSTANCE)).resolves.toEqual({ status });
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});

describe("an answer of the wrong shape", () => {
  it.each([
    ["an HTML page", "<html><title>Sign in</title></html>", 'with an HTML page "Sign in"'],
    ["nothing", "", "with an empty body"],
    ["truncated JSON", '{"instance_id":"5560', "with text that is not JSON"],
    ["a list", "[]", "with an answer in which"],
    ["no status", `{"instance_id":"${INSTANCE}"}`, "with an answer in which status is missing or wrong"],
    ["a status of another type", `{"instance_id":"${INSTANCE}","status":{}}`, "in which status is missing or wrong"],
  ])("such as %s is described, and its contents are not quoted", async (_what, body, expected) => {
    const { next, client } = await changing();
    Object.assign(next, { body: Buffer.from(body) });
    const error = await failure(client.showInstance(INSTANCE));
    expect(error).toMatchObject({ name: "BadAnswerError", code: "BAD_ANSWER" });
    expect(String(error)).toContain(expected);
  });

  it("names the place of what is wrong deep inside", async () => {
    const { next, client } = await changing();
    next.body = Buffer.from(
      JSON.stringify({
        group_list: [{ replication_list: [{ node_id: "a", replication_role: 7 }, { replication_role: "slave" }] }],
      }),
    );
    await expect(client.listNodes(INSTANCE)).rejects.toThrow(
      "group_list.0.replication_list.1.node_id is missing or wrong",
    );
  });
});
