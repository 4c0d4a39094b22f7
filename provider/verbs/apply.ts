import { cancellation } from "../cancellation.js";
import { describeNode } from "../decide.js";
import { PartialStateError } from "../errors.js";
import { observe } from "../evidence.js";
import type { Args } from "../inputs.js";
import { rememberOutputs, replacedOutputs, replacesExisting } from "../replacement.js";
import type { StackConfig } from "../settings.js";
import { ANY_TRIGGERS, historyOf, ledgerOf, type Reviewed } from "../state.js";
import { fingerprintOf, knownFrom, switchover, type Book } from "../switchover.js";
import { clientFor, effectsFor, forgetSettled } from "./cloud.js";
import {
  nodesOf,
  ownerOf,
  reporter,
  seenNodes,
  toOutputs,
  triggersHashOf,
  validArgs,
  type Properties,
} from "./properties.js";

/** Declares the instance: switches over once, or records a baseline where nothing is to be switched. */
export async function create(inputs: Properties, config?: StackConfig): Promise<{ id: string; outs: Properties }> {
  const args = validArgs(inputs);
  const replaced = replacedOutputs(inputs);
  if (replaced) return { id: args.instanceId, ...(await update(args.instanceId, { ...replaced }, inputs, config)) };
  const isBaseline = !args.switchOnCreate || inputs["__import"] !== undefined || replacesExisting(inputs);
  return { id: args.instanceId, outs: await (isBaseline ? baseline : first)(args, inputs, config) };
}

/** Applies a change: one switchover if the triggers changed or the master is not where `primary` wants it, none otherwise. */
export async function update(
  _id: string,
  olds: Properties,
  news: Properties,
  config?: StackConfig,
): Promise<{ outs: Properties }> {
  const args = validArgs(news);
  const book = bookOf(olds, args);
  // What is pending is still to be told by its note to whoever sees nothing but inputs.
  if (!book.ledger.pending) await forgetSettled(args.instanceId, book.ledger.noted);
  const due = book.ledger.settled !== triggersHashOf(args);
  if (!due && !args.primary && !book.ledger.pending) {
    return { outs: toOutputs(news, seenNodes(olds), { ...book, history: book.history.slice(0, args.historyLimit) }) };
  }
  return { outs: await perform(args, news, book, due, reviewedOf(olds, news), config) };
}

/** Forgets the resource; the instance is left as it is. */
export async function remove(_id: string, props: Properties): Promise<void> {
  rememberOutputs(props, props["__resource"]);
  await forgetSettled(String(props["instanceId"]).toLowerCase(), ledgerOf(props).noted);
  reporter(props)("the instance is left as it is; only the record in this stack is removed");
}

async function first(args: Args, inputs: Properties, config: StackConfig | undefined): Promise<Properties> {
  const book: Book = { history: [], switchoverCount: 0, ledger: { version: 1, known: { version: 1 }, settled: null } };
  return perform(args, inputs, book, true, inputs["__reviewed"] as Reviewed | undefined, config);
}

async function baseline(args: Args, inputs: Properties, config: StackConfig | undefined): Promise<Properties> {
  const evidence = await observe(await clientFor(args, config), args.instanceId, [], cancellation);
  const nodes = nodesOf(evidence);
  reporter(inputs)(
    `baseline recorded: the master is ${nodes.master ? describeNode(nodes.master) : "unknown"}; nothing was switched over`,
  );
  const known = knownFrom(evidence, { version: 1 });
  return toOutputs(inputs, nodes, {
    history: [],
    switchoverCount: 0,
    ledger: { version: 1, known, settled: triggersHashOf(args) },
  });
}

/** Runs the procedure, saves what there is, and fails if the update is not what was asked for. */
async function perform(
  args: Args,
  inputs: Properties,
  book: Book,
  due: boolean,
  reviewed: Reviewed | undefined,
  config: StackConfig | undefined,
): Promise<Properties> {
  const owner = ownerOf(inputs);
  const task = { args, triggersHash: triggersHashOf(args), due, owner, fingerprint: fingerprintOf(book, owner), book };
  const ending = await switchover(
    reviewed ? { ...task, reviewed } : task,
    effectsFor(await clientFor(args, config), args, inputs),
  );
  const outputs = toOutputs(inputs, nodesOf(ending.evidence), ending.book);
  if (ending.incomplete !== undefined) {
    // The SDK adds its own property to what a verb returns, not to what it throws; without it the engine could neither read nor delete.
    const kept = { ...outputs, __provider: inputs["__provider"] };
    throw new PartialStateError(args.instanceId, kept, [ending.incomplete]);
  }
  return outputs;
}

/** What the old outputs say; where nobody ever declared triggers, today's count as satisfied. */
function bookOf(olds: Properties, args: Args): Book {
  const ledger = ledgerOf(olds);
  return {
    history: historyOf(olds),
    switchoverCount: (olds["switchoverCount"] as number | undefined) ?? 0,
    ledger: ledger.settled === ANY_TRIGGERS ? { ...ledger, settled: triggersHashOf(args) } : ledger,
  };
}

/**
 * The plan to be held to. After an update that left something unfinished, a plan that was carried over from then, or that speaks only of
 * other changes, was not made with the instance as it is now: evidence alone decides, as the failed update has announced.
 */
function reviewedOf(olds: Properties, news: Properties): Reviewed | undefined {
  const reviewed = news["__reviewed"] as Reviewed | undefined;
  const { pending, settled } = ledgerOf(olds);
  const isStale = olds["plan"] === news["plan"] || reviewed?.kind === "none";
  return (pending !== undefined || settled === null) && isStale ? undefined : reviewed;
}
