import { canonicalHash, canonicalJson } from "../canonical.js";
import { cancellation } from "../cancellation.js";
import { DcsError } from "../dcs/index.js";
import { busyWith, decide, type Decision, type Situation } from "../decide.js";
import { CLOCK_GRAIN_MS, observe } from "../evidence.js";
import { parseInputs, pickArguments, type Args, type InputFailure } from "../inputs.js";
import { pendingIntent, type Intent } from "../intent.js";
import { fromTags } from "../intentTag.js";
import { fileJournal, fresh, journalFolder } from "../journal.js";
import { baselinePlan, knownAfter, nonePlan, toPlan, unknownPlan, type Plan } from "../plan.js";
import { rememberExisting, replacesExisting } from "../replacement.js";
import type { StackConfig } from "../settings.js";
import { OWN_INPUTS, type Known, type Reviewed } from "../state.js";
import { clientFor, resolutionFor } from "./cloud.js";
import { isSameInstance, ownerOf, reporter, triggersHashOf, type Properties } from "./properties.js";

/** What the last check of the same resource and instance left among the inputs. */
interface Previous {
  reviewed: Reviewed;
  plan?: string;
}

/** Inputs with the plan that a reviewer reads, or everything that is wrong with them. */
export async function check(
  olds: Properties,
  news: Properties,
  config?: StackConfig,
): Promise<{ inputs: Properties; failures?: InputFailure[] }> {
  const exists = olds["instanceId"] !== undefined;
  if (exists) rememberExisting(olds, news["__resource"]);
  const parsed = parseInputs(news, (key) => OWN_INPUTS.has(key));
  const failures = parsed.kind === "invalid" ? parsed.failures : mismatchedImport(news, parsed.kind);
  if (failures.length > 0) return { inputs: news, failures };

  const previous = exists && isSameInstance(olds, news) ? previousOf(olds) : undefined;
  const known: Known = previous?.reviewed.known ?? { version: 1 };
  const changed = changedArguments(olds, news);
  const keep = (): { inputs: Properties } => ({
    inputs: {
      ...news,
      ...(previous?.plan === undefined ? {} : { plan: previous.plan }),
      __reviewed: previous?.reviewed,
    },
  });
  const isKept = previous?.plan !== undefined && changed.length === 0;
  if (isKept && news["primary"] === undefined) return keep();

  const due = previous ? isDue(previous, olds, news) : !isBaseline(news);
  if (!previous && !due) return withPlan(news, baselinePlan());
  const pending = previous?.reviewed.unfinished?.pending;
  if (!due && !pending && news["primary"] === undefined) {
    return withPlan(news, nonePlan(changed, previous?.reviewed, known));
  }
  if (parsed.kind !== "valid") {
    const unknown = parsed.kind === "unknown" ? parsed.properties : [];
    const why = `${unknown.join(", ")} ${unknown.length > 1 ? "are" : "is"} not known yet`;
    return announced(news, unknownPlan(why, known));
  }
  const { args } = parsed;
  try {
    const client = await clientFor(args, config);
    const situation = await look(client, args, { due, known, previous, owner: ownerOf(news) });
    const earlier = due ? earlierRequest(situation, pending, ownerOf(news), olds) : undefined;
    if (earlier !== undefined) {
      const why = `a request of ${earlier} for other triggers is to be settled first`;
      return announced(news, unknownPlan(why, situation.known));
    }
    const { decision, warning } = decideForReview(situation);
    if (decision.kind === "none") {
      return isKept ? keep() : withPlan(news, nonePlan(changed, previous?.reviewed, situation.known));
    }
    return announced(news, toPlan(situation, decision, busyWith(situation.evidence), previous?.plan), warning);
  } catch (error) {
    return notSeen(news, known, error);
  }
}

function previousOf(olds: Properties): Previous {
  const reviewed = olds["__reviewed"] as Reviewed | undefined;
  const plan = olds["plan"] as string | undefined;
  return { reviewed: reviewed ?? { kind: "none", known: { version: 1 } }, ...(plan === undefined ? {} : { plan }) };
}

/** Names of the arguments that differ; a UUID's case does not. */
function changedArguments(olds: Properties, news: Properties): string[] {
  const before = pickArguments(olds);
  const after = pickArguments(news);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) =>
    key === "instanceId" ? !isSameInstance(before, after) : canonicalJson(before[key]) !== canonicalJson(after[key]),
  );
}

function isDue({ reviewed }: Previous, olds: Properties, news: Properties): boolean {
  const isChanged = canonicalHash(olds["triggers"] ?? {}) !== canonicalHash(news["triggers"] ?? {});
  return isChanged || reviewed.unfinished?.due === true;
}

const isBaseline = (news: Properties): boolean =>
  news["switchOnCreate"] === false || news["__import"] !== undefined || replacesExisting(news);

