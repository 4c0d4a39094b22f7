import * as v from "valibot";
import { DEFAULTS } from "../../provider/inputs.js";
import type { StateResource } from "../source/deployment.js";
import { open } from "../source/secretValue.js";
import type { Snapshot } from "../source/snapshot.js";
import { TYPE } from "../source/switchoverTriggers.js";
import { parseUrn } from "../source/urn.js";

const Ledger = v.object({
  known: v.optional(v.object({ newestSwap: v.optional(v.object({ taskId: v.string(), at: v.string() })) })),
});
const Connection = v.object(
  Object.fromEntries(
    ["region", "projectId", "endpoint", "iamEndpoint", "profile", "requestTimeout"].map((key) => [
      key,
      v.optional(v.string()),
    ]),
  ),
);

/** A resource that keeps records, with all in its state that should agree with them. */
export interface Keeper {
  project: string;
  stack: string;
  resource: string;
  urn: string;
  instanceId: string | undefined;
  /** Records as the state has them, newest first; undefined where they are sealed or no list. */
  history: unknown[] | undefined;
  /** The output `lastSwitchover`: a second copy of the newest record. */
  lastHash: string | undefined;
  /** Switchovers that satisfied a trigger, also those that are no longer kept. */
  switchoverCount: number | undefined;
  /** How many records the resource keeps. */
  historyLimit: number;
  /** The newest swap task that the provider has taken into account. */
  newestSwap: { taskId: string; at: string } | undefined;
  /** RFC 3339; undefined in states of old engines. */
  createdAt: string | undefined;
  /** The resource's own `connection` argument. */
  connection: Readonly<Record<string, string | undefined>>;
  /** The stack as `pulumi` names it, where it was read through it: its config says which cloud. */
  readThrough: string | undefined;
}

/** The keepers of a state. */
export function keepersIn({ state, stack }: Snapshot): Keeper[] {
  return state.resources.filter(({ type }) => type === TYPE).map((resource) => keeperOf(resource, stack));
}

function keeperOf({ urn, outputs = {}, created }: StateResource, readThrough: string | undefined): Keeper {
  const place = parseUrn(urn);
  const history = open(outputs["history"]);
  const records = history.value ?? [];
  const last = open(outputs["lastSwitchover"]);
  const ledger = v.safeParse(Ledger, outputs["__ledger"]);
  const connection = v.safeParse(Connection, outputs["connection"]);
  const count = outputs["switchoverCount"];
  const limit = outputs["historyLimit"];
  const instanceId = outputs["instanceId"];
  return {
    project: place.project,
    stack: place.stack,
    resource: place.name,
    urn,
    instanceId: typeof instanceId === "string" ? instanceId : undefined,
    history: history.sealed.length === 0 && Array.isArray(records) ? records : undefined,
    lastHash: hashIn(last.value),
    switchoverCount: typeof count === "number" ? count : undefined,
    historyLimit: typeof limit === "number" ? limit : DEFAULTS.historyLimit,
    newestSwap: ledger.success ? ledger.output.known?.newestSwap : undefined,
    createdAt: typeof created === "string" ? created : undefined,
    connection: connection.success ? connection.output : {},
    readThrough,
  };
}

function hashIn(record: unknown): string | undefined {
  if (typeof record !== "object" || record === null || !("hash" in record)) return undefined;
  return typeof record.hash === "string" ? record.hash : undefined;
}
