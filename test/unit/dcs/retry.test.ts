import { describe, expect, it } from "vitest";
import { nextDelay, READ_RETRY, retryAfter } from "../../../provider/dcs/retry.js";
import { clientOf, failure, INSTANCE } from "./support/clients.js";
import { deadPort, httpServer, tcpServer } from "./support/servers.js";

const policy = {
  ...READ_RETRY,
  maxAttempts: 5,
  baseDelayMs: 100,
  maxDelayMs: 400,
  maxRetryAfterMs: 5_000,
  budgetMs: 10_000,
};

describe("the wait before the next attempt", () => {
  it.each([
    ["of the first kind starts anywhere from nothing", 1, 0, undefined, 0, 0],
    ["up to the base", 1, 0, undefined, 0.999, 99],
    ["doubles its ceiling", 2, 0, undefined, 0.999, 199],
    ["and again", 3, 0, undefined, 0.999, 399],
    ["but not beyond the largest", 4, 0, undefined, 0.999, 399],
    ["ends with the last attempt", 5, 0, undefined, 0, undefined],
    ["is what the cloud asks for, and jitter on top", 1, 0, 2_000, 0.5, 2_050],
    ["is none if the cloud asks for too much", 1, 0, 5_001, 0, undefined],
    ["is none if the budget is spent", 1, 10_001, undefined, 0, undefined],
    ["is none if the wait would overdraw the budget", 1, 9_000, 2_000, 0, undefined],
  ])("%s", (_what, attempt, elapsed, after, random, expected) => {
    expect(nextDelay(policy, attempt, elapsed, after, random)).toBe(expected);
  });
});

describe("a Retry-After header", () => {
  const now = Date.parse("2026-11-24T10:00:00Z");
  it.each([
    ["7", 7_000],
    [" 0 ", 0],
    ["Tue, 24 Nov 2026 10:00:30 GMT", 30_000],
    ["Tue, 24 Nov 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    ["-1", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("of %j is %j ms", (value, expected) => {
    expect(retryAfter(value, now)).toBe(expected);
  });
});

const INSTANCE_JSON = JSON.stringify({ instance_id: INSTANCE, status: "RUNNING" });

/** Answers with each status in turn, then with the instance. */
async function failing(...statuses: number[]) {
  let asked = 0;
  const server = await httpServer((_request, response) => {
    const status = statuses[asked++];
    if (status === undefined) response.end(INSTANCE_JSON);
    else response.writeHead(status, status === 429 ? { "retry-after": "3" } : {}).end();
  });
  return { ...server, asked: () => asked };
}

describe("a read", () => {
  it.each([429, 500, 502, 503, 504])("is repeated after %i", async (status) => {
    const { url, asked } = await failing(status);
    const { client, slept } = clientOf(url);
    await expect(client.showInstance(INSTANCE)).resolves.toMatchObject({ id: INSTANCE });
    expect(asked()).toBe(2);
    expect(slept).toEqual([status === 429 ? 3_125 : 125]);
  });

  it.each([400, 401, 403, 404, 405, 409, 413, 501])("is not repeated after %i", async (status) => {
    const { url, asked } = await failing(status);
    const { client } = clientOf(url);
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ status, retryable: false });
    expect(asked()).toBe(1);
  });

  it("is made four times at most, with growing waits", async () => {
    const { url, asked } = await failing(503, 503, 503, 503, 503);
    const { client, slept } = clientOf(url);
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ code: "SERVER", status: 503 });
    expect(asked()).toBe(4);
    expect(slept).toEqual([125, 250, 500]);
  });

  it("is not repeated if the cloud asks to wait longer than anybody would: the error says how long", async () => {
    const { url } = await httpServer((_request, response) => response.writeHead(429, { "retry-after": "3600" }).end());
    const { client, slept } = clientOf(url);
    const error = await failure(client.showInstance(INSTANCE));
    expect(error).toMatchObject({ code: "THROTTLED", retryAfterMs: 3_600_000 });
    expect(String(error)).toContain("Wait 3600 s and try again");
    expect(slept).toEqual([]);
  });

  it("is repeated after a reset", async () => {
    let first = true;
    const { url } = await tcpServer((socket) =>
      socket.once("data", () => {
        if (first) socket.resetAndDestroy();
        else socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${INSTANCE_JSON.length}\r\n\r\n${INSTANCE_JSON}`);
        first = false;
      }),
    );
    const { client, slept } = clientOf(url);
    await expect(client.showInstance(INSTANCE)).resolves.toMatchObject({ id: INSTANCE });
    expect(slept).toHaveLength(1);
  });

  it("is repeated after a refused connection, and then says so", async () => {
    const { client, slept } = clientOf(`http://127.0.0.1:${await deadPort()}`);
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ reason: "connection-refused" });
    expect(slept).toHaveLength(3);
  });

  it("is not repeated after an answer that makes no sense", async () => {
    const { url, connections } = await httpServer((_request, response) => response.end("<html>"));
    const { client } = clientOf(url);
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ code: "BAD_ANSWER", retryable: false });
    expect(connections()).toBe(1);
  });

  it("follows another policy if it is given one", async () => {
    const { url, asked } = await failing(503, 503);
    const { client } = clientOf(url, { retry: { ...READ_RETRY, maxAttempts: 1 } });
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ status: 503 });
    expect(asked()).toBe(1);
  });

  it("is signed afresh for each attempt", async () => {
    const dates: unknown[] = [];
    let now = Date.parse("2026-11-24T10:00:00Z");
    const { url } = await httpServer((request, response) => {
      dates.push(request.headers["x-sdk-date"]);
      response.writeHead(503).end();
    });
    const { client } = clientOf(url, { effects: { now: () => (now += 60_000) } });
    await failure(client.showInstance(INSTANCE));
    expect(new Set(dates).size).toBe(4);
  });
});

