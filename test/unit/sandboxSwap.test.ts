import { afterEach, describe, expect, it, vi } from "vitest";
import { startSandbox, type InstanceSpec, type Sandbox, type SandboxOptions } from "../../sandbox/index.js";
import { call, textOf, type CallResult } from "./sandboxClient.js";

let sandbox: Sandbox;
const start = async (options?: SandboxOptions): Promise<Sandbox> => (sandbox = await startSandbox(options));
afterEach(() => sandbox.close());

/** So long that it ends only when a test ends it. */
const ENDLESS = 3600;

const id = (): string => sandbox.instances[0]?.id ?? "";
const swap = (): Promise<CallResult> => call(sandbox, "POST", `/v2/{project}/instances/${id()}/swap`);
const show = async (): Promise<CallResult["json"]> =>
  (await call(sandbox, "GET", `/v2/{project}/instances/${id()}`)).json;
const tasks = async (): Promise<CallResult["json"][]> =>
  Object.values((await call(sandbox, "GET", `/v2/{project}/instances/${id()}/tasks`)).json["tasks"] ?? {});

interface SeenNode {
  role: unknown;
  zone: unknown;
  ip: unknown;
  id: unknown;
}
async function nodes(): Promise<SeenNode[]> {
  const { json } = await call(sandbox, "GET", `/v2/{project}/instance/${id()}/groups`);
  return Object.values(json["group_list"]?.[0]?.["replication_list"] ?? {}).map((node) => ({
    role: node["replication_role"],
    zone: node["az_code"],
    ip: node["replication_ip"],
    id: node["node_id"],
  }));
}
const masterZone = async (): Promise<unknown> => (await nodes()).find(({ role }) => role === "master")?.zone;

