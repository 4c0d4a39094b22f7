import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultBehaviour, startSandbox, type Behaviour, type Sandbox } from "../../sandbox/index.js";
import { call, parseJson, textOf, type CallResult, type Json } from "./sandboxClient.js";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ swapSeconds: 0 });
});
afterEach(() => sandbox.close());

const id = (): string => sandbox.instances[0]?.id ?? "";
const swap = (): Promise<CallResult> => call(sandbox, "POST", `/v2/{project}/instances/${id()}/swap`);

interface AdminAnswer {
  status: number;
  text: string;
  json: Json;
}
async function admin(method: string, path: string, body?: unknown): Promise<AdminAnswer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: text }),
  });
  const answered = await answer.text();
  return { status: answer.status, text: answered, json: parseJson(answered) };
}

describe("the admin paths", () => {
  it("show requests and swaps as the handle does, and leave themselves out", async () => {
    await swap();
    expect((await admin("GET", "/journal")).json).toEqual(sandbox.requests());
    expect((await admin("GET", "/swaps")).json).toEqual(sandbox.swaps());
    expect((await admin("GET", `/swaps?instance=${id()}`)).json).toHaveLength(1);
    expect((await admin("GET", "/swaps?instance=other")).json).toEqual([]);
    expect(sandbox.requests()).toHaveLength(1);
  });

  it("clear the journal", async () => {
    await swap();
    expect(await admin("DELETE", "/journal")).toMatchObject({ status: 204 });
    expect([sandbox.requests(), sandbox.swaps()]).toEqual([[], []]);
  });

  it("show the whole state", async () => {
    const { json } = await admin("GET", "/state");
    expect(json).toMatchObject({
      region: "sandbox-1",
      projectId: sandbox.projectId,
      behaviour: { ...defaultBehaviour, swapSeconds: 0 },
      instances: [{ id: id(), cacheMode: "ha", nodes: [{ role: "master" }, { role: "slave" }] }],
      faults: [],
      held: [],
    });
    expect(JSON.stringify(json)).not.toContain(sandbox.secretKey);
  });

  it("change every behaviour", async () => {
    const all: Behaviour = {
      answer: "after-work",
      gatewayTimeoutSeconds: 10,
      swapSeconds: 1,
      rolesChangeAt: 0.5,
      swapEnding: "stays-busy",
      statusDuringSwap: "RESTARTING",
      taskDuringSwap: null,
      taskRecord: "late",
      taskRecordDelaySeconds: 4,
      taskJobId: true,
      taskLog: "deleted",
      taskOrder: "oldest-first",
      taskWindowName: "begin_time",
      wireTypes: "models",
      addresses: "move-with-role",
      groups: "forbidden",
      busyCode: "DCS.4049",
      readWriteSplitSwaps: false,
      projects: "several",
      clockOffsetSeconds: -60,
      lockKeyAfterFailures: 0,
    };
    expect(await admin("POST", "/behaviour", all)).toMatchObject({ status: 200, json: all });
    expect(await admin("POST", "/behaviour", { swapSeconds: 2 })).toMatchObject({
      status: 200,
      json: { ...all, swapSeconds: 2 },
    });
  });

  it("inject faults, one or several, and clear them", async () => {
    await admin("POST", "/faults", [
      { operation: "swap", kind: "answer", status: 503, times: 2 },
      { operation: "swap", kind: "drop" },
    ]);
    expect(await swap()).toMatchObject({ status: 503 });
    expect((await admin("GET", "/state")).json).toMatchObject({ faults: [{ times: 1 }, { kind: "drop" }] });
    await admin("DELETE", "/faults");
    await admin("POST", "/faults", { operation: "swap", kind: "answer", status: 502 });
    expect(await swap()).toMatchObject({ status: 502 });
    expect(await swap()).toMatchObject({ status: 204 });
  });

  it("hold requests, wait for one, and release it", async () => {
    expect(await admin("POST", "/hold", { operation: "swap" })).toMatchObject({ status: 204 });
    const answer = swap();
    expect(await admin("GET", "/held?operation=swap&count=1&timeoutMs=5000")).toMatchObject({
      status: 200,
      json: [{ operation: "swap", when: "before" }],
    });
    expect(sandbox.swaps()).toEqual([]);
    expect(await admin("POST", "/release", { operation: "swap" })).toMatchObject({
      status: 200,
      json: { released: 1 },
    });
    expect(await answer).toMatchObject({ status: 204 });
  });

  it("say 408 when nothing is held in time", async () => {
    expect(await admin("GET", "/held?operation=swap&timeoutMs=20")).toMatchObject({
      status: 408,
      json: { error: "0 of 1 requests of swap held in 20 ms" },
    });
  });

  it("make a switchover from outside", async () => {
    const { status, json } = await admin("POST", "/external-swap", { instanceId: id(), user: "ops", swapSeconds: 0 });
    expect([status, json]).toEqual([200, sandbox.swaps()[0]]);
    expect(json).toMatchObject({ source: "external", user: "ops" });
  });

  it("change an instance, its nodes and its log, and end its swaps", async () => {
    const patch = { task: "BACKUPING", nodes: [{ node: "standby", healthy: false, priority: 3 }] };
    expect(await admin("POST", `/instances/${id()}`, patch)).toMatchObject({ status: 204 });
    expect((await admin("GET", "/state")).json).toMatchObject({
      instances: [{ task: "BACKUPING", nodes: [{ healthy: true }, { healthy: false, priority: 3 }] }],
    });
    const added = await admin("POST", `/instances/${id()}/tasks`, { name: "EXTEND", status: "EXECUTING" });
    expect(textOf(added.json["id"])).toMatch(/^[0-9a-f]{32}$/);
    await admin("POST", `/instances/${id()}`, { task: null, nodes: [{ node: "standby", healthy: true }] });
    sandbox.setBehaviour({ swapEnding: "never-ends" });
    await swap();
    await admin("POST", `/instances/${id()}/end-swaps`, { ending: "task-fails" });
    expect(sandbox.swaps()).toMatchObject([{ outcome: "failed" }]);
  });

  it("list themselves, also to one who asks for something else", async () => {
    const { text } = await admin("GET", "");
    expect(text).toContain("POST /_sandbox/faults");
    expect(await admin("GET", "/nothing")).toMatchObject({ status: 404, json: { error: "no such admin path" } });
  });
});