describe("a write", () => {
  it.each([400, 401, 408, 429, 500, 502, 503, 504])("is not repeated after %i", async (status) => {
    const { url, asked } = await failing(status, status);
    const { client } = clientOf(url);
    await failure(client.swap(INSTANCE));
    await failure(client.addTags(INSTANCE, [{ key: "a", value: "b" }]));
    expect(asked()).toBe(status === 401 ? 1 : 2);
  });

  it("is not repeated even under a policy for reads that knows no end", async () => {
    const { url, asked } = await failing(503, 503, 503);
    const { client } = clientOf(url, { retry: { ...READ_RETRY, maxAttempts: 100 } });
    await failure(client.swap(INSTANCE));
    expect(asked()).toBe(1);
  });
});

describe("a key that was refused", () => {
  async function locked() {
    let clock = 0;
    let keys = { accessKey: "A", secretKey: "B" };
    const { url, asked } = await failing(401, 401, 401);
    const { client } = clientOf(url, { credentials: () => Promise.resolve(keys), effects: { monotonic: () => clock } });
    return {
      client,
      asked,
      wait: (ms: number) => (clock += ms),
      change: () => (keys = { accessKey: "C", secretKey: "D" }),
    };
  }

  it("is not tried again by the calls that follow, which could lock it", async () => {
    const { client, asked } = await locked();
    await failure(client.showInstance(INSTANCE));
    for (let i = 0; i < 10; i++) {
      const error = await failure(client.swap(INSTANCE));
      expect(error).toMatchObject({ code: "UNAUTHORIZED", disposition: "not-sent", retryable: false, status: 401 });
    }
    expect(asked()).toBe(1);
  });

  it("is tried again after two minutes", async () => {
    const { client, asked, wait } = await locked();
    await failure(client.showInstance(INSTANCE));
    wait(119_999);
    await failure(client.showInstance(INSTANCE));
    expect(asked()).toBe(1);
    wait(1);
    await failure(client.showInstance(INSTANCE));
    expect(asked()).toBe(2);
  });

  it("does not keep a new key from being tried", async () => {
    const { client, asked, change } = await locked();
    await failure(client.showInstance(INSTANCE));
    change();
    await failure(client.showInstance(INSTANCE));
    expect(asked()).toBe(2);
  });
});
