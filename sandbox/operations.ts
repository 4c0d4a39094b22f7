import type { OperationName } from "./types.js";

/** One operation of the API: its verb and its path, in the router's notation. */
export interface Operation {
  name: OperationName;
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
}

/** What the sandbox serves. The router, the journal and the faults all go by this table. */
export const operations = {
  swap: { name: "swap", method: "POST", path: "/v2/:project/instances/:instance/swap" },
  asyncSwap: { name: "asyncSwap", method: "PUT", path: "/v2/:project/instances/:instance/async-swap" },
  showJob: { name: "showJob", method: "GET", path: "/v2/:project/jobs/:job" },
  showInstance: { name: "showInstance", method: "GET", path: "/v2/:project/instances/:instance" },
  listInstances: { name: "listInstances", method: "GET", path: "/v2/:project/instances" },
  // Singular here, unlike everywhere else.
  listGroups: { name: "listGroups", method: "GET", path: "/v2/:project/instance/:instance/groups" },
  listNodes: { name: "listNodes", method: "GET", path: "/v2/:project/instances/:instance/logical-nodes" },
  listTasks: { name: "listTasks", method: "GET", path: "/v2/:project/instances/:instance/tasks" },
  deleteTask: { name: "deleteTask", method: "DELETE", path: "/v2/:project/instances/:instance/tasks/:task" },
  changeTags: { name: "changeTags", method: "POST", path: "/v2/:project/dcs/:instance/tags/action" },
  listTags: { name: "listTags", method: "GET", path: "/v2/:project/instances/:instance/tags" },
  listProjects: { name: "listProjects", method: "GET", path: "/v3/projects" },
} as const satisfies Record<Exclude<OperationName, "unknown">, Operation>;

const matchers = Object.values(operations).map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`),
}));

/** Names the operation of a request line, and the instance that it is about. */
export function identify(method: string, path: string): { operation: OperationName; instanceId?: string } {
  for (const { operation, pattern } of matchers) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (!match) continue;
    const instanceId = match.groups?.["instance"];
    return { operation: operation.name, ...(instanceId === undefined ? {} : { instanceId }) };
  }
  return { operation: "unknown" };
}
