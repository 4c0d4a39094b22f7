import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startSandbox, type Fault, type FaultKind, type Sandbox } from "../../sandbox/index.js";
import { call, textOf, type CallOptions, type CallResult } from "./sandboxClient.js";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ swapSeconds: 0, instances: 2 });
});
afterEach(() => sandbox.close());

const id = (): string => sandbox.instances[0]?.id ?? "";
const show = (options?: CallOptions, instanceId = id()): Promise<CallResult> =>
  call(sandbox, "GET", `/v2/{project}/instances/${instanceId}`, options);
const swap = (options?: CallOptions): Promise<CallResult> =>
  call(sandbox, "POST", `/v2/{project}/instances/${id()}/swap`, options);

describe("a fault", () => {
  it("befalls one request of its operation and no other", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 500 });
    expect(await swap()).toMatchObject({ status: 204 });
    expect(await show()).toMatchObject({ status: 500 });
    expect(await show()).toMatchObject({ status: 200 });
    expect(sandbox.requests().map(({ fault, handled }) => [fault, handled])).toEqual([
      [undefined, true],
      ["answer", false],
      [undefined, true],
    ]);
  });

  it("befalls as many as it says, after as many as it lets pass", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 429, times: 2, skip: 1 });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await show()).status);
    expect(statuses).toEqual([200, 429, 429, 200]);
  });

  it("can go on until it is cleared, for any operation", async () => {
    sandbox.injectFault({ operation: "any", kind: "answer", status: 503, times: "unlimited" });
    expect([(await show()).status, (await swap()).status, (await show()).status]).toEqual([503, 503, 503]);
    sandbox.clearFaults();
    expect(await show()).toMatchObject({ status: 200 });
  });

  it("can be about one instance", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 404, instanceId: id() });
    expect(await show({}, sandbox.instances[1]?.id)).toMatchObject({ status: 200 });
    expect(await show()).toMatchObject({ status: 404 });
  });

  it("comes after the signature check", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 500 });
    const answer = await call({ ...sandbox, secretKey: "wrong" }, "GET", `/v2/{project}/instances/${id()}`);
    expect(answer.status).toBe(401);
    expect(await show()).toMatchObject({ status: 500 });
  });

  it("follows the one injected before it", async () => {
    for (const status of [502, 504]) sandbox.injectFault({ operation: "showInstance", kind: "answer", status });
    expect([(await show()).status, (await show()).status, (await show()).status]).toEqual([502, 504, 200]);
  });
});

describe("a fault before and after handling", () => {
  it.each<[string, FaultKind]>([
    ["answers 502", { kind: "answer", status: 502 }],
    ["drops", { kind: "drop" }],
    ["resets", { kind: "reset" }],
    ["answers garbage", { kind: "garbage" }],
    ["answers a page", { kind: "html" }],
    ["redirects", { kind: "redirect", location: "http://127.0.0.1:1/" }],
  ])("%s, and the swap is not made, or made", async (_, fault) => {
    for (const [when, made] of [
      ["before", 0],
      ["after", 1],
    ] as const) {
      sandbox.clearJournal();
      sandbox.injectFault({ operation: "swap", ...fault, when } satisfies Fault);
      await swap().catch(() => undefined);
      expect(sandbox.swaps()).toHaveLength(made);
      expect(sandbox.requests()).toMatchObject([{ handled: made === 1, fault: fault.kind, aborted: false }]);
    }
  });
});

