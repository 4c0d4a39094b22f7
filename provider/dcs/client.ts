import type { Dispatcher } from "undici";
import { ofType } from "./apiError.js";
import { createCaller, type Caller } from "./caller.js";
import { createServerClock, type ServerClock } from "./clock.js";
import type { Credentials } from "./credentials/types.js";
import { realEffects, type Effects } from "./effects.js";
import { parseEndpoint } from "./endpoint.js";
import { ConfigError, NotSupportedError } from "./errors.js";
import type { ExchangeLimits } from "./exchange.js";
import { operations, type Operation } from "./operations.js";
import { dispatcherFor } from "./pools.js";
import type { RetryPolicy } from "./retry.js";
import type { CallOptions, Instance, InstanceQuery, Node, SwapReceipt, Tag, Task } from "./types.js";
import { USER_AGENT } from "./userAgent.js";

/** What a client is made of; `connect` finds all of it from config and environment. @public */
export interface DcsClientOptions {
  /** `https://dcs.{region}.myhuaweicloud.com` or the like; http is taken for loopback hosts only. */
  endpoint: string;
  region: string;
  projectId: string;
  /** Asked before every request, so that temporary keys can be renewed. */
  credentials: () => Promise<Credentials>;
  /**
   * How long one request may take from its start to the answer's last byte, in ms. A swap may answer only after its
   * work, which can take over 30 s.
   * @default 40_000
   */
  requestTimeoutMs?: number | undefined;
  /** @default the process's shared pool, which honours HTTPS_PROXY and NO_PROXY */
  dispatcher?: Dispatcher | undefined;
  /** Where HTTPS_PROXY and NO_PROXY are read. @default process.env */
  env?: NodeJS.ProcessEnv | undefined;
  userAgent?: string | undefined;
  /** @default READ_RETRY */
  retry?: RetryPolicy | undefined;
  /** Finer limits than `requestTimeoutMs`; see {@link ExchangeLimits}. */
  limits?: Partial<ExchangeLimits> | undefined;
  /** For tests: clocks, chance and waiting. */
  effects?: Partial<Effects> | undefined;
}

export const DEFAULT_REQUEST_TIMEOUT_MS = 40_000;
/** Between two pieces of a body. */
const BODY_MS = 15_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const PAGE = 100;
/** Enough for years of switchovers; what lies beyond is never asked for. */
const MAX_TASKS = 1_000;
const MAX_INSTANCES = 10_000;

/**
 * The part of the DCS API that a switchover needs. Reads are retried inside, by the policy; writes are sent once.
 * Every failure is a {@link DcsError}.
 * @public
 */
export class DcsClient {
  readonly endpoint: string;
  readonly region: string;
  readonly projectId: string;
  private readonly call: Caller;
  private readonly operations: ReturnType<typeof operations>;
  private readonly clock: ServerClock;
  /** Types of instances already read, to name them when a swap is not supported. */
  private readonly cacheModes = new Map<string, string>();

  constructor(options: DcsClientOptions) {
    const endpoint = parseEndpoint(options.endpoint, "endpoint");
    const callMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
    if (!(callMs > 0 && callMs <= 3_600_000)) {
      throw new ConfigError({
        what: "Setting the request timeout",
        why: `${callMs} ms is out of range`,
        remedy: "Give between 1 ms and 1 hour.",
      });
    }
    this.endpoint = endpoint.href.replace(/\/$/, "");
    this.region = options.region;
    this.projectId = options.projectId;
    this.operations = operations(options.projectId);
    const effects = { ...realEffects, ...options.effects };
    this.clock = createServerClock(effects);
    this.call = createCaller({
      endpoint,
      region: options.region,
      projectId: options.projectId,
      credentials: options.credentials,
      dispatcher: () => options.dispatcher ?? dispatcherFor(endpoint, options.env ?? process.env),
      limits: { headersMs: callMs, bodyMs: BODY_MS, callMs, maxBytes: MAX_ANSWER_BYTES, ...options.limits },
      userAgent: options.userAgent ?? USER_AGENT,
      clock: this.clock,
      retry: options.retry,
      effects,
    });
  }

  /** Now by the cloud's clock, ms since the epoch; by the local clock before the first answer. */
  serverNow(): number {
    return this.clock.now();
  }

  /** Cloud clock minus local clock in ms; undefined before the first answer. */
  clockOffsetMs(): number | undefined {
    return this.clock.offsetMs();
  }

  /** Type, status and running task of an instance. Needs `dcs:instance:get`. */
  async showInstance(instanceId: string, options?: CallOptions): Promise<Instance> {
    const { value } = await this.call(this.operations.showInstance(checkId(instanceId)), options);
    if (value.cacheMode !== undefined) this.cacheModes.set(instanceId, value.cacheMode);
    return value;
  }

  /** All instances of the project in this region (at most 10,000), without `cacheMode`. Needs `dcs:instance:list`. */
  async listInstances(query: InstanceQuery = {}, options?: CallOptions): Promise<Instance[]> {
    const { items } = await this.pages(
      (page) => this.operations.listInstances({ ...query, ...page }),
      ({ instances, instance_num }) => ({ items: instances, total: instance_num }),
      { from: 0, to: MAX_INSTANCES },
      options,
    );
    return items;
  }

