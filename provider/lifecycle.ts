import { canonicalHash, canonicalJson } from "./canonical.js";
import { cancellation } from "./cancellation.js";
import { rfc3339, systemClock } from "./clock.js";
import { connect, DcsError, type DcsClient } from "./dcs/index.js";
import { busyWith, decide, describeNode, rolesOf, type Resolution } from "./decide.js";
import { PartialStateError } from "./errors.js";
import { observe, type Evidence } from "./evidence.js";
import { parseInputs, pickArguments, type Args, type InputFailure } from "./inputs.js";
import { fromTags } from "./intentTag.js";
import { fileJournal, journalFolder } from "./journal.js";
import { knownAfter, nonePlan, toPlan, unknownPlan, type Plan } from "./plan.js";
import { extendHistory } from "./record.js";
import { rememberExisting, replacesExisting } from "./replacement.js";
import { connectionSettings, type StackConfig } from "./settings.js";
import {
  ANY_TRIGGERS,
  historyOf,
  ledgerOf,
  OWN_INPUTS,
  toRecorded,
  type Known,
  type Reviewed,
  type State,
} from "./state.js";
import {
  fingerprintOf,
  knownFrom,
  othersMade,
  switchover,
  type Book,
  type Effects,
  type Ending,
} from "./switchover.js";
import { fileTrace } from "./trace.js";

/**
 * The resource's verbs as plain functions. State files written by any version of this package call them by these names, through the
 * text in `__provider`: path, names and parameters are part of the package's semantic version.
 */

type Properties = Record<string, unknown>;

/** Inputs with the plan that a reviewer reads, or everything that is wrong with them. */
export async function check(
  olds: Properties,
  news: Properties,
  config?: StackConfig,
): Promise<{ inputs: Properties; failures?: InputFailure[] }> {
  const exists = olds["instanceId"] !== undefined;
  if (exists) rememberExisting(olds, news["__resource"]);
  const parsed = parseInputs(news, (key) => OWN_INPUTS.has(key));
  if (parsed.kind === "invalid") return { inputs: news, failures: parsed.failures };
  const previous =
    exists && olds["instanceId"] === news["instanceId"] ? (olds["__reviewed"] as Reviewed | undefined) : undefined;
  const known = previous?.known ?? { version: 1 };
  if (parsed.kind === "unknown") {
    return withPlan(
      news,
      unknownPlan(
        `${parsed.properties.join(", ")} ${parsed.properties.length > 1 ? "are" : "is"} not known yet`,
        known,
      ),
    );
  }
  const { args } = parsed;
  const oldPlan = olds["plan"] as string | undefined;
  const isSame = previous !== undefined && oldPlan !== undefined;
  const unchanged = isSame && canonicalJson(pickArguments(olds)) === canonicalJson(pickArguments(news));
  const keep = (): { inputs: Properties } => ({ inputs: { ...news, plan: oldPlan, __reviewed: previous } });
  if (unchanged && !args.primary) return keep();

  const due = isSame
    ? !previous.baseline && triggersHashOf(args) !== canonicalHash(olds["triggers"] ?? {})
    : args.switchOnCreate && !replacesExisting(news);
  const creating = !isSame;
  if (!due && (!args.primary || creating)) return withPlan(news, creating ? baselinePlan() : nonePlan(previous, known));

  let client: DcsClient;
  try {
    client = await clientFor(args, config);
  } catch (error) {
    if (DcsError.isInstance(error) && (error.code === "CONFIG" || error.code === "CREDENTIALS")) {
      return { inputs: news, failures: [{ property: "connection", reason: error.message }] };
    }
    return unseen(error);
  }
  try {
    const { evidence, journalIntents } = await lookOnce(client, args);
    const after = previous ? knownAfter(previous, evidence) : known;
    const triggersHash = triggersHashOf(args);
    const situation = {
      args,
      triggersHash,
      due,
      known: after,
      history: [],
      // The state's fingerprint is not among the inputs: any interrupted run of this trigger on this machine is a reason to look twice.
      own: journalIntents.filter((intent) => !intent.live && triggersHash.startsWith(intent.triggersHash)),
      evidence,
      ...resolutionFor(args.instanceId),
    };
    const decision = decide(situation);
    if (decision.kind === "none") return isSame ? keep() : withPlan(news, nonePlan(previous, after));
    return withPlan(news, toPlan(situation, decision, busyWith(evidence), oldPlan));
  } catch (error) {
    return unseen(error);
  }

  /** The cloud could not be looked at: a preview goes on and says so. */
  function unseen(error: unknown): { inputs: Properties } {
    const why = error instanceof Error ? error.message : String(error);
    if (
      DcsError.isInstance(error) &&
      !error.retryable &&
      ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"].includes(error.code)
    ) {
      return withPlan(news, { text: `refuse: ${why}`, reviewed: { kind: "refuse", known } });
    }
    console.error(`warning: the instance can't be looked at now, so the plan is unknown: ${why}`);
    return unchanged ? keep() : withPlan(news, unknownPlan(DcsError.isInstance(error) ? error.why : why, known));
  }
}