describe("a fault that answers", () => {
  it.each([
    [400, "DCS.4026"],
    [403, "DCS.2003"],
    [404, "DCS.3022"],
    [429, "APIGW.0308"],
    [500, "DCS.5000"],
    [502, "APIGW.0201"],
    [503, "APIGW.0201"],
    [504, "APIGW.0201"],
  ])("%i says %s unless told otherwise", async (status, code) => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status });
    const answer = await show();
    expect(answer).toMatchObject({ status, json: { error_code: code } });
    expect(answer.headers["x-request-id"]).toBe(sandbox.requests()[0]?.id);
    expect(sandbox.requests()).toMatchObject([{ status, errorCode: code }]);
  });

  it("401 echoes the canonical request with the signed headers, like the gateway's own", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "answer", status: 401 });
    const answer = await show({ headers: { "X-Trace": "abc" } });
    expect(answer.json).toMatchObject({ error_code: "APIGW.0301" });
    expect(answer.text).toContain("|x-trace:abc|");
  });

  it("takes code, message, headers and body as they are given", async () => {
    const scope = { operation: "showInstance", kind: "answer" } as const;
    sandbox.injectFault({ ...scope, status: 400, errorCode: "DCS.4096" });
    sandbox.injectFault({ ...scope, status: 429, errorMessage: "slow down", headers: { "retry-after": "7" } });
    sandbox.injectFault({ ...scope, status: 200, body: { status: 17 } });
    sandbox.injectFault({ ...scope, status: 200, body: "plain" });
    sandbox.injectFault({ ...scope, status: 200 });
    expect(await show()).toMatchObject({
      json: { error_code: "DCS.4096", error_msg: "The instance is being backed up.", error_ext_msg: null },
    });
    expect(await show()).toMatchObject({ json: { error_msg: "slow down" }, headers: { "retry-after": "7" } });
    expect(await show()).toMatchObject({ json: { status: 17 } });
    expect(await show()).toMatchObject({ text: "plain" });
    expect(await show()).toMatchObject({ status: 200, text: "" });
  });

  it("redirects with a location", async () => {
    sandbox.injectFault({ operation: "swap", kind: "redirect", location: "http://127.0.0.1:1/x" });
    sandbox.injectFault({ operation: "swap", kind: "redirect", status: 302, location: "/y" });
    expect(await swap()).toMatchObject({ status: 307, headers: { location: "http://127.0.0.1:1/x" } });
    expect(await swap()).toMatchObject({ status: 302, headers: { location: "/y" } });
  });

  it("sends bytes that are neither text nor JSON, a page, or a flood", async () => {
    for (const fault of [
      { kind: "garbage" },
      { kind: "html", status: 502 },
      { kind: "huge", bytes: 3_000_000 },
    ] as const) {
      sandbox.injectFault({ operation: "showInstance", ...fault });
    }
    const garbage = await show();
    expect(garbage.headers["content-type"]).toBe("application/json");
    expect(garbage.text).toContain("\u{fffd}");
    expect(await show()).toMatchObject({ status: 502, headers: { "content-type": "text/html" } });
    const huge = await show();
    expect(huge.text).toHaveLength(3_000_000);
    expect(textOf(huge.json["instance_id"])).toMatch(/^x+$/);
  });
});

describe("a fault on the wire", () => {
  it.each(["drop", "reset"] as const)("%s ends the connection without a byte", async (kind) => {
    sandbox.injectFault({ operation: "showInstance", kind });
    await expect(show()).rejects.toMatchObject({ code: kind === "drop" ? "UND_ERR_SOCKET" : "ECONNRESET" });
    expect(sandbox.requests()).toMatchObject([{ aborted: false, bytesOut: 0 }]);
    expect(sandbox.requests()[0]?.status).toBeUndefined();
  });

  it("hang stays silent until the client goes", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "hang" });
    const abort = new AbortController();
    const gone = expect(show({ signal: abort.signal })).rejects.toThrow(/abort/i);
    await vi.waitFor(() => expect(sandbox.requests()).toHaveLength(1));
    abort.abort();
    await gone;
    await vi.waitFor(() => expect(sandbox.requests()[0]?.aborted).toBe(true));
  });

  it.each(["before", "after"] as const)("delay comes %s handling, and lets the true answer through", async (when) => {
    sandbox.injectFault({ operation: "swap", kind: "delay", delayMs: 150, when });
    expect(await swap()).toMatchObject({ status: 204 });
    await vi.waitFor(() => expect(sandbox.requests()[0]?.endedAt).toBeDefined());
    const [request] = sandbox.requests();
    const [made] = sandbox.swaps();
    const [from, to] = when === "before" ? [request?.at, made?.at] : [made?.at, request?.endedAt];
    expect(Date.parse(to ?? "") - Date.parse(from ?? "")).toBeGreaterThanOrEqual(145);
  });

  it("trickle sends the true answer in drips", async () => {
    const whole = await show();
    sandbox.injectFault({ operation: "showInstance", kind: "trickle", chunkBytes: 200, everyMs: 10 });
    const started = performance.now();
    expect((await show()).json).toEqual(whole.json);
    expect(performance.now() - started).toBeGreaterThanOrEqual(40);
    await vi.waitFor(() =>
      expect(sandbox.requests()[1]).toMatchObject({ aborted: false, bytesOut: whole.text.length }),
    );
  });

  it("trickle ends when its client does", async () => {
    sandbox.injectFault({ operation: "showInstance", kind: "trickle" });
    const abort = new AbortController();
    const gone = expect(show({ signal: abort.signal })).rejects.toThrow(/abort/i);
    await vi.waitFor(() => expect(sandbox.requests()).toMatchObject([{ status: 200 }]));
    abort.abort();
    await gone;
    await vi.waitFor(() => expect(sandbox.requests()[0]).toMatchObject({ aborted: true }));
    expect(sandbox.requests()[0]?.bytesOut).toBeLessThan(100);
  });

  it("truncate sends half of the body as if it were whole", async () => {
    const whole = await show();
    sandbox.injectFault({ operation: "showInstance", kind: "truncate" });
    const half = await show();
    expect(half.status).toBe(200);
    expect(whole.text.startsWith(half.text)).toBe(true);
    expect(half.text).toHaveLength(Math.floor(whole.text.length / 2));
  });

  it.each(["cut", "reset-mid-answer"] as const)("%s breaks off in the body, after the work", async (kind) => {
    sandbox.injectFault({ operation: "showInstance", kind });
    await expect(show()).rejects.toMatchObject({ code: kind === "cut" ? "UND_ERR_SOCKET" : "ECONNRESET" });
    const [entry] = sandbox.requests();
    expect(entry).toMatchObject({ status: 200, handled: true, aborted: false });
    expect(entry?.bytesOut).toBeGreaterThan(0);
  });

  it.each(["cut", "reset-mid-answer"] as const)(
    "%s of an answer without a body breaks off in its head",
    async (kind) => {
      sandbox.injectFault({ operation: "swap", kind });
      await expect(swap()).rejects.toHaveProperty("code");
      expect(sandbox.swaps()).toHaveLength(1);
    },
  );
});