  /** The nodes with their roles. Redis 4.0 and later, not for single-node types. Needs `dcs:instance:get`. */
  async listNodes(instanceId: string, options?: CallOptions): Promise<Node[]> {
    return (await this.call(this.operations.listNodes(checkId(instanceId)), options)).value;
  }

  /** The nodes with their promotion priorities; proxies are left out. Needs `dcs:instance:get`. */
  async listLogicalNodes(instanceId: string, options?: CallOptions): Promise<Node[]> {
    return (await this.call(this.operations.listLogicalNodes(checkId(instanceId)), options)).value;
  }

  /** Background tasks (at most 1,000, the newest), newest first. Needs `dcs:instance:getBackgroundTask`. */
  async listTasks(instanceId: string, options?: CallOptions): Promise<Task[]> {
    const id = checkId(instanceId);
    const read = (from: number, to: number) =>
      this.pages(
        (page) => this.operations.listTasks(id, page),
        ({ tasks, task_count }) => ({ items: tasks, total: task_count }),
        { from, to },
        options,
      );
    let { items, total } = await read(0, MAX_TASKS);
    // The API documents no order: of a longer log that begins with the oldest, the newest are at the end.
    if (total > MAX_TASKS && startedAt(items.at(-1)) > startedAt(items[0])) {
      ({ items } = await read(total - MAX_TASKS, total));
    }
    return items.sort((a, b) => startedAt(b) - startedAt(a));
  }

  /** Needs `dcs:instance:get`. */
  async listTags(instanceId: string, options?: CallOptions): Promise<Tag[]> {
    return (await this.call(this.operations.listTags(checkId(instanceId)), options)).value;
  }

  /** Sets tags; a tag of the same key is overwritten. Sent once. Needs `dcs:instance:modify`. */
  async addTags(instanceId: string, tags: readonly Tag[], options?: CallOptions): Promise<void> {
    await this.call(this.operations.changeTags(checkId(instanceId), "create", tags), options);
  }

  /** Sent once. Needs `dcs:instance:modify`. */
  async removeTags(instanceId: string, keys: readonly string[], options?: CallOptions): Promise<void> {
    const tags = keys.map((key) => ({ key }));
    await this.call(this.operations.changeTags(checkId(instanceId), "delete", tags), options);
  }

  /**
   * Makes a standby the master. Sent once, never repeated here: on failure the error's `disposition` says whether it
   * may have happened. Success means accepted; whether the roles have changed is for {@link listNodes} to show.
   * Needs `dcs:instance:swap`.
   */
  async swap(instanceId: string, options?: CallOptions): Promise<SwapReceipt> {
    const id = checkId(instanceId);
    try {
      const { status, requestId } = await this.call(this.operations.swap(id), {
        ...options,
        cacheMode: this.cacheModes.get(id),
      });
      return { status, ...(requestId === undefined ? {} : { requestId }) };
    } catch (error) {
      if (error instanceof NotSupportedError && !this.cacheModes.has(id)) throw await this.withType(error, id, options);
      throw error;
    }
  }

  /** The refusal of a type that cannot be switched over, with the type in its text if it can be read. */
  private async withType(error: NotSupportedError, id: string, options?: CallOptions): Promise<NotSupportedError> {
    let cacheMode: string | undefined;
    try {
      ({ cacheMode } = await this.showInstance(id, options));
    } catch {
      return error;
    }
    if (cacheMode === undefined) return error;
    const { code, what, why, remedy, status, errorCode, requestId, disposition } = error;
    const named = `${why}: ${ofType(cacheMode)}`;
    return new NotSupportedError({ code, what, why: named, remedy, status, errorCode, requestId, disposition });
  }

  /** Reads page after page; the far side may give fewer than asked for, or ignore the offset. */
  private async pages<T extends { id: string }, W>(
    operation: (page: { offset: number; limit: number }) => Operation<W>,
    read: (value: W) => { items: T[]; total: number },
    { from, to }: { from: number; to: number },
    options?: CallOptions,
  ): Promise<{ items: T[]; total: number }> {
    const found = new Map<string, T>();
    let total = -1;
    for (let offset = from; offset < to;) {
      const { value } = await this.call(operation({ offset, limit: Math.min(PAGE, to - offset) }), options);
      const page = read(value);
      const before = found.size;
      for (const item of page.items) found.set(item.id, item);
      offset += page.items.length;
      total = page.total;
      if (found.size === before || (total >= 0 && offset >= total)) break;
    }
    return { items: [...found.values()], total };
  }
}

/** Ids go into the path: nothing but letters, digits and hyphens gets there. */
function checkId(instanceId: string): string {
  if (/^[A-Za-z0-9-]{1,64}$/.test(instanceId)) return instanceId;
  throw new ConfigError({
    what: `Using instance id ${JSON.stringify(instanceId)}`,
    why: "it is not an instance id",
    remedy: "Give the instance's UUID, as the console shows it.",
  });
}

function startedAt(task: Task | undefined): number {
  return task === undefined ? Number.NaN : Date.parse(task.createdAt);
}