/** Whether anything differs: decided from inputs and state alone, without a call to the cloud. */
export function diff(
  _id: string,
  olds: Properties,
  news: Properties,
): { changes: boolean; replaces: string[]; deleteBeforeReplace: boolean } {
  const replaces = olds["instanceId"] === news["instanceId"] ? [] : ["instanceId"];
  const unfinished = ledgerOf(olds).pending !== undefined || ledgerOf(olds).settled === null;
  const changes =
    replaces.length > 0 ||
    unfinished ||
    olds["plan"] !== news["plan"] ||
    canonicalJson(pickArguments(olds)) !== canonicalJson(pickArguments(news));
  return { changes, replaces, deleteBeforeReplace: false };
}

/** Declares the instance: switches over once, or records a baseline where `switchOnCreate` is false. */
export async function create(inputs: Properties, config?: StackConfig): Promise<{ id: string; outs: State }> {
  const args = validArgs(inputs);
  const triggersHash = triggersHashOf(args);
  const book: Book = { history: [], switchoverCount: 0, ledger: { version: 1, known: { version: 1 }, settled: null } };
  const client = await clientFor(args, config);
  if (!args.switchOnCreate || replacesExisting(inputs)) {
    const evidence = await observe(client, args.instanceId, [], cancellation);
    const master = rolesOf(evidence)?.master;
    reporter(inputs)(
      `baseline recorded: the master is ${master ? describeNode(master) : "unknown"}; nothing was switched over`,
    );
    const ledger = { version: 1 as const, known: knownFrom(evidence, book.ledger.known), settled: triggersHash };
    return { id: args.instanceId, outs: toState(inputs, { book: { ...book, ledger }, evidence }) };
  }
  const ending = await switchover(
    { args, triggersHash, due: true, fingerprint: fingerprintOf(book), book, ...reviewedOf(inputs) },
    effectsFor(client, args, inputs),
  );
  return { id: args.instanceId, outs: finish(args, inputs, ending) };
}

/** Applies a change: one switchover if the triggers changed or the master is not where `primary` wants it, none otherwise. */
export async function update(
  _id: string,
  olds: Properties,
  news: Properties,
  config?: StackConfig,
): Promise<{ outs: State }> {
  const args = validArgs(news);
  const triggersHash = triggersHashOf(args);
  const ledger = ledgerOf(olds);
  const settled = ledger.settled === ANY_TRIGGERS ? triggersHash : ledger.settled;
  const history = historyOf(olds);
  const book: Book = {
    history: history.slice(0, args.historyLimit),
    ledger: { ...ledger, settled },
    switchoverCount: (olds["switchoverCount"] as number | undefined) ?? 0,
  };
  await forgetSettled(args.instanceId, ledger.noted);
  const due = settled !== triggersHash;
  if (!due && !args.primary && !ledger.pending) {
    return { outs: { ...seenNodes(olds), ...declared(news), ...bookProperties(book) } };
  }
  const client = await clientFor(args, config);
  const ending = await switchover(
    { args, triggersHash, due, fingerprint: fingerprintOf(book), book, ...reviewedOf(news) },
    effectsFor(client, args, news),
  );
  return { outs: finish(args, news, ending) };
}

/**
 * Refresh: master and standbys as they are now, and switchovers made elsewhere as `observed` records. Import: a baseline by instance id.
 * Nothing is switched over, and nothing that a later update needs as evidence is used up.
 */
