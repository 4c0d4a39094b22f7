import type { Book } from "./book.js";
import { type Resolution, type Situation } from "./decide.js";
import { type Evidence, observe, rolesOf, withoutTasks } from "./evidence.js";
import type { Effects } from "./effects.js";
import type { Args } from "./inputs.js";
import { ownIntents, type Intent } from "./intent.js";
import { fromTags } from "./intentTag.js";
import { fresh } from "./journal.js";
import type { RecordDraft, SwitchoverRecord } from "./record.js";
import type { Reviewed } from "./state.js";

/** What is to be done, as the engine's call brings it. @internal */
export interface Task {
  args: Args;
  triggersHash: string;
  /** Whether the triggers ask for a switchover that was not made yet. */
  due: boolean;
  /** Whose notes in the journal these are: stack and name of the resource, hashed. */
  owner: string;
  /** What the engine would start from again, if this run died: see {@link fingerprintOf}. */
  fingerprint: string;
  book: Book;
  /** What was reviewed; undefined where nothing was. */
  reviewed?: Reviewed;
}

/** @internal */
export interface Ending {
  book: Book;
  evidence: Evidence;
  /** Why the update must fail although there is something to keep; undefined when all is well. */
  incomplete?: string;
}

/** What one round of the procedure came to. @internal */
export type Step = { kind: "ended"; ending: Ending } | { kind: "again"; why: string };

/** One run of the procedure: what changes while it goes on. @internal */
export interface Run {
  readonly task: Task;
  readonly effects: Effects;
  book: Book;
  /** The newest look, and when it began (local clock). */
  evidence?: Evidence;
  lookedAt: number;
  /** A person's word, until it was needed: it is about one request. */
  resolution: Resolution | undefined;
  /** Tasks that a person has said were none. */
  denied: ReadonlySet<string>;
  /** Swap requests sent. */
  attempts: number;
  /** Of these, how many were lost and did nothing. */
  unknowns: number;
  /** Notes in the journal that the state makes superfluous once it holds what this run has found out. */
  readonly noted: string[];
  /** Requests for other triggers that this run has settled, by the time of their note. */
  readonly settled: Set<string>;
  lastReport: string;
}

/** @internal */
export function startRun(task: Task, effects: Effects): Run {
  return {
    task,
    effects,
    book: task.book,
    lookedAt: Number.NEGATIVE_INFINITY,
    resolution: effects.resolution,
    denied: new Set(),
    attempts: 0,
    unknowns: 0,
    noted: [],
    settled: new Set(),
    lastReport: "",
  };
}

/** Looks at everything that a decision rests on. @throws DcsError @internal */
export async function look(run: Run): Promise<Evidence> {
  const { client, clock, journal, signal } = run.effects;
  const { args } = run.task;
  run.lookedAt = clock.now();
  // Notes first: what another process does after they were read, the look at the cloud shows.
  // Its own are settled, also one that could not be removed.
  const noted = (await journal.read(args.instanceId)).filter(({ id }) => !run.noted.includes(id));
  const tag = args.intentTag ? fromTags(await client.listTags(args.instanceId, { signal })) : undefined;
  const evidence = await observe(client, args.instanceId, tag ? [...noted, tag] : noted, signal);
  run.evidence = withoutTasks({ ...evidence, intents: fresh(evidence.intents, evidence.now) }, run.denied);
  return run.evidence;
}

/** What {@link decide} is asked. @internal */
export function situationOf(run: Run, evidence: Evidence): Situation {
  const { args, triggersHash, fingerprint, due } = run.task;
  const { ledger, history } = run.book;
  return {
    args,
    triggersHash,
    due: due && ledger.settled !== triggersHash,
    known: ledger.known,
    history,
    own: ownIntents(evidence.intents, triggersHash, fingerprint, ledger.pending),
    ...(run.resolution === undefined ? {} : { resolution: run.resolution }),
    evidence,
  };
}

/** A record of this run, before it is known how it goes on. @internal */
export function draftOf(
  run: Run,
  outcome: SwitchoverRecord["outcome"],
  performedAt: string,
  timeSource: SwitchoverRecord["timeSource"],
): RecordDraft {
  const { args } = run.task;
  return {
    instanceId: args.instanceId,
    ...(run.evidence ? { instanceName: run.evidence.instance.name } : {}),
    outcome,
    performedAt,
    timeSource,
    trigger: args.triggers,
    ...(args.reason === undefined ? {} : { reason: args.reason }),
    ...(args.requestedBy === undefined ? {} : { requestedBy: args.requestedBy }),
    attempts: run.attempts,
  };
}

/** Remembers whose notes a record settles. @internal */
export function noteSettled(run: Run, own: readonly Intent[]): string[] {
  for (const { id } of own) if (id !== "" && !run.noted.includes(id)) run.noted.push(id);
  return run.noted;
}

/** @internal */
export function endingOf(run: Run, incomplete?: string): Ending {
  if (run.evidence === undefined) throw new Error("the procedure ended before it looked");
  return { book: run.book, evidence: run.evidence, ...(incomplete === undefined ? {} : { incomplete }) };
}

/** @internal */
export function ended(run: Run, incomplete?: string): Step {
  return { kind: "ended", ending: endingOf(run, incomplete) };
}

/** Tells the person who watches, once. @internal */
export function say(run: Run, line: string): void {
  if (line === run.lastReport) return;
  run.lastReport = line;
  run.effects.report(line);
}

/** The instance, by the name that people know. @internal */
export function nameOf(run: Run): string {
  const { instanceId } = run.task.args;
  const name = run.evidence?.instance.name;
  return name === undefined ? `instance ${instanceId}` : `${name} (${instanceId})`;
}

/** What people wrote may be a secret of theirs; the trace tells the event without it. @internal */
export function withoutWords({
  trigger: _trigger,
  reason: _reason,
  requestedBy: _by,
  override: _override,
  ...rest
}: RecordDraft): unknown {
  return rest;
}

/** A look in few words, for the trace. @internal */
export function summaryOf(evidence: Evidence, busy: string | undefined): Record<string, unknown> {
  const refusedLeg = (leg: Evidence["roles"] | Evidence["swaps"]): unknown =>
    leg.readable ? undefined : leg.error.code;
  const roles = rolesOf(evidence);
  return {
    status: evidence.instance.status,
    task: evidence.instance.task,
    master: roles?.master,
    standbys: roles?.standbys,
    rolesUnreadable: refusedLeg(evidence.roles),
    newestSwap: evidence.swaps.readable ? evidence.swaps.value[0] : undefined,
    tasksUnreadable: refusedLeg(evidence.swaps),
    intents: evidence.intents,
    busy,
    now: new Date(evidence.now).toISOString(),
  };
}

/** @internal */
export const seconds = (duration: number): string => `${(duration / 1000).toFixed(1)} s`;
