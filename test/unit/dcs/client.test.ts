import { afterEach, describe, expect, it } from "vitest";
import { DcsClient, type Task } from "../../../provider/dcs/index.js";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../../sandbox/index.js";
import { clientOf, failure, INSTANCE } from "./support/clients.js";
import { httpServer } from "./support/servers.js";

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.close();
});

async function inSandbox(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ swapSeconds: 0, ...options });
  sandboxes.push(sandbox);
  const { url, region, projectId, accessKey, secretKey } = sandbox;
  const client = new DcsClient({
    endpoint: url,
    region,
    projectId,
    credentials: () =>
      Promise.resolve({
        accessKey,
        secretKey,
        ...(options.securityToken === undefined ? {} : { securityToken: options.securityToken }),
      }),
  });
  return { sandbox, client, id: sandbox.instances[0]?.id ?? "" };
}

describe("the client on a sandbox", () => {
  it("reads an instance", async () => {
    const { client, id } = await inSandbox({ instances: [{ name: "orders", tags: [{ key: "env", value: "prod" }] }] });
    expect(await client.showInstance(id)).toMatchObject({
      id,
      name: "orders",
      status: "RUNNING",
      cacheMode: "ha",
      engine: "Redis",
      engineVersion: "6.0",
      port: 6379,
      availabilityZones: ["sandbox-1a", "sandbox-1b"],
      tags: [{ key: "env", value: "prod" }],
    });
    expect(await client.showInstance(id)).not.toHaveProperty("task");
  });

  it("sees what keeps an instance busy", async () => {
    const { client, id } = await inSandbox({ instances: [{ task: "BACKUPING" }] });
    expect(await client.showInstance(id)).toMatchObject({ task: "BACKUPING" });
  });

  it("lists instances over all pages", async () => {
    const { sandbox, client } = await inSandbox({ instances: 230 });
    const instances = await client.listInstances();
    expect(instances.map(({ id }) => id).sort()).toEqual(sandbox.instances.map(({ id }) => id).sort());
    expect(sandbox.requests()).toHaveLength(3);
    const [first] = sandbox.instances;
    expect((await client.listInstances({ name: first?.name ?? "" })).map(({ id }) => id)).toContain(first?.id);
    expect(await client.listInstances({ status: "FROZEN" })).toEqual([]);
  });

  it("tells nodes apart, with role, zone, health and priority", async () => {
    const { client, id } = await inSandbox({
      instances: [{ standbys: 2, priorities: [50, 0], standbyHealth: [true, false] }],
    });
    const nodes = await client.listNodes(id);
    expect(nodes.map(({ role, healthy, availabilityZone }) => [role, healthy, availabilityZone])).toEqual([
      ["master", true, "sandbox-1a"],
      ["standby", true, "sandbox-1b"],
      ["standby", false, "sandbox-1b"],
    ]);
    const weighed = await client.listLogicalNodes(id);
    expect(weighed.map(({ nodeId }) => nodeId).sort()).toEqual(nodes.map(({ nodeId }) => nodeId).sort());
    expect(weighed.filter(({ role }) => role === "standby").map(({ priority }) => priority)).toEqual([50, 0]);
  });

  it("switches over, once, and then sees the roles exchanged and the task", async () => {
    const { sandbox, client, id } = await inSandbox();
    const before = await client.listNodes(id);
    const receipt = await client.swap(id);
    expect(receipt.status).toBe(204);
    expect(receipt.requestId).toMatch(/./);
    const master = (nodes: typeof before) => nodes.find(({ role }) => role === "master")?.nodeId;
    const after = await client.listNodes(id);
    expect(master(after)).toBe(before.find(({ role }) => role === "standby")?.nodeId);
    expect(sandbox.swaps()).toHaveLength(1);
    const [task] = await client.listTasks(id);
    expect(task).toMatchObject({ name: "masterStandbySwapJob", status: "SUCCESS", userName: "sandbox-user" });
    expect(task?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("sets, reads and removes tags", async () => {
    const { client, id } = await inSandbox();
    await client.addTags(id, [
      { key: "环境", value: "生产 – é" },
      { key: "other", value: "" },
    ]);
    expect(await client.listTags(id)).toEqual(
      expect.arrayContaining([
        { key: "环境", value: "生产 – é" },
        { key: "other", value: "" },
      ]),
    );
    await client.removeTags(id, ["环境", "other"]);
    expect(await client.listTags(id)).toEqual([]);
  });

  it("signs with a temporary key and its token", async () => {
    const { client, id } = await inSandbox({ securityToken: "t/o+k=e.n" });
    expect(await client.showInstance(id)).toMatchObject({ id });
  });

  it.each(["newest-first", "oldest-first"] as const)(
    "gives tasks newest first from a log that is %s, over all pages",
    async (taskOrder) => {
      const { sandbox, client, id } = await inSandbox({ behaviour: { taskOrder } });
      for (let i = 0; i < 120; i++) sandbox.externalSwap(id, { user: "ops", agoSeconds: 3_600 + i * 60 });
      const tasks = await client.listTasks(id);
      expect(tasks).toHaveLength(120);
      const times = tasks.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted().toReversed());
    },
  );

  it("knows the type that it has read when a swap is not supported", async () => {
    const { sandbox, client, id } = await inSandbox({ instances: [{ cacheMode: "cluster" }] });
    await client.showInstance(id);
    expect(String(await failure(client.swap(id)))).toContain('of type "cluster"');
    // It knew already: one read, one swap, no more.
    expect(sandbox.requests().map(({ operation }) => operation)).toEqual(["showInstance", "swap"]);
  });

  it("says of an instance that is busy what the cloud says", async () => {
    const { client, id } = await inSandbox({ swapSeconds: 60, behaviour: { busyCode: "DCS.4017" } });
    await client.swap(id);
    expect(await failure(client.swap(id))).toMatchObject({
      code: "BUSY",
      errorCode: "DCS.4017",
      disposition: "refused",
      retryable: true,
    });
  });

  it("says how far this machine's clock is off when that is why it is refused", async () => {
    const { client, id } = await inSandbox({ behaviour: { clockOffsetSeconds: 1_200 } });
    expect(String(await failure(client.showInstance(id)))).toMatch(
      /clock is (20 min 0 s|19 min 59 s) behind the cloud's/,
    );
  });

  it("never tries a wrong key twice", async () => {
    const { sandbox, id } = await inSandbox();
    const wrong = new DcsClient({
      endpoint: sandbox.url,
      region: sandbox.region,
      projectId: sandbox.projectId,
      credentials: () => Promise.resolve({ accessKey: sandbox.accessKey, secretKey: "wrong" }),
    });
    for (let i = 0; i < 8; i++) await failure(wrong.showInstance(id));
    expect(sandbox.requests()).toHaveLength(1);
  });
});

describe("paging", () => {
  /** A server with its own idea of pages of tasks. */
  async function logOf(
    count: number,
    page: (offset: number, limit: number) => Partial<Task>[],
    total: unknown = count,
  ) {
    const asked: string[] = [];
    const { url } = await httpServer((request, response) => {
      const query = new URL(request.url ?? "", "http://x").searchParams;
      const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit"))];
      asked.push(`${offset}+${limit}`);
      response.end(JSON.stringify({ task_count: total, tasks: page(offset, limit) }));
    });
    return { ...clientOf(url), asked };
  }

  const at = (i: number) => ({
    id: `t${i}`,
    name: "n",
    status: "SUCCESS",
    created_at: new Date(i * 1_000).toISOString(),
  });
  const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => at(from + i));

  it("goes on where a shorter page than asked for ended", async () => {
    const { client, asked } = await logOf(25, (offset) => range(offset, Math.min(25, offset + 10)));
    expect(await client.listTasks(INSTANCE)).toHaveLength(25);
    expect(asked).toEqual(["0+100", "10+100", "20+100"]);
  });

  it("ends if the server ignores the offset", async () => {
    const { client, asked } = await logOf(50, () => range(0, 10));
    expect(await client.listTasks(INSTANCE)).toHaveLength(10);
    expect(asked).toHaveLength(2);
  });

  it("ends at an empty page if nobody says how many there are", async () => {
    const { client } = await logOf(25, (offset, limit) => range(offset, Math.min(25, offset + limit)), null);
    expect(await client.listTasks(INSTANCE)).toHaveLength(25);
  });

  it("reads no more than a thousand, and the newest even of a log that begins with the oldest", async () => {
    const { client, asked } = await logOf(2_345, (offset, limit) => range(offset, Math.min(2_345, offset + limit)));
    const tasks = await client.listTasks(INSTANCE);
    expect(tasks).toHaveLength(1_000);
    expect(tasks[0]?.id).toBe("t2344");
    expect(tasks.at(-1)?.id).toBe("t1345");
    expect(asked).toHaveLength(20);
  });

  it("reads the first thousand of a log that begins with the newest", async () => {
    const { client, asked } = await logOf(5_000, (offset, limit) =>
      range(5_000 - offset - limit, 5_000 - offset).toReversed(),
    );
    expect((await client.listTasks(INSTANCE))[0]?.id).toBe("t4999");
    expect(asked).toHaveLength(10);
  });
});

describe("decoding", () => {
  async function answering(body: unknown) {
    const { url } = await httpServer((_request, response) => response.end(JSON.stringify(body)));
    return clientOf(url).client;
  }

  it("takes text, numbers and booleans for each other, and ignores what it does not know", async () => {
    const client = await answering({
      instance_id: INSTANCE,
      name: 7,
      status: "RUNNING",
      port: "6379",
      capacity: 0,
      capacity_minor: ".125",
      no_password_access: "true",
      update_at: "2022-08-29T08:53:47.319Z",
      enterprise_project_id: 0,
      features: { support_acl: true },
      ip: null,
      az_codes: "cn-north-4a",
      tags: "none",
    });
    expect(await client.showInstance(INSTANCE)).toEqual({
      id: INSTANCE,
      name: "7",
      status: "RUNNING",
      port: 6379,
      capacityGb: 0.125,
      updatedAt: "2022-08-29T08:53:47.319Z",
      availabilityZones: [],
    });
  });

  it.each<[unknown, string | undefined]>([
    [null, undefined],
    [undefined, undefined],
    ["", undefined],
    [false, undefined],
    ["BACKUPING", "BACKUPING"],
    [{ name: "x" }, "a task without a name"],
    [1, "a task without a name"],
  ])("takes a task of %j for %j", async (task, expected) => {
    const client = await answering({ instance_id: INSTANCE, status: "RUNNING", task });
    expect((await client.showInstance(INSTANCE)).task).toBe(expected);
  });

  it("reads nodes of all groups, and leaves out roles that no switchover moves", async () => {
    const node = (id: string, role: string, status: unknown) => ({
      node_id: id,
      replication_role: role,
      status,
      is_replication: false,
    });
    const client = await answering({
      group_count: "2",
      group_list: [
        { replication_list: [node("a", "master", "Active"), node("b", "SLAVE", "active")] },
        {
          replication_list: [node("c", "slave", "Inactive"), node("d", "slave", null), node("e", "observer", "Active")],
        },
      ],
    });
    expect((await client.listNodes(INSTANCE)).map(({ nodeId, role, healthy }) => [nodeId, role, healthy])).toEqual([
      ["a", "master", true],
      ["b", "standby", true],
      ["c", "standby", false],
      ["d", "standby", false],
    ]);
  });

  it("needs a node's id to tell it from another", async () => {
    const client = await answering({
      group_list: [{ replication_list: [{ node_id: "", replication_role: "master" }] }],
    });
    expect(await failure(client.listNodes(INSTANCE))).toMatchObject({ code: "BAD_ANSWER" });
  });

  it("brings times of tasks to milliseconds in UTC", async () => {
    const client = await answering({
      task_count: "1",
      tasks: [
        {
          id: "t",
          name: "n",
          status: "SUCCESS",
          created_at: "2020-06-17T10:18:06.597123+02:00",
          updated_at: "late",
          user_id: 7,
        },
      ],
    });
    expect(await client.listTasks(INSTANCE)).toEqual([
      { id: "t", name: "n", status: "SUCCESS", createdAt: "2020-06-17T08:18:06.597Z", userId: "7" },
    ]);
  });
});

describe("making a client", () => {
  it("refuses what cannot work", () => {
    const make = (endpoint: string, requestTimeoutMs?: number) => () => clientOf(endpoint, { requestTimeoutMs });
    expect(make("http://dcs.example")).toThrow("plain http to dcs.example");
    expect(make("https://dcs.example", 0)).toThrow("out of range");
    expect(make("https://dcs.example", Number.NaN)).toThrow("out of range");
    expect(make("https://dcs.example", 3_600_001)).toThrow("out of range");
    expect(make("https://dcs.example", 1)).not.toThrow();
  });

  it("limits a request by requestTimeoutMs", async () => {
    const { url } = await httpServer(() => undefined);
    const { client } = clientOf(url, { requestTimeoutMs: 100 });
    expect(await failure(client.swap(INSTANCE))).toMatchObject({
      code: "TIMEOUT",
      reason: expect.stringMatching(/^(call|headers)-timeout$/) as string,
    });
  });
});