export async function read(
  id: string,
  props: Properties = {},
  config?: StackConfig,
): Promise<{ id: string; props: State; inputs: Properties }> {
  const isImport = props["__ledger"] === undefined;
  const declaredInputs: Properties = isImport ? { ...pickArguments(props), instanceId: id } : declared(props);
  const args = validArgs(declaredInputs);
  const client = await clientFor(args, config);
  const evidence = await observe(client, args.instanceId, [], cancellation);
  const before = ledgerOf(props);
  const history = historyOf(props);
  const switchoverCount = (props["switchoverCount"] as number | undefined) ?? 0;
  if (isImport) {
    const settled = args.triggers && Object.keys(args.triggers).length > 0 ? triggersHashOf(args) : ANY_TRIGGERS;
    const book: Book = {
      history,
      switchoverCount,
      ledger: { version: 1, known: knownFrom(evidence, before.known), settled },
    };
    const { plan, __reviewed } = withPlan({}, baselinePlan()).inputs as { plan: string; __reviewed: Reviewed };
    const inputs = { ...declaredInputs, plan, __reviewed: { ...__reviewed, baseline: true, known: book.ledger.known } };
    return { id, props: toState(inputs, { book, evidence }), inputs };
  }
  await forgetSettled(args.instanceId, before.noted);
  // What is pending is for the next update to settle: its own swap must not pass for somebody else's here.
  const drafts = before.pending ? [] : othersMade({ evidence, known: before.known, history, args });
  const newest = drafts.at(-1);
  const moved = rolesOf(evidence)?.master.nodeId;
  const noticed =
    !before.pending &&
    newest === undefined &&
    moved !== undefined &&
    before.known.masterNodeId !== undefined &&
    moved !== before.known.masterNodeId
      ? [noticedMove(args, evidence)]
      : [];
  const all = [...drafts, ...noticed];
  const last = all.at(-1);
  const known: Known = before.pending
    ? before.known
    : {
        ...knownFrom(evidence, before.known),
        ...(last
          ? {
              unclaimed: {
                at: last.performedAt,
                ...(last.taskId === undefined ? {} : { taskId: last.taskId }),
                ...(last.performedBy === undefined ? {} : { by: last.performedBy }),
                ...(before.known.masterNodeId === undefined ? {} : { fromNodeId: before.known.masterNodeId }),
              },
            }
          : before.known.unclaimed
            ? { unclaimed: before.known.unclaimed }
            : {}),
      };
  const book: Book = {
    history: extendHistory(history, all, args.historyLimit),
    switchoverCount,
    ledger: { ...before, known },
  };
  const plan = props["plan"] as string | undefined;
  const unfinished = before.settled === null || before.pending !== undefined;
  // Without a plan the next check looks afresh; with one it compares what it sees with what is known now.
  const reviewed: Reviewed = { kind: "none", known, ...(before.settled === ANY_TRIGGERS ? { baseline: true } : {}) };
  const inputs = { ...declaredInputs, ...(unfinished || plan === undefined ? {} : { plan, __reviewed: reviewed }) };
  return { id, props: toState({ ...inputs, plan }, { book, evidence }), inputs };
}

export { remove as delete };

/** Forgets the resource; the instance is left as it is. */
async function remove(_id: string, props: Properties): Promise<void> {
  const ledger = ledgerOf(props);
  await forgetSettled(String(props["instanceId"]), ledger.noted);
  reporter(props)("the instance is left as it is; only the record in this stack is removed");
}

function noticedMove(args: Args, evidence: Evidence): Parameters<typeof extendHistory>[1][number] {
  const roles = rolesOf(evidence);
  const from = roles?.standbys.length === 1 ? roles.standbys[0] : undefined;
  return {
    instanceId: args.instanceId,
    instanceName: evidence.instance.name,
    outcome: "observed",
    performedAt: rfc3339(evidence.now),
    timeSource: "noticed",
    ...(from ? { from: toRecorded(from) } : {}),
    ...(roles ? { to: toRecorded(roles.master) } : {}),
    trigger: {},
    attempts: 0,
    note: "the roles were found exchanged, and no task tells when or by whom",
  };
}

async function lookOnce(
  client: DcsClient,
  args: Args,
): Promise<{ evidence: Evidence; journalIntents: Evidence["intents"] }> {
  const noted = await fileJournal(journalFolder()).read(args.instanceId, client.serverNow());
  const tag = args.intentTag ? fromTags(await client.listTags(args.instanceId)) : undefined;
  const intents = tag ? [...noted, tag] : noted;
  return { evidence: await observe(client, args.instanceId, intents, cancellation), journalIntents: intents };
}

/** Saves what there is, and fails if the update is not what was asked for. */
function finish(args: Args, inputs: Properties, ending: Ending): State {
  const state = toState(inputs, ending);
  if (ending.incomplete !== undefined) throw new PartialStateError(args.instanceId, state, [ending.incomplete]);
  return state;
}

