import { timestamp } from "./clock.js";
import { stableHex, type Instance, type Node, type Task } from "./instances.js";
import type { Behaviour } from "./types.js";
import type { Job, World } from "./world.js";

// The JSON of the API, oddities included: `update_at` here and `updated_at` there, text and booleans for one thing,
// epoch milliseconds as text for jobs. Shapes from the API reference and the official SDKs' models.

type Json = Record<string, unknown>;

export function showInstanceJson(instance: Instance, behaviour: Behaviour): Json {
  return {
    ...commonJson(instance, behaviour),
    cache_mode: instance.cacheMode,
    update_at: timestamp(instance.updatedAt),
    no_password_access: "true",
    enterprise_project_id: "0",
    product_type: "generic",
    storage_type: "DRAM",
    cpu_type: "x86_64",
    replica_count: instance.nodes.length,
    sharding_count: 1,
    db_number: 256,
    features: {
      support_acl: true,
      support_transparent_client_ip: false,
      support_ssl: true,
      support_audit_log: false,
    },
    bandwidth_info: { bandwidth: 40, begin_time: instance.createdAt, end_time: instance.createdAt + 3_600_000 },
  };
}

/** An item of the list lacks the cache mode. */
export function listedInstanceJson(instance: Instance, behaviour: Behaviour): Json {
  const text = behaviour.wireTypes === "models";
  return {
    ...commonJson(instance, behaviour),
    updated_at: timestamp(instance.updatedAt),
    no_password_access: text ? "true" : true,
    enterprise_project_id: text ? "0" : 0,
  };
}

function commonJson(instance: Instance, behaviour: Behaviour): Json {
  const swapping = instance.running.length > 0;
  const zones = [...new Set(instance.nodes.map((node) => node.zone))];
  return {
    instance_id: instance.id,
    name: instance.name,
    description: null,
    status: shownStatus(instance, behaviour),
    sub_status: "normal",
    task: swapping ? behaviour.taskDuringSwap : instance.task,
    engine: "Redis",
    engine_version: instance.engineVersion,
    // The instance's own address stays, whichever node is the master.
    ip: `10.0.0.${10 + (Number.parseInt(instance.id.slice(0, 2), 16) % 200)}`,
    port: 6379,
    domain_name: `redis-${instance.id}.dcs.sandbox.example`,
    az_codes: zones,
    available_zones: zones,
    spec_code: `redis.${instance.cacheMode}.xu1.tiny.r2.128`,
    capacity: 0,
    capacity_minor: ".125",
    max_memory: 128,
    used_memory: 3,
    created_at: timestamp(instance.createdAt),
    launched_at: timestamp(instance.createdAt),
    maintain_begin: "18:00:00",
    maintain_end: "22:00:00",
    charging_mode: 0,
    user_name: "sandbox-owner",
    enterprise_project_name: "default",
    tags: instance.tags,
  };
}

/** Only a swap of a running instance shows in its status. */
export const shownStatus = (instance: Instance, behaviour: Behaviour): string =>
  instance.running.length > 0 && instance.status === "RUNNING" ? behaviour.statusDuringSwap : instance.status;

export function groupsJson(instance: Instance): Json {
  return {
    group_count: 1,
    group_list: [
      {
        group_id: instance.groupId,
        group_name: "group-0",
        replication_list: instance.nodes.map((node) => ({
          replication_role: node.role,
          replication_ip: node.ip,
          replication_id: node.replicationId,
          node_id: node.nodeId,
          is_replication: false,
          status: activity(node),
          az_code: node.zone,
          dimensions: dimensions(instance, node),
        })),
      },
    ],
  };
}

export function logicalNodesJson(instance: Instance): Json {
  return {
    instance_id: instance.id,
    total: instance.nodes.length,
    nodes: instance.nodes.map((node) => ({
      logical_node_id: node.replicationId,
      name: node.name,
      status: activity(node),
      az_code: node.zone,
      node_role: "redis-server",
      node_type: node.role,
      node_ip: node.ip,
      node_port: "6379",
      node_id: node.nodeId,
      priority_weight: node.priority,
      is_access: node.role === "master",
      group_id: instance.groupId,
      group_name: "group-0",
      is_remove_ip: false,
      replication_id: node.replicationId,
      dimensions: dimensions(instance, node),
    })),
  };
}

export function taskJson(task: Task): Json {
  return {
    id: task.id,
    name: task.name,
    user_name: task.userName,
    user_id: task.userId,
    details: {},
    enable_show: false,
    status: task.status,
    created_at: timestamp(task.createdAt),
    updated_at: timestamp(task.updatedAt),
    job_id: task.jobId,
    error_code: task.errorCode,
  };
}

export function jobJson(job: Job): Json {
  return {
    job_id: job.id,
    job_type: "masterStandbySwapJob",
    status: job.status,
    begin_time: String(job.beginAt),
    end_time: job.endAt === undefined ? null : String(job.endAt),
    fail_reason: job.failReason ?? null,
  };
}

/** Projects as IAM lists them; sub-projects are named after the region. */
export function projectsJson({ region, projectId, behaviour }: World): { id: string; name: string }[] {
  const domainId = stableHex("domain");
  const item = (id: string, name: string) => ({
    id,
    name,
    domain_id: domainId,
    parent_id: domainId,
    enabled: true,
    is_domain: false,
    description: "",
    links: { self: `https://iam.${region}.sandbox.example/v3/projects/${id}` },
  });
  if (behaviour.projects === "none") return [];
  const sub = behaviour.projects === "several" ? [item(stableHex("sub-project"), `${region}_payments`)] : [];
  return [item(projectId, region), ...sub];
}

const activity = (node: Node): string => (node.healthy ? "Active" : "Inactive");

const dimensions = (instance: Instance, node: Node): Json[] => [
  { name: "dcs_instance_id", value: instance.id },
  { name: "dcs_cluster_redis_node", value: node.nodeId },
];
