import {
  BusyError,
  ForbiddenError,
  ServerError,
  TransportError,
  type DcsError,
  type Instance,
  type Node,
  type Tag,
  type Task,
} from "../../../provider/dcs/index.js";
import type { Cloud } from "../../../provider/effects.js";
import type { VirtualTime } from "./virtualTime.js";

/** How the cloud of one schedule behaves. */
export interface CloudTraits {
  nodes: 2 | 3;
  /** When a swap's task is in the log: ms after its start; never. */
  taskAfterMs: number | "never";
  log: "readable" | "forbidden" | "flaky";
  roles: "readable" | "flaky";
  /** Whether instance and log show that a swap runs, or the log alone. */
  showsWork: boolean | "in the log";
  swapMs: number;
  /** The cloud's clock minus the runner's; and how far off the client's idea of it is. */
  skewMs: number;
  errorMs: number;
}

/** What becomes of one request for a swap. */
export type SwapFate =
  | "answered"
  | "never arrives"
  | "arrives, answer lost"
  | "arrives late, answer lost"
  | "gateway gives up"
  | "busy"
  | "forbidden"
  | "the work fails"
  | "answered after the work";

/** A swap that the cloud took: the truth that records are held against. */
export interface TrueSwap {
  id: string;
  at: number;
  from: string;
  to: string;
  /** Who asked: the label of the trigger's owner; undefined for an automatic failover. */
  by: string | undefined;
  /** `at` of the note that was made for the request. */
  notedAt?: string;
  outcome: "running" | "switched" | "failed";
}

/** One process's way to the cloud. */
export interface Access {
  label: string;
  /** Passes, or never comes back (a crash), or rejects. */
  step: (ms: number) => Promise<void>;
  fate: () => SwapFate;
  flaky: () => boolean;
  notedAt: () => string;
  signal: AbortSignal;
}

export interface ModelCloud {
  client(access: Access): Cloud;
  external(by: string | undefined): void;
  swaps: TrueSwap[];
  masterId(): string;
  heal(): void;
}

const details = { what: "Switching over", why: "the model says so", remedy: "" };

