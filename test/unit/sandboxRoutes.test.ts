import { afterEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/index.js";
import { call, textOf, type CallOptions, type CallResult } from "./sandboxClient.js";

let sandbox: Sandbox;
const start = async (options?: SandboxOptions): Promise<Sandbox> => (sandbox = await startSandbox(options));
afterEach(() => sandbox.close());

const id = (): string => sandbox.instances[0]?.id ?? "";
const get = (path: string, query?: Record<string, string>): Promise<CallResult> =>
  call(sandbox, "GET", path, query ? { query } : {});
const at = (path: string): string => `/v2/{project}/instances/${id()}${path}`;
const groupsPath = (): string => `/v2/{project}/instance/${id()}/groups`;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("instances", () => {
  it("are the same in every run, with usual names", async () => {
    await start({ instances: 3 });
    const first = sandbox.instances;
    await sandbox.close();
    await start({ instances: 3 });
    expect(sandbox.instances).toEqual(first);
    expect(first.map(({ name }) => name)).toEqual(["orders-cache", "sessions-cache", "sandbox-3"]);
    expect(first[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("show the fields of the API, with its oddities", async () => {
    await start();
    const { status, json } = await get(at(""));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      instance_id: id(),
      name: "orders-cache",
      status: "RUNNING",
      task: null,
      cache_mode: "ha",
      engine: "Redis",
      engine_version: "6.0",
      port: 6379,
      capacity: 0,
      capacity_minor: ".125",
      az_codes: ["sandbox-1a", "sandbox-1b"],
      no_password_access: "true",
      enterprise_project_id: "0",
      tags: [],
    });
    expect(json["update_at"]).toMatch(TIME);
    expect(json["updated_at"]).toBeUndefined();
  });

  it("are listed without cache mode, with updated_at, and counted in all", async () => {
    await start({ instances: 3 });
    const { json } = await get("/v2/{project}/instances", { limit: "2", offset: "1" });
    expect(json).toMatchObject({ instance_num: 3, instances: [{ name: "sessions-cache" }, { name: "sandbox-3" }] });
    const item = json["instances"]?.[0];
    expect(item?.["cache_mode"]).toBeUndefined();
    expect(item?.["updated_at"]).toMatch(TIME);
    expect(item).toMatchObject({ no_password_access: true, enterprise_project_id: 0 });
  });

  it("can be listed with text where the SDKs' models have it", async () => {
    await start({ behaviour: { wireTypes: "models" } });
    const { json } = await get("/v2/{project}/instances");
    expect(json["instances"]?.[0]).toMatchObject({ no_password_access: "true", enterprise_project_id: "0" });
  });

  it("are ten to a page unless told otherwise", async () => {
    await start({ instances: 12 });
    expect((await get("/v2/{project}/instances")).json["instances"]).toHaveLength(10);
  });

  it.each<[Record<string, string>, string[]]>([
    [{ name: "cache" }, ["orders-cache", "sessions-cache"]],
    [{ name: "cache", name_equal: "true" }, []],
    [{ name: "orders-cache", name_equal: "true" }, ["orders-cache"]],
    [{ status: "RUNNING" }, ["orders-cache", "stopped"]],
    [{ status: "CLOSED" }, ["sessions-cache"]],
    [{ tags: "team=pay" }, ["stopped"]],
  ])("are found by %j", async (query, names) => {
    await start({ instances: [{}, { status: "CLOSED" }, { name: "stopped", tags: [{ key: "team", value: "pay" }] }] });
    const { json } = await get("/v2/{project}/instances", query);
    expect(Object.values(json["instances"] ?? {}).map((item) => item["name"])).toEqual(names);
  });

  it.each([{ limit: "0" }, { limit: "1001" }, { offset: "-1" }, { limit: "x" }])(
    "refuse the page %j",
    async (query) => {
      await start();
      expect(await get("/v2/{project}/instances", query)).toMatchObject({
        status: 400,
        json: { error_code: "DCS.4063" },
      });
    },
  );

  it("that are not there are 404 DCS.3022, whatever is asked of them", async () => {
    await start();
    const none = "00000000-0000-4000-8000-000000000000";
    for (const [method, path] of [
      ["GET", `/v2/{project}/instances/${none}`],
      ["GET", `/v2/{project}/instance/${none}/groups`],
      ["GET", `/v2/{project}/instances/${none}/tasks`],
      ["POST", `/v2/{project}/instances/${none}/swap`],
    ] as const) {
      const answer = await call(sandbox, method, path);
      expect(answer).toMatchObject({ status: 404, json: { error_code: "DCS.3022", error_ext_msg: null } });
      expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});

describe("groups and logical nodes", () => {
  it("show a master and its standbys, told apart by node id, in their zones", async () => {
    await start({
      instances: [{ standbys: 2, zones: ["z1", "z2"], standbyHealth: [true, false], priorities: [7, 0] }],
    });
    const groups = (await get(groupsPath())).json;
    const nodes = (await get(at("/logical-nodes"))).json;
    expect(groups).toMatchObject({
      group_count: 1,
      group_list: [
        {
          group_name: "group-0",
          replication_list: [
            { replication_role: "master", status: "Active", az_code: "z1", is_replication: false },
            { replication_role: "slave", status: "Active", az_code: "z2" },
            { replication_role: "slave", status: "Inactive", az_code: "z2" },
          ],
        },
      ],
    });
    expect(nodes).toMatchObject({
      instance_id: id(),
      total: 3,
      nodes: [
        { node_type: "master", node_role: "redis-server", node_port: "6379" },
        { node_type: "slave", priority_weight: 7 },
        { node_type: "slave", priority_weight: 0, status: "Inactive" },
      ],
    });
    const listed = groups["group_list"]?.[0]?.["replication_list"];
    for (const index of [0, 1, 2]) {
      expect(listed?.[index]?.["node_id"]).toMatch(/^[0-9a-f]{32}$/);
      expect(listed?.[index]?.["node_id"]).toBe(nodes["nodes"]?.[index]?.["node_id"]);
    }
  });

  it.each(["forbidden", "unreadable"] as const)("can be %s", async (groups) => {
    await start({ behaviour: { groups } });
    const status = groups === "forbidden" ? 403 : 500;
    expect(await get(groupsPath())).toMatchObject({ status });
    expect(await get(at("/logical-nodes"))).toMatchObject({ status });
  });

  it.each([{ cacheMode: "single" }, { engineVersion: "3.0" }] as const)("cannot be read of %j", async (spec) => {
    await start({ instances: [spec] });
    expect(await get(groupsPath())).toMatchObject({ status: 400, json: { error_code: "DCS.4027" } });
  });
});

describe("the task log", () => {
  const withTasks = async (behaviour: SandboxOptions["behaviour"] = {}): Promise<void> => {
    await start({ behaviour });
    sandbox.addTask(id(), { name: "EXTEND", agoSeconds: 7200 });
    sandbox.addTask(id(), { name: "AddReplica", agoSeconds: 3600, status: "EXECUTING" });
    sandbox.addTask(id(), { name: "modify", agoSeconds: 60, userName: "ops" });
  };
  const names = (answer: CallResult): unknown[] =>
    Object.values(answer.json["tasks"] ?? {}).map((task) => task["name"]);

  it("lists records newest first, with the API's fields", async () => {
    await withTasks();
    const answer = await get(at("/tasks"));
    expect(names(answer)).toEqual(["modify", "AddReplica", "EXTEND"]);
    expect(answer.json["task_count"]).toBe(3);
    expect(answer.json["tasks"]?.[0]).toMatchObject({
      user_name: "ops",
      status: "SUCCESS",
      details: {},
      enable_show: false,
    });
    expect(answer.json["tasks"]?.[0]?.["created_at"]).toMatch(TIME);
  });

  it("is paged", async () => {
    await withTasks();
    const answer = await get(at("/tasks"), { offset: "1", limit: "1" });
    expect(names(answer)).toEqual(["AddReplica"]);
    expect(answer.json["task_count"]).toBe(3);
  });

  it("can be oldest first, with its count as text", async () => {
    await withTasks({ taskOrder: "oldest-first", wireTypes: "models" });
    const answer = await get(at("/tasks"));
    expect(names(answer)).toEqual(["EXTEND", "AddReplica", "modify"]);
    expect(answer.json["task_count"]).toBe("3");
  });

  it.each(["start_time", "begin_time"] as const)("obeys %s and not the other name", async (taskWindowName) => {
    await withTasks({ taskWindowName });
    const hourAgo = new Date(Date.now() - 1_800_000).toISOString().replaceAll(/\D/g, "").slice(0, 14);
    const other = taskWindowName === "start_time" ? "begin_time" : "start_time";
    expect(names(await get(at("/tasks"), { [taskWindowName]: hourAgo }))).toEqual(["modify"]);
    expect(names(await get(at("/tasks"), { [other]: hourAgo }))).toHaveLength(3);
    expect(names(await get(at("/tasks"), { end_time: hourAgo }))).toEqual(["AddReplica", "EXTEND"]);
  });

  it.each([
    ["empty", 200, []],
    ["deleted", 200, ["AddReplica"]],
    ["forbidden", 403, []],
    ["unreadable", 500, []],
  ] as const)("can be %s", async (taskLog, status, expected) => {
    await withTasks({ taskLog });
    const answer = await get(at("/tasks"));
    expect(answer.status).toBe(status);
    expect(names(answer)).toEqual(expected);
  });

  it("lets finished records be deleted, and only those", async () => {
    await withTasks();
    const tasks = (await get(at("/tasks"))).json["tasks"];
    const remove = (index: number): Promise<CallResult> =>
      call(sandbox, "DELETE", at(`/tasks/${textOf(tasks?.[index]?.["id"])}`));
    expect(await remove(0)).toMatchObject({ status: 200 });
    expect(await remove(1)).toMatchObject({ status: 400 });
    expect(names(await get(at("/tasks")))).toEqual(["AddReplica", "EXTEND"]);
  });
});

describe("tags", () => {
  const change = (body: object): Promise<CallResult> =>
    call(sandbox, "POST", `/v2/{project}/dcs/${id()}/tags/action`, { body } satisfies CallOptions);

  it("are added, overwritten by key, listed and removed", async () => {
    await start({ instances: [{ tags: [{ key: "a", value: "0" }] }] });
    const tags = [
      { key: "a", value: "1" },
      { key: "b", value: "" },
    ];
    expect(await change({ action: "create", tags })).toMatchObject({ status: 204, text: "" });
    expect((await get(at("/tags"))).json).toEqual({ tags });
    expect(await change({ action: "delete", tags: [{ key: "a" }] })).toMatchObject({ status: 204 });
    expect((await get(at(""))).json["tags"]).toEqual([{ key: "b", value: "" }]);
  });

  it.each<[string, object]>([
    ["an unknown action", { action: "update", tags: [] }],
    ["a missing value", { action: "create", tags: [{ key: "a" }] }],
    ["a key that is too long", { action: "create", tags: [{ key: "k".repeat(129), value: "" }] }],
    ["21 tags", { action: "create", tags: Array.from({ length: 21 }, (_, n) => ({ key: `k${n}`, value: "" })) }],
  ])("refuse %s", async (_, body) => {
    await start();
    expect(await change(body)).toMatchObject({ status: 400, json: { error_code: "DCS.4063" } });
    expect((await get(at("/tags"))).json).toEqual({ tags: [] });
  });
});

describe("IAM's projects", () => {
  it.each([
    ["one", ["sandbox-1"]],
    ["none", []],
    ["several", ["sandbox-1", "sandbox-1_payments"]],
  ] as const)("can be %s for the region's name", async (projects, names) => {
    await start({ behaviour: { projects } });
    const { json } = await get("/v3/projects", { name: "sandbox-1" });
    expect(Object.values(json["projects"] ?? {}).map((project) => project["name"])).toEqual(names);
    expect((await get("/v3/projects", { name: "elsewhere" })).json["projects"]).toEqual([]);
  });

  it("give the project id that the other paths want", async () => {
    await start();
    const { json } = await get("/v3/projects", { name: "sandbox-1" });
    expect(json["projects"]?.[0]).toMatchObject({ id: sandbox.projectId, enabled: true, is_domain: false });
  });
});

describe("what is no operation", () => {
  it.each([
    ["GET", "/"],
    ["GET", "/v2/{project}/nothing"],
    ["PUT", "/v2/{project}/instances/x/swap"],
    ["GET", "//etc/passwd"],
  ] as const)("is the gateway's 404: %s %s", async (method, path) => {
    await start();
    const answer = await call(sandbox, method, path);
    expect(answer).toMatchObject({ status: 404, json: { error_code: "APIGW.0101" } });
    expect(answer.json["request_id"]).toBe(answer.headers["x-request-id"]);
    expect(sandbox.requests()).toMatchObject([{ operation: "unknown", status: 404 }]);
  });
});