describe("a swap", () => {
  it("is 204 without a body, and exchanges the roles when its time is over", async () => {
    await start({ swapSeconds: 0.2 });
    const answer = await swap();
    expect(answer).toMatchObject({ status: 204, text: "" });
    await vi.waitFor(async () => expect(await masterZone()).toBe("sandbox-1b"));
    const [entry] = sandbox.swaps();
    const [master, standby] = [...(await nodes())].sort((a) => (a.role === "master" ? -1 : 1));
    expect(entry).toMatchObject({
      instanceId: id(),
      requestId: answer.headers["x-request-id"],
      fromNodeId: standby?.id,
      toNodeId: master?.id,
      user: "sandbox-user",
      source: "api",
      outcome: "switched",
    });
    for (const time of [entry?.rolesChangedAt, entry?.endedAt]) {
      expect(Date.parse(time ?? "") - Date.parse(entry?.at ?? "")).toBeGreaterThanOrEqual(195);
    }
  });

  it("makes the instance busy with a task while it stays RUNNING, then idle", async () => {
    await start({ swapSeconds: ENDLESS });
    await swap();
    expect(await masterZone()).toBe("sandbox-1a");
    expect(await show()).toMatchObject({ status: "RUNNING", task: "masterStandbySwapJob" });
    sandbox.endSwaps(id());
    expect(await show()).toMatchObject({ status: "RUNNING", task: null });
  });

  it("can show in the status instead, or not at all", async () => {
    await start({ swapSeconds: ENDLESS, behaviour: { statusDuringSwap: "RESTARTING", taskDuringSwap: null } });
    await swap();
    expect(await show()).toMatchObject({ status: "RESTARTING", task: null });
  });

  it("can answer only after the work", async () => {
    await start({ swapSeconds: ENDLESS, behaviour: { answer: "after-work" } });
    let answered = false;
    const answer = swap().finally(() => (answered = true));
    await vi.waitFor(() => expect(sandbox.swaps()).toHaveLength(1));
    expect(answered).toBe(false);
    sandbox.endSwaps(id());
    expect(await answer).toMatchObject({ status: 204 });
  });

  it("is cut off by the gateway when that takes too long, and goes on", async () => {
    await start({ swapSeconds: ENDLESS, behaviour: { answer: "after-work", gatewayTimeoutSeconds: 0.05 } });
    const answer = await swap();
    expect(answer).toMatchObject({
      status: 504,
      json: { error_code: "APIGW.0201", error_msg: "Service DCS timed out (50 ms)" },
    });
    sandbox.endSwaps(id());
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("can change the roles long before it ends", async () => {
    await start({ swapSeconds: ENDLESS, behaviour: { rolesChangeAt: 0 } });
    await swap();
    expect(await masterZone()).toBe("sandbox-1b");
    expect(await show()).toMatchObject({ task: "masterStandbySwapJob" });
  });

  it("goes on when its client has gone away", async () => {
    await start({ swapSeconds: ENDLESS, behaviour: { answer: "after-work" } });
    const abort = new AbortController();
    const path = `/v2/{project}/instances/${id()}/swap`;
    const gone = expect(call(sandbox, "POST", path, { signal: abort.signal })).rejects.toThrow(/abort/i);
    await vi.waitFor(() => expect(sandbox.swaps()).toHaveLength(1));
    abort.abort();
    await gone;
    await vi.waitFor(() =>
      expect(sandbox.requests()).toMatchObject([{ operation: "swap", aborted: true, handled: true }]),
    );
    sandbox.endSwaps(id());
    expect(await masterZone()).toBe("sandbox-1b");
  });

  it("leads back when it is done twice", async () => {
    await start({ swapSeconds: 0 });
    await swap();
    await swap();
    expect(await masterZone()).toBe("sandbox-1a");
    expect(sandbox.swaps()).toHaveLength(2);
  });

  it("promotes the healthy standby with the smallest priority above 0", async () => {
    await start({
      swapSeconds: 0,
      instances: [
        {
          standbys: 4,
          zones: ["m", "a", "b", "c", "d"],
          priorities: [0, 9, 2, 5],
          standbyHealth: [true, true, false, true],
        },
      ],
    });
    await swap();
    expect(await masterZone()).toBe("d");
  });

  it.each([
    ["stay-with-node", false],
    ["move-with-role", true],
  ] as const)("lets addresses %s", async (addresses, moves) => {
    await start({ swapSeconds: 0, behaviour: { addresses } });
    const before = await nodes();
    await swap();
    const after = await nodes();
    expect(after.map(({ id: nodeId }) => nodeId)).toEqual(before.map(({ id: nodeId }) => nodeId));
    expect(after.map(({ ip }) => ip)).toEqual((moves ? before.toReversed() : before).map(({ ip }) => ip));
  });
});

describe("a swap is refused", () => {
  it.each<[string, InstanceSpec, number, string]>([
    ["on a single-node instance", { cacheMode: "single" }, 400, "DCS.4855"],
    ["on a proxy cluster", { cacheMode: "proxy" }, 400, "DCS.4855"],
    ["on a cluster", { cacheMode: "cluster" }, 400, "DCS.4855"],
    ["when no standby may be promoted", { standbys: 2, priorities: [0, 0] }, 400, "DCS.4253"],
    ["while a backup runs", { task: "BACKUPING" }, 400, "DCS.4096"],
    ["while other work runs", { task: "EXTEND" }, 400, "DCS.4017"],
    ["while it restarts", { status: "RESTARTING" }, 400, "DCS.4111"],
    ["when it is frozen", { status: "FROZEN" }, 400, "DCS.4026"],
    ["when it is closed", { status: "CLOSED" }, 400, "DCS.4049"],
    ["when no standby is healthy", { standbyHealth: [false] }, 500, "DCS.5094"],
  ])("%s", async (_, spec, status, code) => {
    await start({ instances: [spec] });
    expect(await swap()).toMatchObject({ status, json: { error_code: code } });
    expect(sandbox.swaps()).toEqual([]);
  });

  it("in the cloud's words on a single-node instance", async () => {
    await start({ instances: [{ cacheMode: "single" }] });
    expect((await swap()).json["error_msg"]).toBe("Master standby swap is not supported.");
  });

  it.each(["DCS.4026", "DCS.4017", "DCS.4049"])("with %s while another one runs", async (busyCode) => {
    await start({ swapSeconds: ENDLESS, behaviour: { busyCode } });
    await swap();
    expect(await swap()).toMatchObject({ status: 400, json: { error_code: busyCode } });
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("on a read/write splitting instance or not, as one likes", async () => {
    await start({ swapSeconds: 0, instances: [{ cacheMode: "ha_rw_split" }] });
    expect(await swap()).toMatchObject({ status: 204 });
    sandbox.setBehaviour({ readWriteSplitSwaps: false });
    expect(await swap()).toMatchObject({ status: 400, json: { error_code: "DCS.4855" } });
  });
});

describe("the record of a swap in the task log", () => {
  it("goes from CREATED to SUCCESS and names the user", async () => {
    await start({ swapSeconds: ENDLESS });
    await swap();
    expect(await tasks()).toMatchObject([{ status: "CREATED" }]);
    sandbox.endSwaps(id());
    const [record] = await tasks();
    const [entry] = sandbox.swaps();
    expect(record).toMatchObject({
      id: entry?.taskId,
      name: "masterStandbySwapJob",
      status: "SUCCESS",
      user_name: "sandbox-user",
      created_at: entry?.at,
      updated_at: entry?.endedAt,
    });
    expect(record?.["job_id"]).toBeUndefined();
  });

  it("can come late, with the time of the swap", async () => {
    await start({ swapSeconds: 0, behaviour: { taskRecord: "late", taskRecordDelaySeconds: ENDLESS } });
    await swap();
    expect(await tasks()).toEqual([]);
    sandbox.setBehaviour({ taskRecordDelaySeconds: 0.2 });
    await swap();
    await vi.waitFor(async () => expect(await tasks()).toHaveLength(1));
    expect((await tasks())[0]).toMatchObject({ status: "SUCCESS", created_at: sandbox.swaps()[1]?.at });
  });

  it("can be missing", async () => {
    await start({ swapSeconds: 0, behaviour: { taskRecord: "none" } });
    await swap();
    expect(await tasks()).toEqual([]);
    expect(sandbox.swaps()[0]?.taskId).toBeUndefined();
  });

  it("can carry the job id", async () => {
    await start({ swapSeconds: 0, behaviour: { taskJobId: true } });
    await swap();
    expect((await tasks())[0]?.["job_id"]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("an accepted swap", () => {
  it("can fail, with the roles as they were", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "task-fails" } });
    expect(await swap()).toMatchObject({ status: 204 });
    expect(await masterZone()).toBe("sandbox-1a");
    expect(await tasks()).toMatchObject([{ status: "FAILED", error_code: "DCS.5094" }]);
    expect(await show()).toMatchObject({ task: null });
    expect(sandbox.swaps()).toMatchObject([{ outcome: "failed" }]);
  });

  it("that fails before its answer is 500 DCS.5094", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "task-fails", answer: "after-work" } });
    expect(await swap()).toMatchObject({ status: 500, json: { error_code: "DCS.5094" } });
  });

  it("can never end", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "never-ends" } });
    await swap();
    expect(await masterZone()).toBe("sandbox-1a");
    expect(await show()).toMatchObject({ task: "masterStandbySwapJob" });
    expect(await tasks()).toMatchObject([{ status: "EXECUTING" }]);
    expect(sandbox.swaps()).toMatchObject([{ outcome: "running" }]);
  });

  it("can exchange the roles and stay busy", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "stays-busy" } });
    await swap();
    expect(await masterZone()).toBe("sandbox-1b");
    expect(await show()).toMatchObject({ task: "masterStandbySwapJob" });
    expect(await swap()).toMatchObject({ status: 400 });
    sandbox.endSwaps(id());
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("can claim success with the roles as they were", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "roles-unchanged" } });
    await swap();
    expect(await masterZone()).toBe("sandbox-1a");
    expect(await show()).toMatchObject({ task: null });
    expect(await tasks()).toMatchObject([{ status: "SUCCESS" }]);
    expect(sandbox.swaps()).toMatchObject([{ outcome: "roles-unchanged" }]);
  });

  it("can be ended from outside in each of these ways", async () => {
    await start({ swapSeconds: ENDLESS });
    await swap();
    sandbox.endSwaps(id(), "task-fails");
    expect(sandbox.swaps()).toMatchObject([{ outcome: "failed" }]);
    expect(await swap()).toMatchObject({ status: 204 });
  });
});

