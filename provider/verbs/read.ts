import { cancellation } from "../cancellation.js";
import { rfc3339 } from "../clock.js";
import { rolesOf } from "../decide.js";
import { observe, type Evidence } from "../evidence.js";
import { pickArguments, type Args } from "../inputs.js";
import { extendHistory, type RecordDraft } from "../record.js";
import type { StackConfig } from "../settings.js";
import {
  ANY_TRIGGERS,
  historyOf,
  ledgerOf,
  toRecorded,
  type Known,
  type Ledger,
  type Pending,
  type Reviewed,
} from "../state.js";
import { knownFrom, othersMade } from "../switchover.js";
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
  await forgetSettled(args.instanceId, before.noted);
  // What is pending is for the next update to settle: its own swap must not pass for somebody else's here.
  const observed = before.pending ? [] : madeElsewhere(evidence, before.known, history, args);
  const ledger: Ledger = {
    ...before,
    known: before.pending ? before.known : knownNow(evidence, before.known, observed),
  };
  const outputs = toOutputs({ ...inputs, plan }, nodesOf(evidence), {
    history: extendHistory(history, observed, args.historyLimit),
    switchoverCount: (props["switchoverCount"] as number | undefined) ?? 0,
    ledger,
  });
  const unfinished = unfinishedOf(before, args);
  // Now the inputs say what the state knows, and the next check need not guess. Without a plan it looks again at what is unfinished.
  const reviewed: Reviewed = { kind: "none", known: ledger.known, ...(unfinished ? { unfinished } : {}) };
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

/** Switchovers that no record accounts for: those that the task log tells of, or else the one that exchanged roles show. */
function madeElsewhere(
  evidence: Evidence,
  known: Known,
  history: ReturnType<typeof historyOf>,
  args: Args,
): RecordDraft[] {
  const logged = othersMade({ evidence, known, history, args });
  if (logged.length > 0) return logged;
  const roles = rolesOf(evidence);
  if (!roles || known.masterNodeId === undefined || roles.master.nodeId === known.masterNodeId) return [];
  const from = roles.standbys.find((node) => node.nodeId === known.masterNodeId);
  return [
    {
      instanceId: args.instanceId,
      instanceName: evidence.instance.name,
      outcome: "observed",
      performedAt: rfc3339(evidence.now),
      timeSource: "noticed",
      ...(from ? { from: toRecorded(from) } : {}),
      to: toRecorded(roles.master),
      trigger: {},
      attempts: 0,
      note: "the roles were found exchanged, and no task tells when or by whom",
    },
  ];
}

/** What is seen now, with the newest switchover of others still there to satisfy a trigger. */
function knownNow(evidence: Evidence, before: Known, observed: readonly RecordDraft[]): Known {
  const last = observed.at(-1);
  const unclaimed: Known["unclaimed"] = last
    ? {
        at: last.performedAt,
        ...(last.taskId === undefined ? {} : { taskId: last.taskId }),
        ...(last.performedBy === undefined ? {} : { by: last.performedBy }),
        ...(before.masterNodeId === undefined ? {} : { fromNodeId: before.masterNodeId }),
      }
    : before.unclaimed;
  return { ...knownFrom(evidence, before), ...(unclaimed ? { unclaimed } : {}) };
}