describe("bad admin input is 400 and says what is wrong:", () => {
  it.each<[string, string, unknown, RegExp]>([
    ["text that is no JSON", "/behaviour", "{", /the body is not JSON/],
    ["an unknown behaviour", "/behaviour", { swapSecond: 1 }, /swapSecond: .*Expected never/],
    ["a value out of range", "/behaviour", { rolesChangeAt: 2 }, /rolesChangeAt: .*Expected <=1/],
    ["a value of the wrong type", "/behaviour", { swapSeconds: "3" }, /swapSeconds: .*Expected number/],
    ["an unknown fault", "/faults", { operation: "swap", kind: "explode" }, /kind: .*"drop".*received "explode"/],
    ["an unknown operation", "/faults", { operation: "swop", kind: "drop" }, /operation: .*received "swop"/],
    ["an answer without status", "/faults", { operation: "swap", kind: "answer" }, /status: .*Expected "status"/],
    ["a misspelt field", "/faults", { operation: "swap", kind: "drop", time: 2 }, /time: /],
    ["no times at all", "/faults", { operation: "swap", kind: "drop", times: 0 }, /times: /],
    ["a hold of nothing", "/hold", {}, /operation: .*Expected "operation"/],
    ["an unknown way to release", "/release", { how: "maybe" }, /how: .*received "maybe"/],
    ["an instance that is not there", "/external-swap", { instanceId: "x" }, /no instance x; there are [0-9a-f-]{36}/],
    ["a node that is not there", "/instances/ID", { nodes: [{ node: "n" }] }, /instance .* has no node n/],
    ["a record without a name", "/instances/ID/tasks", {}, /name: .*Expected "name"/],
  ])("%s", async (_, path, body, message) => {
    const { status, json } = await admin("POST", path.replace("ID", id()), body);
    expect(status).toBe(400);
    expect(textOf(json["error"])).toMatch(message);
  });

  it("and none of a list with one bad fault is injected", async () => {
    await admin("POST", "/faults", [{ operation: "swap", kind: "drop" }, { operation: "swap" }]);
    expect((await admin("GET", "/state")).json).toMatchObject({ faults: [] });
  });
});