describe("an asynchronous swap", () => {
  it("gives a job that can be followed, in epoch milliseconds as text", async () => {
    await start({ swapSeconds: ENDLESS });
    const started = await call(sandbox, "PUT", `/v2/{project}/instances/${id()}/async-swap`);
    expect(started.status).toBe(200);
    const job = textOf(started.json["job_id"]);
    const look = async (): Promise<CallResult["json"]> =>
      (await call(sandbox, "GET", `/v2/{project}/jobs/${job}`)).json;
    expect(await look()).toMatchObject({ job_id: job, status: "RUNNING", end_time: null, fail_reason: null });
    sandbox.endSwaps(id());
    const ended = await look();
    expect(ended).toMatchObject({ job_type: "masterStandbySwapJob", status: "SUCCESS" });
    expect(ended["begin_time"]).toMatch(/^\d{13}$/);
    expect(ended["end_time"]).toMatch(/^\d{13}$/);
    expect((await tasks())[0]?.["job_id"]).toBe(job);
    expect(sandbox.swaps()).toMatchObject([{ source: "async" }]);
  });

  it("that fails ends its job with FAIL", async () => {
    await start({ swapSeconds: 0, behaviour: { swapEnding: "task-fails" } });
    const started = await call(sandbox, "PUT", `/v2/{project}/instances/${id()}/async-swap`);
    const { json } = await call(sandbox, "GET", `/v2/{project}/jobs/${textOf(started.json["job_id"])}`);
    expect(json).toMatchObject({ status: "FAIL", fail_reason: "Master standby swap failed." });
  });
});

