import { cancellation } from "../cancellation.js";
import { observe } from "../evidence.js";
import { pickArguments, type Args } from "../inputs.js";
import { refreshed } from "../refresh.js";
import type { StackConfig } from "../settings.js";
import { ANY_TRIGGERS, historyOf, ledgerOf, type Ledger, type Pending, type Reviewed } from "../state.js";
import { clientFor, forgetSettled } from "./cloud.js";
import { nodesOf, toOutputs, triggersHashOf, validArgs, type Properties } from "./properties.js";

/**
 * Refresh: master and standbys as they are now, and switchovers made elsewhere as `observed` records.
 * Nothing is switched over, and nothing that a later update needs as evidence is used up.
 */
export async function read(
  id: string,
  props: Properties = {},
  config?: StackConfig,
): Promise<{ id: string; props: Properties; inputs: Properties }> {
  const { plan, ...inputs }: Properties = { instanceId: id, ...pickArguments(props), ...privateOf(props) };
  const args = validArgs(inputs);
  const evidence = await observe(await clientFor(args, config), args.instanceId, [], cancellation);
  const before = ledgerOf(props);
  const history = historyOf(props);
  if (!before.pending) await forgetSettled(args.instanceId, before.noted);
  const switchoverCount = (props["switchoverCount"] as number | undefined) ?? 0;
  const book = refreshed({ history, switchoverCount, ledger: before }, evidence, args);
  const outputs = toOutputs({ ...inputs, plan }, nodesOf(evidence), book);
  const unfinished = unfinishedOf(before, args);
  // Now the inputs say what the state knows, and the next check need not guess. Without a plan it looks again at what is unfinished.
  const reviewed: Reviewed = { kind: "none", known: book.ledger.known, ...(unfinished ? { unfinished } : {}) };
  return {
    id,
    props: outputs,
    inputs: { ...inputs, ...(plan === undefined || unfinished ? {} : { plan }), __reviewed: reviewed },
  };
}

const privateOf = (props: Properties): Properties =>
  Object.fromEntries(["__resource", "plan"].filter((key) => props[key] !== undefined).map((key) => [key, props[key]]));

function unfinishedOf({ settled, pending }: Ledger, args: Args): Reviewed["unfinished"] {
  if (settled !== null && !pending) return undefined;
  const triggersHash = triggersHashOf(args);
  return {
    due: settled !== triggersHash && settled !== ANY_TRIGGERS,
    ...(pending ? { pending: { ...withoutHash(pending), isOfTriggers: pending.triggersHash === triggersHash } } : {}),
  };
}

const withoutHash = ({ triggersHash: _hash, ...request }: Pending): Omit<Pending, "triggersHash"> => request;
