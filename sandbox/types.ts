/** What an instance looks like from the outside while it is being made: every field has a default. @public */
export interface InstanceSpec {
  /** A UUID. @default a fixed one per position, the same in every run */
  id?: string;
  /** @default "orders-cache", "sessions-cache", "sandbox-3", … by position */
  name?: string;
  /** @default "ha" */
  cacheMode?: CacheMode;
  /** How many standbys: 0 and up; `single` always has none. @default 1 */
  standbys?: number;
  /** Zones of the master, then of each standby; the last one repeats. @default ["sandbox-1a", "sandbox-1b"] */
  zones?: string[];
  /** Promotion priority of each standby, 0..100; 1 is the first to be promoted, 0 is never. @default 100 each */
  priorities?: number[];
  /** Whether each standby is Active. @default true each */
  standbyHealth?: boolean[];
  /** @default "RUNNING" */
  status?: string;
  /** What other work keeps the instance busy, such as `BACKUPING`; null when idle. @default null */
  task?: string | null;
  /** @default "6.0" */
  engineVersion?: string;
  /** @default [] */
  tags?: Tag[];
}

/** The API's `cache_mode`. @public */
export type CacheMode = "single" | "ha" | "ha_rw_split" | "proxy" | "cluster";

/** A tag of an instance. @public */
export interface Tag {
  key: string;
  value: string;
}

/**
 * What the cloud's documentation leaves open, as switches. Each may be changed while the sandbox runs; a swap keeps the
 * values that were in force when it began, but for the ones that are about reading.
 * @public
 */
export interface Behaviour {
  /** Whether POST swap answers as soon as the work is accepted, or when it is over. @default "at-once" */
  answer: "at-once" | "after-work";
  /** The gateway cuts an unanswered request off after this many seconds with 504; the work goes on. @default 30 */
  gatewayTimeoutSeconds: number;
  /** How long a swap takes, in seconds; 0 is over before the answer. @default 3 */
  swapSeconds: number;
  /** When the roles change, as a fraction of `swapSeconds`. @default 1 */
  rolesChangeAt: number;
  /** How an accepted swap ends, see {@link SwapEnding}. @default "switched" */
  swapEnding: SwapEnding;
  /** `status` while a swap runs. @default "RUNNING" */
  statusDuringSwap: string;
  /** `task` while a swap runs; null shows nothing. @default "masterStandbySwapJob" */
  taskDuringSwap: string | null;
  /** Whether a swap is written to the task log: with its start, some seconds late, or never. @default "at-once" */
  taskRecord: "at-once" | "late" | "none";
  /** How late, in seconds after the swap's start. @default 2 */
  taskRecordDelaySeconds: number;
  /** Whether a task record carries `job_id`. @default false */
  taskJobId: boolean;
  /** The state of the task log for its readers; `deleted` hides finished records only. @default "readable" */
  taskLog: "readable" | "empty" | "deleted" | "forbidden" | "unreadable";
  /** @default "newest-first" */
  taskOrder: "newest-first" | "oldest-first";
  /** The query name that the window of the task list obeys; the other is ignored. @default "start_time" */
  taskWindowName: "start_time" | "begin_time";
  /**
   * Types of `task_count` and, in the list of instances, `no_password_access` and `enterprise_project_id`: numbers and
   * booleans as the reference's examples show them, or text as the SDKs' models have them (and the Go SDK insists on).
   * @default "examples"
   */
  wireTypes: "examples" | "models";
  /** Whether a node's address stays with the node or moves with the role. @default "stay-with-node" */
  addresses: "stay-with-node" | "move-with-role";
  /** The state of groups and logical nodes for their readers. @default "readable" */
  groups: "readable" | "forbidden" | "unreadable";
  /** Answers a swap while another one runs. @default "DCS.4026" */
  busyCode: string;
  /** Whether read/write splitting instances accept a swap. @default true */
  readWriteSplitSwaps: boolean;
  /** How many projects IAM lists for the region. @default "one" */
  projects: "one" | "none" | "several";
  /** The sandbox's clock minus this machine's, in seconds. @default 0 */
  clockOffsetSeconds: number;
  /** An access key is locked for five minutes after more than this many bad signatures in a row; 0: never. @default 5 */
  lockKeyAfterFailures: number;
}

/**
 * How an accepted swap ends:
 * - `switched`: roles exchanged, task SUCCESS, instance idle;
 * - `task-fails`: task FAILED, roles as before, instance idle; an answer after the work is 500 DCS.5094;
 * - `never-ends`: roles as before, the instance stays busy for ever;
 * - `stays-busy`: roles exchanged, but the instance stays busy and the task EXECUTING for ever;
 * - `roles-unchanged`: task SUCCESS and instance idle, but the roles are as before.
 * @public
 */
export type SwapEnding = "switched" | "task-fails" | "never-ends" | "stays-busy" | "roles-unchanged";

/** The operations that the sandbox serves, by the names that faults, holds and the journal use. @public */
export type OperationName =
  | "swap"
  | "asyncSwap"
  | "showJob"
  | "showInstance"
  | "listInstances"
  | "listGroups"
  | "listNodes"
  | "listTasks"
  | "deleteTask"
  | "changeTags"
  | "listTags"
  | "listProjects"
  | "unknown";