describe("a switchover from outside", () => {
  it("by another user is in the task log under that name", async () => {
    await start();
    sandbox.externalSwap(id(), { user: "ops", swapSeconds: 0 });
    expect(await masterZone()).toBe("sandbox-1b");
    expect(await tasks()).toMatchObject([{ user_name: "ops", status: "SUCCESS" }]);
    expect(sandbox.swaps()).toMatchObject([{ source: "external", user: "ops", outcome: "switched" }]);
  });

  it("by itself, as a failover, writes no record", async () => {
    await start();
    sandbox.externalSwap(id(), { swapSeconds: 0 });
    expect(await masterZone()).toBe("sandbox-1b");
    expect(await tasks()).toEqual([]);
    expect(sandbox.swaps()[0]?.user).toBeUndefined();
  });

  it("can lie in the past", async () => {
    await start();
    sandbox.externalSwap(id(), { user: "ops", agoSeconds: 3600 });
    const [record] = await tasks();
    const age = Date.now() - Date.parse(textOf(record?.["created_at"]));
    expect(Math.abs(age - 3_600_000)).toBeLessThan(5000);
    expect(record).toMatchObject({ status: "SUCCESS" });
  });

  it("by a user is refused while a swap runs; a failover is not, and the swap then changes nothing more", async () => {
    await start({ swapSeconds: ENDLESS });
    await swap();
    expect(() => sandbox.externalSwap(id(), { user: "ops" })).toThrow("DCS.4026");
    sandbox.externalSwap(id(), { swapSeconds: 0 });
    expect(await masterZone()).toBe("sandbox-1b");
    sandbox.endSwaps(id());
    expect(await masterZone()).toBe("sandbox-1b");
    expect(sandbox.swaps()).toMatchObject([{ outcome: "roles-unchanged" }, { outcome: "switched" }]);
  });

  it("is impossible without a standby that could take over", async () => {
    await start({ instances: [{ cacheMode: "single" }] });
    expect(() => sandbox.externalSwap(id())).toThrow("Master standby swap is not supported.");
    expect(() => sandbox.externalSwap("nowhere")).toThrow("no instance nowhere");
  });
});