function effectsFor(client: DcsClient, args: Args, inputs: Properties): Effects {
  return {
    client,
    clock: systemClock,
    journal: fileJournal(journalFolder()),
    report: reporter(inputs),
    trace: fileTrace({ instanceId: args.instanceId, resource: inputs["__resource"] }),
    signal: cancellation,
    ...resolutionFor(args.instanceId),
  };
}

/** What a provider prints, the engine shows while it works; the name tells several resources apart. */
const reporter =
  (inputs: Properties) =>
  (line: string): void =>
    console.log(`${String(inputs["__resource"] ?? inputs["instanceId"])}: ${line}`);

/** `DCS_SWITCHOVER_RESOLVE=<instance id>=happened|did-not-happen`: a person's word for one run, not a setting to leave in a program. */
function resolutionFor(instanceId: string): { resolution?: Resolution } {
  const [id, word] = (process.env["DCS_SWITCHOVER_RESOLVE"] ?? "").split("=");
  if (id !== instanceId) return {};
  if (word === "happened" || word === "did-not-happen") return { resolution: word };
  throw new Error(`DCS_SWITCHOVER_RESOLVE must be ${instanceId}=happened or ${instanceId}=did-not-happen`);
}

const clients = new Map<string, Promise<DcsClient>>();

/** One client for each set of settings in this process: it holds the project id and the cloud's clock. */
function clientFor(args: Args, config: StackConfig | undefined): Promise<DcsClient> {
  const settings = connectionSettings(config, args.connection);
  const key = canonicalHash(settings);
  const known = clients.get(key);
  if (known) return known;
  const client = connect(settings, { signal: cancellation });
  clients.set(key, client);
  client.catch(() => clients.delete(key));
  return client;
}

function validArgs(inputs: Properties): Args {
  const parsed = parseInputs(inputs, (key) => OWN_INPUTS.has(key));
  if (parsed.kind === "valid") return parsed.args;
  const reasons =
    parsed.kind === "unknown"
      ? parsed.properties.map((key) => `${key} is not known`)
      : parsed.failures.map((item) => `${item.property} ${item.reason}`);
  throw new Error(`the arguments can't be used: ${reasons.join("; ")}`);
}

const triggersHashOf = (args: Args): string => canonicalHash(args.triggers);

function withPlan(news: Properties, plan: Plan): { inputs: Properties } {
  return { inputs: { ...news, plan: plan.text, __reviewed: plan.reviewed } };
}

function baselinePlan(): Plan {
  return { text: "none: a baseline is recorded", reviewed: { kind: "none", known: { version: 1 } } };
}

function reviewedOf(inputs: Properties): { reviewed?: Reviewed } {
  const reviewed = inputs["__reviewed"] as Reviewed | undefined;
  return reviewed ? { reviewed } : {};
}

async function forgetSettled(instanceId: string, noted: readonly string[] | undefined): Promise<void> {
  if (noted && noted.length > 0) await fileJournal(journalFolder()).remove(instanceId, noted);
}

/** Arguments as declared, with the resource's name: what the outputs repeat of the inputs. */
function declared(inputs: Properties): Properties {
  return {
    ...pickArguments(inputs),
    ...(inputs["__resource"] === undefined ? {} : { __resource: inputs["__resource"] }),
    ...(inputs["plan"] === undefined ? {} : { plan: inputs["plan"] }),
  };
}

function seenNodes(olds: Properties): {
  instanceId: string;
  standbys: State["standbys"];
  master?: NonNullable<State["master"]>;
} {
  const master = olds["master"] as State["master"] | null;
  return {
    instanceId: String(olds["instanceId"]),
    ...(master ? { master } : {}),
    standbys: (olds["standbys"] as State["standbys"] | null) ?? [],
  };
}

function bookProperties({
  history,
  ledger,
  switchoverCount,
}: Book): Pick<State, "history" | "lastSwitchover" | "switchoverCount" | "__ledger"> {
  const newest = history[0];
  return { history, ...(newest ? { lastSwitchover: newest } : {}), switchoverCount, __ledger: ledger };
}

function toState(inputs: Properties, { book, evidence }: { book: Book; evidence: Evidence }): State {
  const roles = rolesOf(evidence);
  return {
    ...declared(inputs),
    instanceId: String(inputs["instanceId"]),
    ...(roles ? { master: toRecorded(roles.master) } : {}),
    standbys: roles?.standbys.map(toRecorded) ?? [],
    ...bookProperties(book),
  };
}
