/** A DCS instance as last observed. Unknown wire fields are dropped; numbers and booleans sent as text are read too. @public */
export interface Instance {
  /** Instance id, a UUID. */
  id: string;
  /** Name shown in the console; empty if the cloud sent none. */
  name: string;
  /** `RUNNING`, `RESTARTING`, `FROZEN` …, as the cloud spells it. */
  status: string;
  subStatus?: string;
  /** Name of the task that keeps the instance busy; absent when idle. The best busy sign there is. */
  task?: string;
  /** `single`, `ha`, `ha_rw_split`, `proxy` or `cluster`; absent in list answers. */
  cacheMode?: string;
  engine?: string;
  engineVersion?: string;
  /** Address clients connect to; comma-separated for clusters. It stays when the roles change. */
  ip?: string;
  port?: number;
  /** Gigabytes, also below 1 (0.125). */
  capacityGb?: number;
  specCode?: string;
  /** RFC 3339, UTC. */
  createdAt?: string;
  /** RFC 3339, UTC. */
  updatedAt?: string;
  /** Zone codes such as `cn-north-4a`; empty if the cloud sent none. */
  availabilityZones: string[];
  tags?: Tag[];
}

/** A node of an instance. Nodes are told apart by `nodeId`: addresses may move with the role. @public */
export interface Node {
  nodeId: string;
  replicationId?: string;
  /** `standby` is the wire's `slave`. */
  role: "master" | "standby";
  ip?: string;
  availabilityZone?: string;
  /** True when the wire status is `Active`. */
  healthy: boolean;
  /** Promotion weight 0..100, 0 = never promoted; known from {@link DcsClient.listLogicalNodes} only. */
  priority?: number;
}

/** A background task of an instance. Times are RFC 3339, UTC, milliseconds. @public */
export interface Task {
  id: string;
  /** `masterStandbySwapJob` for a switchover. */
  name: string;
  /** Free text; `SUCCESS`, `FAILED`, `EXECUTING`, `CREATED`, `WAITING` are known. */
  status: string;
  userName?: string;
  userId?: string;
  createdAt: string;
  updatedAt?: string;
  jobId?: string;
  errorCode?: string;
}

/** A tag on an instance. @public */
export interface Tag {
  key: string;
  value: string;
}

/** Options every call takes. @public */
export interface CallOptions {
  /** Gives the call up, its retries included. A swap given up this way may have happened. */
  signal?: AbortSignal | undefined;
}

/** Which instances to list; all when empty. @public */
export interface InstanceQuery {
  /** Fuzzy match. */
  name?: string;
  /** One status, such as `RUNNING`. */
  status?: string;
}

/** The cloud's answer to an accepted swap. @public */
export interface SwapReceipt {
  requestId?: string;
  /** HTTP status, 204 by the documentation. */
  status: number;
}
