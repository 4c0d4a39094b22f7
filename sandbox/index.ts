import { createControls } from "./controls.js";
import { listen } from "./server.js";
import { createWorld } from "./world.js";
import type {
  Behaviour,
  ExternalSwap,
  Fault,
  HeldRequest,
  Hold,
  InstancePatch,
  InstanceSpec,
  OperationName,
  RequestEntry,
  SwapEnding,
  SwapEntry,
  TaskSpec,
} from "./types.js";

export type * from "./types.js";
export { defaultBehaviour } from "./behaviour.js";

/** How a sandbox begins; every field has a default. @public */
export interface SandboxOptions {
  /** On 127.0.0.1; 0 takes a free one. @default 0 */
  port?: number;
  /** How many instances of the usual kind, or what each one is like. @default 1 */
  instances?: number | InstanceSpec[];
  /** Short for `behaviour.swapSeconds`. @default 3 */
  swapSeconds?: number;
  accessKey?: string;
  secretKey?: string;
  /** Makes the key a temporary one: requests have to carry this token. */
  securityToken?: string;
  /** The name that the task log gives to the key's owner. @default "sandbox-user" */
  user?: string;
  /** More keys, each with the name of its owner. */
  users?: { accessKey: string; secretKey: string; securityToken?: string; name: string }[];
  /** 32 hex digits. */
  projectId?: string;
  /** @default "sandbox-1" */
  region?: string;
  behaviour?: Partial<Behaviour>;
}

/** A running sandbox. @public */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, for DCS and IAM alike. */
  readonly url: string;
  readonly region: string;
  readonly projectId: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly instances: { id: string; name: string }[];
  /** For a child process: the credentials, and the endpoints as official SDKs look for them. */
  readonly env: Record<string, string>;
  /** Every accepted swap, oldest first, whoever asked for it; `outcome` and `rolesChangedAt` say what became of it. */
  swaps(instanceId?: string): SwapEntry[];
  /** Every request but those to the admin paths, oldest first. */
  requests(): RequestEntry[];
  /** Forgets requests and swaps; work that is running goes on. */
  clearJournal(): void;
  /** Changes how it behaves from now on. */
  setBehaviour(patch: Partial<Behaviour>): void;
  /** Lets requests to come go wrong. */
  injectFault(fault: Fault): void;
  /** Takes back all faults that have times left. */
  clearFaults(): void;
  /** Stops requests on their way until {@link Sandbox.release}. */
  hold(hold: Hold): void;
  /** Settles as soon as `count` (1) requests of the operation are held; rejects after `timeoutMs` (30,000). */
  waitForHeld(operation?: OperationName | "any", count?: number, timeoutMs?: number): Promise<HeldRequest[]>;
  /** Lifts holds; held requests go on, even if their client is gone, or are discarded. Gives their number. */
  release(operation?: OperationName | "any", how?: "go" | "discard"): number;
  /** A switchover by someone else, or an automatic one. @throws if a user's swap would be refused now */
  externalSwap(instanceId: string, how?: ExternalSwap): SwapEntry;
  /** Changes an instance from outside. @throws for an id that it doesn't have */
  setInstance(instanceId: string, patch: InstancePatch): void;
  /** Ends the running swaps of an instance now, also one that would never end. @default "switched" */
  endSwaps(instanceId: string, ending?: SwapEnding): void;
  /** Adds a record to the task log; gives its id. */
  addTask(instanceId: string, task: TaskSpec): string;
  /** Ends all connections and all running work. */
  close(): Promise<void>;
}

// Made up for the sandbox and good for nothing else; long and odd enough to be found in any text they leak into.
const ACCESS_KEY = "SANDBOXAK0EXAMPLE001";
const SECRET_KEY = "SandboxSecretKeyExample0123456789abcdefG";
const PROJECT_ID = "5a0d5a0d5a0d4e1f8b7c6d5e4f3a2b1c";

/**
 * Starts a stand-in for the DCS cloud API on loopback. It keeps instances with nodes in two zones, verifies the
 * signature of every request, switches roles over in real time, and can be told to misbehave. Everything that the
 * handle does can also be done over HTTP under `/_sandbox/`.
 * @public
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const region = options.region ?? "sandbox-1";
  const projectId = options.projectId ?? PROJECT_ID;
  const accessKey = options.accessKey ?? ACCESS_KEY;
  const secretKey = options.secretKey ?? SECRET_KEY;
  const { instances = 1, securityToken } = options;
  const token = securityToken === undefined ? {} : { securityToken };
  const world = createWorld({
    region,
    projectId,
    signers: [{ accessKey, secretKey, ...token, name: options.user ?? "sandbox-user" }, ...(options.users ?? [])],
    instances: typeof instances === "number" ? Array.from({ length: instances }, () => ({})) : instances,
    behaviour: {
      ...(options.swapSeconds === undefined ? {} : { swapSeconds: options.swapSeconds }),
      ...options.behaviour,
    },
  });
  const controls = createControls(world);
  const server = await listen(controls, options.port ?? 0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the sandbox has no port");
  const url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    region,
    projectId,
    accessKey,
    secretKey,
    instances: [...world.instances.values()].map(({ id, name }) => ({ id, name })),
    env: {
      HUAWEICLOUD_SDK_AK: accessKey,
      HUAWEICLOUD_SDK_SK: secretKey,
      ...(securityToken === undefined ? {} : { HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken }),
      HUAWEICLOUD_SDK_PROJECT_ID: projectId,
      HUAWEICLOUD_SDK_REGION: region,
      [`HUAWEICLOUD_SDK_REGION_DCS_${region.toUpperCase().replaceAll("-", "_")}`]: url,
      HUAWEICLOUD_SDK_IAM_ENDPOINT: url,
    },
    swaps: (instanceId) => controls.swaps(instanceId),
    requests: () => controls.journal.entries(),
    clearJournal: () => controls.clearJournal(),
    setBehaviour: (patch) => controls.setBehaviour(patch),
    injectFault: (fault) => controls.faults.inject(fault),
    clearFaults: () => controls.faults.clear(),
    hold: (hold) => controls.holds.add(hold),
    waitForHeld: (operation, count, timeoutMs) => controls.holds.waitForHeld(operation, count, timeoutMs),
    release: (operation, how) => controls.holds.release(operation, how),
    externalSwap: (instanceId, how) => controls.externalSwap(instanceId, how),
    setInstance: (instanceId, patch) => controls.setInstance(instanceId, patch),
    endSwaps: (instanceId, ending) => controls.endSwaps(instanceId, ending),
    addTask: (instanceId, task) => controls.addTask(instanceId, task),
    async close() {
      world.timers.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      controls.holds.end();
      server.closeAllConnections();
      await closed;
    },
  };
}
