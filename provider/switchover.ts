import ms from "ms";
import { adopt } from "./adopt.js";
import { closePending, settle } from "./book.js";
import { rfc3339 } from "./clock.js";
import { busyWith, decide, deniedTasks, describeNode, type Decision, type Situation } from "./decide.js";
import { verdict } from "./verdict.js";
import type { Effects } from "./effects.js";
import { SwitchoverRefusedError } from "./errors.js";
import { withoutTasks, type Evidence } from "./evidence.js";
import { ownIntents, type Intent } from "./intent.js";
import { request } from "./request.js";
import {
  draftOf,
  ended,
  endingOf,
  look,
  nameOf,
  noteSettled,
  say,
  situationOf,
  startRun,
  summaryOf,
  withoutWords,
  type Ending,
  type Run,
  type Step,
  type Task,
} from "./run.js";
import { toRecorded } from "./state.js";

export { knownFrom, othersMade, type Book } from "./book.js";
export type { Effects } from "./effects.js";
export { fingerprintOf } from "./intent.js";
export type { Ending, Task } from "./run.js";

const RETRY_MS = { first: 500, most: 10_000 };

/**
 * The whole procedure: observe, decide, swap, confirm, record. At most one swap for a trigger, whatever fails on the way.
 * @throws SwitchoverRefusedError when nothing was asked of the cloud and nothing new is known: the state stays as it was.
 * @throws DcsError when the instance could not be read at all, before anything was asked.
 * @internal
 */
export async function switchover(task: Task, effects: Effects): Promise<Ending> {
  const run = startRun(task, effects);
  const { clock, signal, trace, random = Math.random } = effects;
  const acceptBy = clock.now() + task.args.acceptMs;
  let pause = RETRY_MS.first;
  try {
    for (;;) {
      const evidence = await look(run);
      const busy = busyWith(evidence);
      trace("observed", summaryOf(evidence, busy));
      if (busy !== undefined && !needsAction(run)) return endingOf(run);
      const step: Step = busy === undefined ? await act(run, evidence) : { kind: "again", why: busy };
      if (step.kind === "ended") return step.ending;
      // Two that met must not meet again.
      const wait = pause * (0.5 + random());
      if (clock.now() + wait >= acceptBy) throw tooBusy(run, step.why);
      say(run, `waiting: ${step.why}`);
      await clock.sleep(wait, signal);
      pause = Math.min(pause * 2, RETRY_MS.most);
    }
  } catch (error) {
    return failed(run, error);
  }
}

/** Settles what is pending, decides, and does what was decided. */
async function act(run: Run, looked: Evidence): Promise<Step> {
  for (let earlier = earlierRequest(run, looked); earlier; earlier = earlierRequest(run, looked)) {
    const waitFor = await settleEarlier(run, earlier, looked);
    if (waitFor !== undefined) return { kind: "again", why: waitFor };
  }
  const situation = situationOf(run, withoutTasks(looked, run.denied));
  const decision = decide(situation);
  run.effects.trace("decided", decision);
  if (decision.kind === "wait") return { kind: "again", why: decision.why };
  if (decision.kind === "refuse") throw new SwitchoverRefusedError(nameOf(run), decision.refusal);
  useUpWord(run, situation);
  const evidence = withoutTasks(looked, run.denied);
  if (decision.kind === "adopt") {
    adopt(run, decision.swap, { ...situation, evidence });
    return ended(run);
  }
  // All others come only after evidence, or a person, has said that nothing came of earlier requests.
  run.book = closePending(run.book, "it did not happen", run.task.args.historyLimit);
  switch (decision.kind) {
    case "none":
      return ended(run);
    case "already-primary":
      return alreadyPrimary(run, evidence, decision);
    case "switch":
      requireReviewed(run, decision);
      await forgetNotes(run, situation);
      return request(run, decision);
  }
}

/** A request that an earlier run made for other triggers than today's, and of which the state does not know the end. */
interface EarlierRequest {
  triggersHash: string;
  own: Intent[];
}

function earlierRequest(run: Run, { intents }: Evidence): EarlierRequest | undefined {
  const { fingerprint, triggersHash: today } = run.task;
  const { pending } = run.book.ledger;
  const isToday = (hash: string): boolean => today.startsWith(hash);
  const of = (triggersHash: string): EarlierRequest => ({
    triggersHash,
    own: ownIntents(intents, triggersHash, fingerprint, pending),
  });
  if (pending && !isToday(pending.triggersHash)) return of(pending.triggersHash);
  const note = intents.find(
    (intent) =>
      !intent.live &&
      fingerprint.startsWith(intent.fingerprint) &&
      !isToday(intent.triggersHash) &&
      !run.settled.has(intent.at),
  );
  return note && of(note.triggersHash);
}

