import { expect, it } from "vitest";
import { call, textOf, type Access, type CallOptions, type CallResult } from "../unit/sandboxClient.js";
import { expectAllCalls, report, withInteropSandbox, type Call, type KeyName, type Setup } from "./interop.js";

type Act = (method: string, path: string, options?: CallOptions) => Promise<CallResult>;
type Seen = (answer: CallResult) => unknown;

/** The same operations that the SDKs of other languages call; only the signer is the vendor's here. */
async function callsWith(setup: Setup, key: KeyName): Promise<Call[]> {
  const { securityToken, ...keys } = setup.keys[key];
  const access: Access = { url: setup.url, projectId: setup.projectId, ...keys };
  const headers = securityToken === undefined ? {} : { "X-Security-Token": securityToken };
  const act: Act = (method, path, options) => call(access, method, path, { ...options, headers });
  const at = (path: string): string => `/v2/{project}/instances/${setup.instanceId}${path}`;
  const calls: Call[] = [];
  const note = async (operation: string, answer: Promise<CallResult>, seen?: Seen): Promise<CallResult> => {
    const { status, json } = await answer;
    const errorCode = status >= 400 ? { errorCode: textOf(json["error_code"]) } : {};
    const read = status < 400 && seen ? { seen: textOf(seen(await answer)) } : {};
    calls.push({ operation, key, status, ...errorCode, ...read });
    return answer;
  };

  const projects = act("GET", "/v3/projects", { query: { name: setup.region } });
  await note("listProjects", projects, ({ json }) => json["projects"]?.[0]?.["id"]);
  await note("showInstance", act("GET", at("")), ({ json }) => json["name"]);
  const instances = act("GET", "/v2/{project}/instances", { query: { limit: "5", name: setup.instanceName } });
  await note("listInstances", instances, ({ json }) => json["instances"]?.[0]?.["instance_id"]);
  const groups = act("GET", `/v2/{project}/instance/${setup.instanceId}/groups`);
  await note("listGroups", groups, ({ json }) =>
    Object.values(json["group_list"]?.[0]?.["replication_list"] ?? {})
      .map((node) => textOf(node["replication_role"]))
      .join(","),
  );
  await note("listNodes", act("GET", at("/logical-nodes")), ({ json }) =>
    Object.values(json["nodes"] ?? {})
      .map((node) => JSON.stringify(node["priority_weight"]))
      .join(","),
  );
  const tags = { action: "create", tags: [{ key: "made-by", value: "node" }] };
  await note("changeTags", act("POST", `/v2/{project}/dcs/${setup.instanceId}/tags/action`, { body: tags }));
  const listed = act("GET", at("/tags"));
  await note("listTags", listed, ({ json }) =>
    [json["tags"]?.[0]?.["key"], json["tags"]?.[0]?.["value"]].map(textOf).join("="),
  );
  await note("swap", act("POST", at("/swap")));
  const tasks = act("GET", at("/tasks"), { query: { offset: "0", limit: "5" } });
  await note("listTasks", tasks, ({ json }) => json["tasks"]?.[0]?.["name"]);
  const task = key === "wrong" ? "none" : textOf((await tasks).json["tasks"]?.[0]?.["id"]);
  await note("deleteTask", act("DELETE", at(`/tasks/${task}`)));
  const started = await note("asyncSwap", act("PUT", at("/async-swap")));
  const job = key === "wrong" ? "none" : textOf(started.json["job_id"]);
  await note("showJob", act("GET", `/v2/{project}/jobs/${job}`), ({ json }) => json["status"]);
  return calls;
}

it("the vendor's Node signer signs every operation, with right keys and a wrong one", () =>
  withInteropSandbox(async (sandbox, setup) => {
    const calls: Call[] = [];
    for (const key of ["right", "temporary", "wrong"] as const) calls.push(...(await callsWith(setup, key)));
    await report("node", calls);
    expectAllCalls(calls, sandbox, setup);
    expect(calls).toHaveLength(36);
  }));
