import type { GenericSchema } from "valibot";
import { noBody, shapes } from "./decode.js";

/** One call of the API, as data. */
export interface Operation<T> {
  method: "GET" | "POST";
  /** Below the endpoint, percent-encoded. */
  path: string;
  query?: Readonly<Record<string, string | number>>;
  body?: unknown;
  /** {@link noBody} where the answer's body does not matter. */
  shape: GenericSchema<unknown, T>;
  /** What an error says was attempted: "Reading instance X". */
  what: string;
  /** The IAM action that allows it. */
  action: string;
  instanceId?: string;
}

/**
 * The calls of the DCS v2 API. Note the singular `instance` in the path of groups.
 * @see the vendor's DCS API reference ("Permissions Policies and Supported Actions" for the actions: it names none for
 * tags, so those are the likeliest; where a refusal names an action, the error follows that).
 */
export function operations(projectId: string) {
  const root = `/v2/${encodeURIComponent(projectId)}`;
  const instance = (id: string) => `${root}/instances/${encodeURIComponent(id)}`;
  return {
    showInstance: (id: string) => ({
      method: "GET" as const,
      path: instance(id),
      shape: shapes.instance,
      what: `Reading instance ${id}`,
      action: "dcs:instance:get",
      instanceId: id,
    }),
    listInstances: (query: Record<string, string | number>) => ({
      method: "GET" as const,
      path: `${root}/instances`,
      query,
      shape: shapes.instances,
      what: "Listing the instances",
      action: "dcs:instance:list",
    }),
    listNodes: (id: string) => ({
      method: "GET" as const,
      path: `${root}/instance/${encodeURIComponent(id)}/groups`,
      shape: shapes.groups,
      what: `Reading the nodes of instance ${id}`,
      action: "dcs:instance:get",
      instanceId: id,
    }),
    listLogicalNodes: (id: string) => ({
      method: "GET" as const,
      path: `${instance(id)}/logical-nodes`,
      shape: shapes.logicalNodes,
      what: `Reading the node priorities of instance ${id}`,
      action: "dcs:instance:get",
      instanceId: id,
    }),
    listTasks: (id: string, query: Record<string, string | number>) => ({
      method: "GET" as const,
      path: `${instance(id)}/tasks`,
      query,
      shape: shapes.tasks,
      what: `Reading the background tasks of instance ${id}`,
      action: "dcs:instance:getBackgroundTask",
      instanceId: id,
    }),
    listTags: (id: string) => ({
      method: "GET" as const,
      path: `${instance(id)}/tags`,
      shape: shapes.tags,
      what: `Reading the tags of instance ${id}`,
      action: "dcs:instance:get",
      instanceId: id,
    }),
    changeTags: (id: string, action: "create" | "delete", tags: readonly { key: string; value?: string }[]) => ({
      method: "POST" as const,
      path: `${root}/dcs/${encodeURIComponent(id)}/tags/action`,
      body: { action, tags },
      shape: noBody,
      what: `${action === "create" ? "Setting" : "Removing"} tags of instance ${id}`,
      action: "dcs:instance:modify",
      instanceId: id,
    }),
    swap: (id: string) => ({
      method: "POST" as const,
      path: `${instance(id)}/swap`,
      shape: noBody,
      what: `Switching over instance ${id}`,
      action: "dcs:instance:swap",
      instanceId: id,
    }),
  };
}

/** IAM's look-up of a project by its name, which is the region's. */
export function listProjects(name: string) {
  return {
    method: "GET" as const,
    path: "/v3/projects",
    query: { name },
    shape: shapes.projects,
    what: `Looking up the project id of region ${name}`,
    action: "iam:projects:listProjects",
  };
}