/** Resolves it before anything is asked for today's triggers. Returns what to wait for, or undefined when it is settled. */
async function settleEarlier(run: Run, earlier: EarlierRequest, evidence: Evidence): Promise<string | undefined> {
  const { primary: _primary, ...args } = run.task.args;
  const situation: Situation = { ...situationOf(run, evidence), args, due: false, ...earlier };
  const decision = decide(situation);
  run.effects.trace("settled", decision);
  if (decision.kind === "wait") return decision.why;
  if (decision.kind === "refuse") throw new SwitchoverRefusedError(nameOf(run), decision.refusal);
  useUpWord(run, situation);
  if (decision.kind === "adopt") adopt(run, decision.swap, situation);
  else {
    run.book = closePending(run.book, "it did not happen", run.task.args.historyLimit);
    await forgetNotes(run, situation);
  }
  for (const { at } of earlier.own) run.settled.add(at);
  return undefined;
}

/** A person's word is about one request: where it was needed, it is not there for the next. */
function useUpWord(run: Run, situation: Situation): void {
  if (!situation.own.some((intent) => verdict(intent, situation).happened === "undecided")) return;
  run.denied = deniedTasks(situation);
  run.resolution = undefined;
}

function alreadyPrimary(
  run: Run,
  evidence: Evidence,
  { master }: Extract<Decision, { kind: "already-primary" }>,
): Step {
  const { args, triggersHash } = run.task;
  say(run, `nothing to do: the master is already ${describeNode(master)}`);
  const draft = {
    ...draftOf(run, "already-primary", rfc3339(evidence.now), "noticed"),
    to: toRecorded(master),
  };
  const noted = noteSettled(run, situationOf(run, evidence).own);
  run.book = settle(run.book, draft, { args, evidence, triggersHash, taskIds: [], noted, replacing: false });
  run.effects.trace("recorded", withoutWords(draft));
  return ended(run);
}

/** Requests of which nothing came: were their notes kept, a later swap of anybody's would pass for theirs. */
async function forgetNotes(run: Run, { args, own }: Situation): Promise<void> {
  const ids = own.map(({ id }) => id).filter((id) => id !== "");
  if (ids.length > 0) await run.effects.journal.remove(args.instanceId, ids).catch(() => undefined);
}

function needsAction(run: Run): boolean {
  return run.task.due || run.task.args.primary !== undefined || run.book.ledger.pending !== undefined;
}

/** What was reviewed is what runs: a swap is sent only where the plan says so, and from the master that it names. */
function requireReviewed(run: Run, decision: Extract<Decision, { kind: "switch" }>): void {
  const { reviewed } = run.task;
  if (reviewed === undefined || reviewed.kind === "unknown") return;
  if (reviewed.kind === "switch" && reviewed.fromNodeId === decision.from.nodeId) return;
  throw new SwitchoverRefusedError(nameOf(run), {
    code: "NOT_AS_REVIEWED",
    why:
      reviewed.kind === "switch"
        ? `the master is now ${describeNode(decision.from)}, and the reviewed plan names another`
        : `the reviewed plan asks for no switchover (${reviewed.kind}), and now one would be due`,
    remedy:
      "Nothing was switched. Run `pulumi preview` again and review what it says now; if it stays, run `pulumi refresh` first.",
  });
}

function tooBusy(run: Run, why: string): SwitchoverRefusedError {
  return new SwitchoverRefusedError(nameOf(run), {
    code: "BUSY",
    why: `${why}, and that did not end within ${ms(run.task.args.acceptMs)} (timeouts.accept)`,
    remedy: "Nothing was switched. Look at the instance's background tasks, then run the update again.",
  });
}

/** Nothing was asked in vain: with something new in the book the update fails and keeps it, otherwise it just fails. */
function failed(run: Run, error: unknown): Ending {
  const cause = run.effects.signal.aborted
    ? new Error(`${nameOf(run)}: interrupted before a switchover was asked for; nothing was switched`)
    : error;
  if (run.book === run.task.book) throw cause;
  keepOpenNote(run);
  return endingOf(run, cause instanceof Error ? cause.message : String(cause));
}

/** A state that has changed is another one to the notes of interrupted runs: what they leave open, it must say itself. */
function keepOpenNote(run: Run): void {
  const { triggersHash, fingerprint } = run.task;
  if (run.evidence === undefined || run.book.ledger.pending !== undefined) return;
  const open = ownIntents(run.evidence.intents, triggersHash, fingerprint, undefined).find(({ later }) => !later);
  if (!open || run.book.ledger.settled === triggersHash) return;
  const { at, from } = open;
  run.book = { ...run.book, ledger: { ...run.book.ledger, pending: { triggersHash, at, from } } };
}