/** A request as the sandbox saw it. Times are RFC 3339 UTC by the sandbox's clock. @public */
export interface RequestEntry {
  id: string;
  at: string;
  endedAt?: string;
  method: string;
  path: string;
  /** Without the question mark; empty when there is none. */
  query: string;
  operation: OperationName;
  instanceId?: string;
  accessKey?: string;
  /** The status answered; absent while unanswered, or when the connection was dropped. */
  status?: number;
  /** The API's error code in the answer, if any. */
  errorCode?: string;
  bytesIn: number;
  bytesOut: number;
  /** Whether the route ran: false when a refused signature or a fault came first. */
  handled: boolean;
  /** Whether the client went away before it had the whole answer. */
  aborted: boolean;
  /** The kind of fault that was applied. */
  fault?: string;
}

/** A swap that was accepted, whoever asked for it. Times are RFC 3339 UTC by the sandbox's clock. @public */
export interface SwapEntry {
  id: string;
  instanceId: string;
  /** Of the request that asked for it; absent for an external one. */
  requestId?: string;
  at: string;
  /** When the roles were exchanged; absent if they were not (yet). */
  rolesChangedAt?: string;
  endedAt?: string;
  fromNodeId: string;
  toNodeId: string;
  /** Absent for an automatic failover. */
  user?: string;
  source: "api" | "async" | "external";
  outcome: "running" | "switched" | "failed" | "roles-unchanged";
  /** Of its record in the task log, if it gets one. */
  taskId?: string;
}

/**
 * Something that goes wrong with matching requests. Each request takes the first fault that matches and has times left.
 * @public
 */
export type Fault = FaultScope & FaultKind;

/** Which requests a fault befalls, when, and how often. @public */
export interface FaultScope {
  operation: OperationName | "any";
  /** Only requests about this instance. */
  instanceId?: string;
  /** How many requests it befalls. @default 1 */
  times?: number | "unlimited";
  /** How many matching requests pass unharmed before the first. @default 0 */
  skip?: number;
  /** Waits this long first, in milliseconds. @default 0 */
  delayMs?: number;
  /** Whether it comes before the request is handled, or after it but before its answer. @default "before" */
  when?: "before" | "after";
}

/**
 * What goes wrong:
 * - `drop`: the connection is closed without an answer; `reset`: with a TCP reset; `hang`: it stays open and silent;
 * - `delay`: nothing but `delayMs`;
 * - `answer`: another answer, by default with the usual body of its status;
 * - `garbage`, `html`, `huge`: 200 (or `status`) with random bytes, a page, or a very long JSON text;
 * - `redirect`: 307 (or `status`) to `location`;
 * - `trickle`: the true answer, `chunkBytes` every `everyMs`;
 * - `truncate`: the true answer with half of its body, well framed; `cut`: closed in the middle of it;
 *   `reset-mid-answer`: reset in the middle of it. These come after handling, whatever `when` says.
 * @public
 */
export type FaultKind =
  | { kind: "drop" | "reset" | "hang" | "delay" | "truncate" | "cut" | "reset-mid-answer" }
  | {
      kind: "answer";
      status: number;
      errorCode?: string;
      errorMessage?: string;
      /** Replaces the JSON envelope: an object is sent as JSON, text as it is. */
      body?: string | Record<string, unknown>;
      headers?: Record<string, string>;
    }
  | { kind: "garbage" | "html"; status?: number }
  | { kind: "huge"; status?: number; /** @default 20 MiB */ bytes?: number }
  | { kind: "redirect"; status?: 301 | 302 | 303 | 307 | 308; location: string }
  | { kind: "trickle"; /** @default 1 */ chunkBytes?: number; /** @default 50 */ everyMs?: number };

/** Stops requests on their way, so that a test can act while one is under way. @public */
export interface Hold {
  operation: OperationName | "any";
  instanceId?: string;
  /** Before the request is handled, or after it but before its answer. @default "before" */
  when?: "before" | "after";
  /** How many requests it stops. @default "unlimited" */
  times?: number | "unlimited";
}

/** A request that a hold has stopped. @public */
export interface HeldRequest {
  requestId: string;
  operation: OperationName;
  instanceId?: string;
  when: "before" | "after";
}

/** Changes to an instance from outside. @public */
export interface InstancePatch {
  name?: string;
  status?: string;
  /** Other work that keeps the instance busy; null for none. */
  task?: string | null;
  cacheMode?: CacheMode;
  engineVersion?: string;
  tags?: Tag[];
  /** Changes to nodes; `node` is a node id, or a role for all nodes that have it. */
  nodes?: { node: string; healthy?: boolean; priority?: number }[];
}

/** A switchover that no request to the sandbox asked for. @public */
export interface ExternalSwap {
  /** Who did it, as the task log names them. Absent: an automatic failover, which writes no record. */
  user?: string;
  /** @default that of the behaviour; 0 exchanges the roles before the call returns */
  swapSeconds?: number;
  /** Puts it this far into the past; it is then over at once. @default 0 */
  agoSeconds?: number;
}

/** A record of the task log that belongs to no swap of the sandbox. @public */
export interface TaskSpec {
  /** Such as `EXTEND`. */
  name: string;
  /** @default "SUCCESS" */
  status?: "CREATED" | "WAITING" | "EXECUTING" | "SUCCESS" | "FAILED";
  /** @default "sandbox-user" */
  userName?: string;
  /** How long ago it began. @default 0 */
  agoSeconds?: number;
}