/** A DCS instance in virtual time, with the same rules as the sandbox: one swap at a time, roles and log each by their own pace. */
export function createModelCloud(time: VirtualTime, traits: CloudTraits): ModelCloud {
  const ids = ["a", "b", "c"].slice(0, traits.nodes).map((letter) => letter.repeat(32));
  let master = ids[0] ?? "";
  let turn = 0;
  let tags: Tag[] = [];
  let healed = false;
  const log: Task[] = [];
  const swaps: TrueSwap[] = [];
  let running: TrueSwap | undefined;
  const cloudNow = (): number => time.now() + traits.skewMs;
  const stamp = (): string => new Date(cloudNow()).toISOString();

  const start = (by: string | undefined, notedAt: string | undefined, fails: boolean): TrueSwap => {
    const others = ids.filter((id) => id !== master);
    const to = others[(turn += 1) % others.length] ?? master;
    const swap: TrueSwap = {
      id: `task-${swaps.length + 1}`,
      at: cloudNow(),
      from: master,
      to,
      by,
      ...(notedAt === undefined ? {} : { notedAt }),
      outcome: "running",
    };
    swaps.push(swap);
    running = swap;
    const task: Task = { id: swap.id, name: "masterStandbySwapJob", status: "EXECUTING", createdAt: stamp() };
    if (by !== undefined) {
      task.userName = by;
      if (traits.taskAfterMs !== "never") time.at(time.now() + traits.taskAfterMs, () => log.unshift(task));
    }
    time.at(time.now() + traits.swapMs * 0.7, () => {
      if (!fails) master = to;
    });
    time.at(time.now() + traits.swapMs, () => {
      swap.outcome = fails ? "failed" : "switched";
      task.status = fails ? "FAILED" : "SUCCESS";
      task.updatedAt = stamp();
      if (running === swap) running = undefined;
    });
    return swap;
  };
  const ended = (swap: TrueSwap): Promise<void> =>
    swap.outcome === "running" ? time.sleep(100).then(() => ended(swap)) : Promise.resolve();

  const client = (access: Access): Cloud => {
    const { signal, step } = access;
    /** A request in flight: it may be given up, and what is at the other end goes on. */
    const abortable = async <T>(work: () => Promise<T>, disposition: "not-sent" | "unknown"): Promise<T> => {
      const aborted = (): DcsError =>
        new TransportError({ ...details, code: "ABORTED", disposition, reason: "aborted", stage: "sent" });
      if (signal.aborted) throw aborted();
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(aborted()), { once: true });
        work().then(resolve, reject);
      });
    };
    const read = <T>(flaky: boolean, value: () => T): Promise<T> =>
      abortable(async () => {
        await step(20);
        if (!healed && flaky && access.flaky())
          throw new ServerError({ ...details, code: "SERVER", status: 503, retryable: true });
        const seen = structuredClone(value());
        await step(20);
        return seen;
      }, "not-sent");
    const lost = (): DcsError =>
      new TransportError({ ...details, code: "NETWORK", disposition: "unknown", reason: "reset", stage: "sent" });
    const busy = (): DcsError =>
      new BusyError({ ...details, code: "BUSY", disposition: "refused", retryable: true, errorCode: "DCS.4026" });

    return {
      serverNow: () => cloudNow() + traits.errorMs,
      showInstance: () =>
        read(false, (): Instance => ({
          id: "i",
          name: "cache",
          status: "RUNNING",
          cacheMode: "ha",
          availabilityZones: [],
          ...(running && traits.showsWork === true ? { task: "masterStandbySwapJob" } : {}),
        })),
      listNodes: () =>
        read(traits.roles === "flaky", () =>
          ids.map((id): Node => ({ nodeId: id, role: id === master ? "master" : "standby", healthy: true })),
        ),
      listTasks: () =>
        read(traits.log === "flaky", () => {
          if (traits.log === "forbidden") throw new ForbiddenError({ ...details, code: "FORBIDDEN", status: 403 });
          return log.filter((task) => traits.showsWork !== false || task.status !== "EXECUTING");
        }),
      listTags: () => read(false, () => tags),
      addTags: (_id, added) =>
        read(false, () => {
          tags = [...tags.filter((tag) => !added.some((item) => item.key === tag.key)), ...added];
        }),
      removeTags: (_id, keys) =>
        read(false, () => {
          tags = tags.filter((tag) => !keys.includes(tag.key));
        }),
      swap: () => {
        const fate = healed ? "answered" : access.fate();
        const notedAt = access.notedAt();
        const arrive = (fails = false): TrueSwap => {
          if (running) throw busy();
          return start(access.label, notedAt, fails);
        };
        const arriveLater = (ms: number): void => {
          time.at(time.now() + ms, () => {
            if (!running) start(access.label, notedAt, false);
          });
        };
        const request = async (): Promise<{ status: number; requestId: string }> => {
          await step(0);
          if (fate === "never arrives") {
            await step(3_000);
            throw lost();
          }
          if (fate === "busy") throw busy();
          if (fate === "forbidden")
            throw new ForbiddenError({ ...details, code: "FORBIDDEN", disposition: "refused", status: 403 });
          if (fate === "arrives late, answer lost") {
            arriveLater(8_000);
            await step(3_000);
            throw lost();
          }
          // The crash between these two steps leaves a request that the cloud works on.
          const swap = arrive(fate === "the work fails");
          await step(50);
          if (fate === "arrives, answer lost") throw lost();
          if (fate === "gateway gives up") {
            await step(30_000);
            throw new ServerError({ ...details, code: "SERVER", status: 504, disposition: "unknown" });
          }
          if (fate === "answered after the work") {
            await ended(swap);
            await step(0);
          }
          return { status: 204, requestId: `request-of-${swap.id}` };
        };
        return abortable(request, signal.aborted ? "not-sent" : "unknown");
      },
    };
  };

  return {
    client,
    external(by) {
      if (!running) start(by, undefined, false);
    },
    swaps,
    masterId: () => master,
    heal() {
      healed = true;
    },
  };
}
