import { DcsError, type DcsClient, type Instance, type Node, type Task } from "./dcs/index.js";
import type { Intent } from "./intent.js";

/** One kind of evidence: what it shows, or why it could not be read. @internal */
export type Leg<T> = { readable: true; value: T } | { readable: false; error: DcsError | NoSingleMasterError };

/** Seen while roles are being exchanged, and on instances that have no single master. @internal */
export class NoSingleMasterError extends Error {
  override readonly name = "NoSingleMasterError";
  readonly code = "NO_SINGLE_MASTER";
  constructor(readonly why: string) {
    super(why);
  }
}

/** Name of a switchover in the task log (DCS API "ListBackgroundTask"). */
const isSwapTask = (task: Task): boolean => task.name === "masterStandbySwapJob";

/** @internal */
export interface Roles {
  master: Node;
  standbys: Node[];
}

/** All that is known of an instance at one moment, from the legs that the procedure decides on. @internal */
export interface Evidence {
  instance: Instance;
  roles: Leg<Roles>;
  /** Swap tasks of the task log, newest first. */
  swaps: Leg<Task[]>;
  /** What earlier runs noted before they sent a request: intent journal of this machine, and the intent tag. */
  intents: Intent[];
  /** The cloud's clock, ms. */
  now: number;
}

/**
 * Looks at an instance without changing anything. What must be readable for any decision (the instance itself) throws;
 * the other legs may be missing.
 * @throws DcsError when the instance can't be read.
 * @internal
 */
export async function observe(
  client: Pick<DcsClient, "showInstance" | "listNodes" | "listTasks" | "serverNow">,
  instanceId: string,
  intents: Intent[],
  signal?: AbortSignal,
): Promise<Evidence> {
  const options = signal ? { signal } : {};
  const [instance, roles, swaps] = await Promise.all([
    client.showInstance(instanceId, options),
    leg(() => readRoles(client, instanceId, signal)),
    leg(async () => (await client.listTasks(instanceId, options)).filter(isSwapTask)),
  ]);
  return { instance, roles, swaps, intents, now: client.serverNow() };
}

/** Evidence without tasks of which a person says that they had no effect. @internal */
export function withoutTasks(evidence: Evidence, ids: ReadonlySet<string>): Evidence {
  const { swaps } = evidence;
  if (!swaps.readable || ids.size === 0) return evidence;
  return { ...evidence, swaps: { readable: true, value: swaps.value.filter((task) => !ids.has(task.id)) } };
}

/** Roles by node id. @throws DcsError, NoSingleMasterError @internal */
export async function readRoles(
  client: Pick<DcsClient, "listNodes">,
  instanceId: string,
  signal?: AbortSignal,
): Promise<Roles> {
  const nodes = await client.listNodes(instanceId, signal ? { signal } : {});
  const masters = nodes.filter((node) => node.role === "master");
  const master = masters[0];
  if (master === undefined || masters.length > 1) {
    throw new NoSingleMasterError(
      masters.length === 0 ? "no node says that it is master" : `${masters.length} nodes say that they are master`,
    );
  }
  return { master, standbys: nodes.filter((node) => node.role === "standby") };
}

async function leg<T>(read: () => Promise<T>): Promise<Leg<T>> {
  try {
    return { readable: true, value: await read() };
  } catch (error) {
    if (error instanceof NoSingleMasterError || (DcsError.isInstance(error) && error.code !== "ABORTED"))
      return { readable: false, error };
    throw error;
  }
}

/** Clocks are compared to the second: the cloud's Date header has no more. @internal */
export const CLOCK_GRAIN_MS = 2_000;

/** @internal */
export const isRunning = (task: Task): boolean => !isFinal(task.status);
const isFinal = (status: string): boolean =>
  ["SUCCESS", "SUCCESSED", "FINISH", "FAILED", "FAIL"].includes(status.toUpperCase());
/** @internal */
export const isFailed = (task: Task): boolean => ["FAILED", "FAIL"].includes(task.status.toUpperCase());

/** The roles, for whoever only reads them. @internal */
export function rolesOf(evidence: Evidence): Roles | undefined {
  return evidence.roles.readable ? evidence.roles.value : undefined;
}