function mismatchedImport(news: Properties, kind: "valid" | "unknown"): InputFailure[] {
  const id = news["__import"];
  if (typeof id !== "string" || kind === "unknown" || isSameInstance(news, { instanceId: id })) return [];
  return [{ property: "instanceId", reason: `is not the instance that the import option names (${id})` }];
}

/** Looks at the instance as an update would, with what the state is believed to know. */
async function look(
  client: Awaited<ReturnType<typeof clientFor>>,
  args: Args,
  { due, known, previous, owner }: { due: boolean; known: Known; previous: Previous | undefined; owner: string },
): Promise<Situation> {
  const noted = await fileJournal(journalFolder()).read(args.instanceId);
  const tag = args.intentTag ? fromTags(await client.listTags(args.instanceId)) : undefined;
  const intents = tag ? [...noted, tag] : noted;
  const seen = await observe(client, args.instanceId, intents, cancellation);
  const evidence = { ...seen, intents: fresh(intents, seen.now) };
  const triggersHash = triggersHashOf(args);
  const pending = previous?.reviewed.unfinished?.pending;
  const isOwn = (intent: Intent): boolean =>
    !intent.live && triggersHash.startsWith(intent.triggersHash) && (intent.owner ?? owner) === owner;
  const knownNow = previous ? knownAfter(previous.reviewed, evidence) : known;
  // The state's fingerprint is not among the inputs: any interrupted run of this trigger on this machine is a reason to look twice.
  // The last run leaves its note too, until the state is known to hold the record: where nothing is due, only a newer one counts.
  const newest = knownNow.newestSwap && Date.parse(knownNow.newestSwap.at) + CLOCK_GRAIN_MS;
  const isNews = ({ at }: Intent): boolean => due || (newest !== undefined && Date.parse(at) > newest);
  return {
    args,
    triggersHash,
    due,
    known: knownNow,
    history: [],
    own: [
      ...(pending?.isOfTriggers ? [pendingIntent({ ...pending, triggersHash }, "")] : []),
      ...evidence.intents.filter((intent) => isOwn(intent) && isNews(intent)),
    ],
    evidence,
    ...resolutionFor(args.instanceId),
  };
}

/** When an interrupted or unconfirmed request for other triggers was made: what becomes of it decides what the update does. */
function earlierRequest(
  { evidence, triggersHash }: Situation,
  pending: NonNullable<Reviewed["unfinished"]>["pending"],
  owner: string,
  olds: Properties,
): string | undefined {
  if (pending && !pending.isOfTriggers) return pending.at;
  // The note of the last update that was saved is still there.
  const saved = canonicalHash(olds["triggers"] ?? {});
  const isOther = (intent: Intent): boolean =>
    intent.owner === owner && !intent.live && intent.triggersHash !== triggersHash && intent.triggersHash !== saved;
  return evidence.intents.find(isOther)?.at;
}

/** People review by day what runs in a window at night: outside it the plan is what will happen inside, with a warning. */
function decideForReview(situation: Situation): { decision: Decision; warning?: string } {
  const decision = decide(situation);
  if (decision.kind !== "refuse" || decision.refusal.code !== "OUTSIDE_WINDOW") return { decision };
  const { maintenanceWindow: _window, ...args } = situation.args;
  const inside = decide({ ...situation, args });
  const warning = `warning: ${decision.refusal.why}: an update is refused now`;
  return { decision: inside, warning };
}

/** The cloud could not be looked at. What no waiting mends is a failure or a refusal; otherwise a preview goes on and says so. */
function notSeen(news: Properties, known: Known, error: unknown): { inputs: Properties; failures?: InputFailure[] } {
  if (!DcsError.isInstance(error)) throw error;
  if (error.code === "CONFIG" || error.code === "CREDENTIALS") {
    return { inputs: news, failures: [{ property: "", reason: error.message }] };
  }
  if (["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"].includes(error.code)) {
    return announced(news, { text: `refuse: ${error.message}`, reviewed: { kind: "refuse", known } });
  }
  return announced(
    news,
    unknownPlan(error.why, known),
    `warning: the instance can't be looked at now: ${error.message}`,
  );
}

function withPlan(news: Properties, plan: Plan): { inputs: Properties } {
  return { inputs: { ...news, plan: plan.text, __reviewed: plan.reviewed } };
}

const announcements = new Map<unknown, string>();

/** A preview without --diff shows no values: what is about to happen is printed too, once a run. */
function announced(news: Properties, plan: Plan, warning?: string): { inputs: Properties } {
  const lines = [`plan: ${plan.text}`, ...(warning === undefined ? [] : [warning])];
  const said = lines.join("\n");
  const key = `${String(news["__resource"])} ${String(news["instanceId"])}`;
  if (announcements.get(key) !== said) lines.forEach(reporter(news));
  announcements.set(key, said);
  return withPlan(news, plan);
}