describe("a hold", () => {
  it("before handling keeps a swap from being made until it is released", async () => {
    sandbox.hold({ operation: "swap" });
    const answer = swap();
    const [held] = await sandbox.waitForHeld("swap");
    expect(held).toMatchObject({ operation: "swap", instanceId: id(), when: "before" });
    expect(sandbox.swaps()).toEqual([]);
    expect(sandbox.release("swap")).toBe(1);
    expect(await answer).toMatchObject({ status: 204 });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("after handling keeps the answer back", async () => {
    sandbox.hold({ operation: "swap", when: "after" });
    const answer = swap();
    await sandbox.waitForHeld("swap");
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
    sandbox.release();
    expect(await answer).toMatchObject({ status: 204 });
  });

  it("outlives its client: the released request is handled all the same", async () => {
    sandbox.hold({ operation: "swap" });
    const abort = new AbortController();
    const gone = expect(swap({ signal: abort.signal })).rejects.toThrow(/abort/i);
    await sandbox.waitForHeld("swap");
    abort.abort();
    await gone;
    await vi.waitFor(() => expect(sandbox.requests()).toMatchObject([{ aborted: true, handled: false }]));
    sandbox.release("swap");
    await vi.waitFor(() => expect(sandbox.swaps()).toHaveLength(1));
    expect(sandbox.requests()).toMatchObject([{ aborted: true, handled: true }]);
  });

  it("can end in nothing", async () => {
    sandbox.hold({ operation: "swap" });
    const answer = expect(swap()).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
    await sandbox.waitForHeld("swap");
    sandbox.release("swap", "discard");
    await answer;
    expect(sandbox.swaps()).toEqual([]);
  });

  it("stops only its operation, and as many as it says", async () => {
    sandbox.hold({ operation: "showInstance", times: 1 });
    const first = show();
    await sandbox.waitForHeld("showInstance");
    expect(await show()).toMatchObject({ status: 200 });
    expect(await swap()).toMatchObject({ status: 204 });
    sandbox.release("showInstance");
    expect(await first).toMatchObject({ status: 200 });
  });

  it("that nothing runs into is reported after the time limit", async () => {
    sandbox.hold({ operation: "swap" });
    await expect(sandbox.waitForHeld("swap", 1, 50)).rejects.toThrow("0 of 1 requests of swap held in 50 ms");
  });

  it("is no obstacle to closing", async () => {
    sandbox.hold({ operation: "swap" });
    const answer = expect(swap()).rejects.toHaveProperty("code");
    await sandbox.waitForHeld("swap");
    const waiting = expect(sandbox.waitForHeld("swap", 2)).rejects.toThrow("when the sandbox was closed");
    await sandbox.close();
    await Promise.all([answer, waiting]);
    expect(sandbox.swaps()).toEqual([]);
    sandbox = await startSandbox();
  });
});
