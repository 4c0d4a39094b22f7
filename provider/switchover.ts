import ms from "ms";
import { canonicalHash } from "./canonical.js";
import { rfc3339, type Clock } from "./clock.js";
import { DcsError, fitness, type DcsClient, type Task as CloudTask } from "./dcs/index.js";
import {
  busyWith,
  CLOCK_GRAIN_MS,
  decide,
  describeNode,
  describeSeen,
  isFailed,
  matches,
  describePlace,
  rolesOf,
  runningSwap,
  unaccountedSwaps,
  verdict,
  type Decision,
  type Resolution,
  type SeenSwap,
  type Situation,
} from "./decide.js";
import { SwitchoverRefusedError } from "./errors.js";
import { NoSingleMasterError, observe, readRoles, type Evidence } from "./evidence.js";
import type { Args } from "./inputs.js";
import { startedFrom, type Intent } from "./intent.js";
import { fromTags, toTag } from "./intentTag.js";
import type { Journal } from "./journal.js";
import { extendHistory, toDraft, type RecordDraft, type SwitchoverRecord } from "./record.js";
import { toRecorded, type Known, type Ledger, type Pending, type Reviewed } from "./state.js";
import type { Trace } from "./trace.js";

/** Effects, gathered in one place so that tests can replace each. @internal */
export interface Effects {
  client: DcsClient;
  clock: Clock;
  journal: Journal;
  /** One short line for the person who watches the update. */
  report: (line: string) => void;
  trace: Trace;
  /** Aborted when the engine is told to stop. */
  signal: AbortSignal;
  /** A person's word on an unresolved request. */
  resolution?: Resolution;
}

/** What the state holds about switchovers: the part that the procedure may change. @internal */
export interface Book {
  history: SwitchoverRecord[];
  ledger: Ledger;
  switchoverCount: number;
}

/** @internal */
export interface Task {
  args: Args;
  triggersHash: string;
  /** Whether the triggers ask for a switchover that was not made yet. */
  due: boolean;
  /** What the engine would start from again, if this run died: see {@link Intent.fingerprint}. */
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

const seconds = (duration: number): string => `${(duration / 1000).toFixed(1)} s`;

type Step = { kind: "ended"; ending: Ending } | { kind: "again"; why: string };

/** Poll soon, then in step with how long it has taken: an end is noticed within 4 % of the time it took, never later than 2 s. */
const pollInterval = (elapsedMs: number): number => Math.min(2_000, Math.max(200, elapsedMs * 0.04));
const RETRY_MS = { first: 500, most: 10_000 };
/** A request that surely did nothing is repeated once; twice into the void is for a person to look at. */
const MAX_UNKNOWN = 2;

/**
 * The whole procedure: observe, decide, swap, confirm, record. At most one swap for a trigger, whatever fails on the way.
 * @throws SwitchoverRefusedError when nothing was asked of the cloud and nothing new is known: the state stays as it was.
 * @throws DcsError when the instance could not be read at all, before anything was asked.
 * @internal
 */
export async function switchover(task: Task, effects: Effects): Promise<Ending> {
  const run = new Procedure(task, effects);
  return run.perform();
}

/** One run. It holds what changes while it goes on: the book, attempts and clocks. */
class Procedure {
  private book: Book;
  /** The note of this run's last request. */
  private noted: string[] = [];
  private attempts = 0;
  private unknowns = 0;
  private evidence: Evidence | undefined;
  private lastReport = "";

  constructor(
    private readonly task: Task,
    private readonly effects: Effects,
  ) {
    this.book = task.book;
  }

  async perform(): Promise<Ending> {
    const { clock } = this.effects;
    const acceptBy = clock.now() + this.task.args.acceptMs;
    let pause = RETRY_MS.first;
    for (;;) {
      let waitFor: string;
      try {
        const evidence = await this.look();
        const busy = busyWith(evidence);
        this.effects.trace("observed", summary(evidence, busy));
        if (busy === undefined) {
          const ending = await this.act(evidence);
          if (ending.kind === "ended") return ending.ending;
          waitFor = ending.why;
        } else if (!this.needsAction()) {
          return this.ended();
        } else {
          waitFor = busy;
        }
      } catch (error) {
        return this.fail(error);
      }
      if (clock.now() + pause >= acceptBy) return this.fail(this.tooBusy(waitFor));
      this.say(`waiting: ${waitFor}`);
      try {
        await clock.sleep(pause, this.effects.signal);
      } catch (error) {
        return this.fail(error);
      }
      pause = Math.min(pause * 2, RETRY_MS.most);
    }
  }

  /** Settles what is pending, decides, and does what was decided. */
  private async act(evidence: Evidence): Promise<Step> {
    const pending = this.book.ledger.pending;
    if (pending && pending.triggersHash !== this.task.triggersHash) {
      const settled = this.settlePending(pending, evidence);
      if (settled !== undefined) return { kind: "again", why: settled };
    }
    const situation = this.situation(evidence);
    const decision = decide(situation);
    this.effects.trace("decided", decision);
    switch (decision.kind) {
      case "none":
        return { kind: "ended", ending: this.ended() };
      case "wait":
        return { kind: "again", why: decision.why };
      case "refuse":
        throw new SwitchoverRefusedError(this.what(), decision.refusal);
      case "already-primary":
        this.say(`nothing to do: the master is already ${describeNode(decision.master)}`);
        this.record(
          { ...this.draft("already-primary", rfc3339(evidence.now), "noticed"), to: toRecorded(decision.master) },
          evidence,
        );
        return { kind: "ended", ending: this.ended() };
      case "adopt":
        this.adopt(decision.swap, evidence);
        return { kind: "ended", ending: this.ended() };
      case "switch":
        if (decision.didNotHappen) this.closePending("it did not happen");
        return this.swap(decision);
    }
  }

  /** Resolves a pending request of other triggers than today's. Returns what to wait for, or undefined when it is settled. */
  private settlePending(pending: Pending, evidence: Evidence): string | undefined {
    const { primary: _primary, ...args } = this.task.args;
    const decision = decide({
      ...this.situation(evidence),
      args,
      due: false,
      triggersHash: pending.triggersHash,
      own: [pendingIntent(pending, this.task.fingerprint)],
    });
    this.effects.trace("settled", decision);
    if (decision.kind === "wait") return decision.why;
    if (decision.kind === "refuse") throw new SwitchoverRefusedError(this.what(), decision.refusal);
    if (decision.kind === "adopt") this.adopt(decision.swap, evidence, pending.triggersHash);
    else this.closePending("it did not happen");
    return undefined;
  }

  private async swap(decision: Extract<Decision, { kind: "switch" }>): Promise<Step> {
    const { client, clock, journal, signal, trace } = this.effects;
    const { args, triggersHash, fingerprint } = this.task;
    this.requireReviewed(decision);
    signal.throwIfAborted();

    const intent: Intent = {
      source: "journal",
      id: "",
      triggersHash,
      fingerprint,
      at: rfc3339(client.serverNow()),
      from: toRecorded(decision.from),
      live: true,
    };
    intent.id = await this.note(intent);
    this.noted = intent.id === "" ? [] : [intent.id];
    // Written first, looked second: of two processes that do so at once, one sees the other at least.
    const rival = (await journal.read(args.instanceId, client.serverNow())).find(
      (other) => other.live && other.id !== intent.id,
    );
    if (rival) {
      await this.forget(intent);
      return { kind: "again", why: `another process on this machine has been switching it since ${rival.at}` };
    }
    if (args.intentTag) {
      try {
        await client.addTags(args.instanceId, [toTag(intent)], { signal });
        const roles = await readRoles(client, args.instanceId, signal);
        if (roles.master.nodeId !== decision.from.nodeId) {
          await this.forget(intent);
          return { kind: "again", why: "the master has just moved" };
        }
      } catch (error) {
        await this.forget(intent);
        throw error;
      }
    }

    this.say(`swap requested: ${describeNode(decision.from)} -> ${decision.to.map(describeNode).join(" or ")}`);
    this.attempts += 1;
    const sentAt = clock.now();
    trace("swap sent", { attempt: this.attempts, intent });
    let answer: { requestId?: string } | undefined;
    let lost: DcsError | undefined;
    try {
      answer = await client.swap(args.instanceId, { signal });
      trace("swap accepted", answer);
      this.say(
        `accepted after ${seconds(clock.now() - sentAt)}${answer.requestId === undefined ? "" : ` (request ${answer.requestId})`}`,
      );
    } catch (error) {
      if (!DcsError.isInstance(error)) throw error;
      trace("swap not answered", {
        code: error.code,
        errorCode: error.errorCode,
        status: error.status,
        disposition: error.disposition,
      });
      if (error.disposition === "not-sent" || error.disposition === "refused") {
        await this.forget(intent);
        if (error.retryable)
          return { kind: "again", why: `the cloud did not take the request (${error.errorCode ?? error.code})` };
        return { kind: "ended", ending: this.refused(error, intent) };
      }
      lost = error;
      this.say(`no telling answer (${error.errorCode ?? error.code}): looking whether it happened`);
    }
    const step = await this.confirm(intent, sentAt, answer, lost, decision.overridden);
    // Kept until a later run sees that the state holds the record, but no longer a sign that somebody is at work.
    if (step.kind === "ended" && intent.id !== "") await journal.end(args.instanceId, intent.id).catch(() => undefined);
    return step;
  }

  /** Polls until the roles are exchanged and the instance is running and idle, or the time for it is over. */
  private async confirm(
    intent: Intent,
    sentAt: number,
    answer: { requestId?: string } | undefined,
    lost: DcsError | undefined,
    overridden: string[],
  ): Promise<Step> {
    const { clock, signal, trace } = this.effects;
    const { args } = this.task;
    const deadline = sentAt + (answer ? args.completeMs : Math.max(args.completeMs, args.settleMs));
    const base = (outcome: SwitchoverRecord["outcome"]): RecordDraft => ({
      ...this.draft(outcome, intent.at, "request"),
      from: intent.from,
      ...(answer?.requestId === undefined ? {} : { requestId: answer.requestId }),
      ...(overridden.length === 0 || args.override === undefined ? {} : { override: args.override }),
    });
    let because = "its end was not seen in time";
    let nextFullLook = sentAt + 2_000;
    let roles = "unchanged";
    try {
      for (;;) {
        const exchanged = await this.exchanged(intent);
        if (exchanged && roles === "unchanged") {
          roles = "exchanged";
          this.say(`roles exchanged after ${seconds(clock.now() - sentAt)}`);
        }
        if (exchanged || clock.now() >= nextFullLook || clock.now() >= deadline) {
          nextFullLook = clock.now() + 2_000;
          const seenAt = clock.now();
          const evidence = await this.lookDuring(exchanged);
          if (evidence) {
            const found = verdict(intent, this.situation(evidence));
            const unfinished = this.unfinished(evidence);
            trace("looked", { ...summary(evidence, unfinished), verdict: found });
            because =
              found.happened === "yes"
                ? `the switchover was made, and ${unfinished ?? "its end was not seen in time"}`
                : found.because;
            if (found.happened === "yes" && unfinished === undefined) {
              return { kind: "ended", ending: this.confirmed(base, found.swap, evidence, seenAt - sentAt, lost) };
            }
            if (found.happened === "no" && unfinished === undefined) {
              if (found.failedTask !== undefined)
                return { kind: "ended", ending: await this.failedByCloud(base("failed"), intent, found) };
              // Accepted and without effect so far: silence proves nothing before the time for it is over.
              if (lost) return await this.didNotHappen(intent, lost, found.because);
            }
          }
        }
        if (clock.now() >= deadline) break;
        await clock.sleep(pollInterval(clock.now() - sentAt), signal);
      }
    } catch (error) {
      if (!signal.aborted) because = error instanceof Error ? error.message : String(error);
      else because = "the update was interrupted while it waited for the end";
    }
    const sent = answer
      ? "the cloud accepted the request"
      : `the request may have been taken (${lost?.errorCode ?? lost?.code ?? "interrupted"})`;
    this.book = {
      ...this.book,
      history: extendHistory(
        this.book.history,
        [{ ...base("unconfirmed"), note: `${sent}; ${because}` }],
        args.historyLimit,
      ),
      ledger: { ...this.book.ledger, pending: { triggersHash: intent.triggersHash, at: intent.at, from: intent.from } },
    };
    return {
      kind: "ended",
      ending: this.ended(
        `${this.what()}: ${sent} at ${intent.at}, and ${because}. It is recorded as unconfirmed. The next \`pulumi up\` looks first and switches only if this one surely did not happen`,
      ),
    };
  }

  private async exchanged(intent: Intent): Promise<boolean> {
    try {
      const roles = await readRoles(this.effects.client, this.task.args.instanceId, this.effects.signal);
      return !startedFrom(intent, roles.master.nodeId);
    } catch (error) {
      this.effects.signal.throwIfAborted();
      if (!DcsError.isInstance(error) && !(error instanceof NoSingleMasterError)) throw error;
      return false;
    }
  }

  /** A look that may fail while the instance changes; only an abort ends the wait. */
  private async lookDuring(exchanged: boolean): Promise<Evidence | undefined> {
    try {
      if (exchanged) {
        // The end is near and every look counts: one cheap request tells whether the full one is worth it.
        const instance = await this.effects.client.showInstance(this.task.args.instanceId, {
          signal: this.effects.signal,
        });
        const fit = fitness(instance, undefined);
        if (!fit.fit && fit.passing) return undefined;
      }
      this.evidence = await observe(this.effects.client, this.task.args.instanceId, [], this.effects.signal);
      return this.evidence;
    } catch (error) {
      this.effects.signal.throwIfAborted();
      if (!DcsError.isInstance(error)) throw error;
      this.effects.trace("look failed", { code: error.code, errorCode: error.errorCode, status: error.status });
      return undefined;
    }
  }

  /** What shows that the work is not over yet. A standby that still catches up is not part of it. */
  private unfinished(evidence: Evidence): string | undefined {
    const fit = fitness(evidence.instance, undefined);
    return runningSwap(evidence) ?? (fit.fit ? undefined : fit.reason);
  }

  private confirmed(
    base: (outcome: SwitchoverRecord["outcome"]) => RecordDraft,
    swap: SeenSwap,
    evidence: Evidence,
    durationMs: number,
    lost: DcsError | undefined,
  ): Ending {
    const roles = rolesOf(evidence);
    const draft = base(lost ? "adopted" : "switched");
    const completedAt = rfc3339(Date.parse(draft.performedAt) + durationMs);
    this.record(
      {
        ...draft,
        completedAt,
        durationMs,
        ...(roles && !startedFrom({ from: draft.from ?? { nodeId: "?" } }, roles.master.nodeId)
          ? { to: toRecorded(roles.master) }
          : {}),
        ...(swap.taskId === undefined ? {} : { taskId: swap.taskId }),
        ...(swap.by === undefined ? {} : { performedBy: swap.by }),
        ...(lost
          ? {
              note: `the answer to the request was lost (${lost.errorCode ?? lost.code}); ${swap.shownBy} shows the switchover`,
            }
          : {}),
      },
      evidence,
    );
    this.say(`switched after ${seconds(durationMs)}${roles ? `: the master is ${describeNode(roles.master)}` : ""}`);
    const { primary } = this.task.args;
    if (primary && roles && !matches(roles.master, primary)) {
      return this.ended(
        `${this.what()}: switched, and the cloud promoted ${describeNode(roles.master)} where primary asks for ${describePlace(primary)}. The next \`pulumi up\` tries again`,
      );
    }
    return this.ended();
  }

  /** Sent, lost, and evidence says that nothing came of it. */
  private async didNotHappen(intent: Intent, lost: DcsError, because: string): Promise<Step> {
    this.unknowns += 1;
    await this.forget(intent);
    if (this.unknowns < MAX_UNKNOWN && lost.errorCode !== "DCS.5094")
      return { kind: "again", why: `the request was lost and did nothing: ${because}` };
    return { kind: "ended", ending: this.refused(lost, intent) };
  }

  private async failedByCloud(
    draft: RecordDraft,
    intent: Intent,
    found: { because: string; failedTask?: string },
  ): Promise<Ending> {
    await this.forget(intent);
    this.keep({
      ...draft,
      ...(found.failedTask === undefined ? {} : { taskId: found.failedTask }),
      note: found.because,
    });
    return this.ended(
      `${this.what()}: the switchover did not happen: ${found.because}. The next \`pulumi up\` tries again`,
    );
  }

  /** Asked, and surely not done: on record, since somebody asked for it. */
  private refused(error: DcsError, intent: Intent): Ending {
    this.keep({
      ...this.draft("failed", intent.at, "request"),
      from: intent.from,
      ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
      note: error.message,
    });
    return this.ended(`${this.what()}: the switchover did not happen. ${error.message}`);
  }

  private adopt(swap: SeenSwap, evidence: Evidence, triggersHash: string = this.task.triggersHash): void {
    const roles = rolesOf(evidence);
    const { pending } = this.book.ledger;
    const newest = this.book.history[0];
    const isPending =
      pending !== undefined && swap.own && pending.triggersHash === triggersHash && newest?.outcome === "unconfirmed";
    const isObserved = newest?.outcome === "observed" && (swap.taskId === undefined || newest.taskId === swap.taskId);
    const times =
      swap.at === undefined
        ? { performedAt: rfc3339(evidence.now), timeSource: "noticed" as const }
        : { performedAt: swap.at, timeSource: swap.taskId === undefined ? ("request" as const) : ("task" as const) };
    const durationMs =
      swap.endedAt === undefined || swap.at === undefined
        ? undefined
        : Math.max(0, Date.parse(swap.endedAt) - Date.parse(swap.at));
    const draft: RecordDraft = {
      ...(isPending ? toDraft(newest) : this.draft("adopted", times.performedAt, times.timeSource)),
      ...times,
      outcome: "adopted",
      ...(swap.from === undefined ? {} : { from: completeNode(swap.from, evidence) }),
      ...(roles && swap.from && !startedFrom({ from: swap.from }, roles.master.nodeId)
        ? { to: toRecorded(roles.master) }
        : {}),
      ...(durationMs === undefined || swap.endedAt === undefined ? {} : { completedAt: swap.endedAt, durationMs }),
      ...(swap.taskId === undefined ? {} : { taskId: swap.taskId }),
      ...(swap.by === undefined ? {} : { performedBy: swap.by }),
      note: `${swap.own ? "made by an interrupted run of this stack" : "not made by this stack"}; ${swap.shownBy} shows it`,
    };
    this.say(`adopted the switchover made ${describeSeen(swap)}: nothing was sent`);
    this.record(draft, evidence, { replacing: isPending || isObserved, triggersHash });
  }

  /** Closes an unconfirmed record of which evidence says that nothing came. */
  private closePending(note: string): void {
    const { pending: _pending, ...ledger } = this.book.ledger;
    const newest = this.book.history[0];
    this.book = {
      ...this.book,
      ledger,
      history:
        newest?.outcome === "unconfirmed"
          ? extendHistory(
              this.book.history,
              [{ ...toDraft(newest), outcome: "failed", note }],
              this.task.args.historyLimit,
              { replacing: true },
            )
          : this.book.history,
    };
  }

  /** Takes a record that satisfies the triggers into the book, and with it all that the log tells of others. */
  private record(
    draft: RecordDraft,
    evidence: Evidence,
    { replacing = false, triggersHash = this.task.triggersHash } = {},
  ): void {
    const { pending: _pending, ...ledger } = this.book.ledger;
    const others = othersMade(
      { ...this.situation(evidence), history: replacing ? this.book.history.slice(1) : this.book.history },
      draft,
    );
    const drafts = [...others, draft].sort((a, b) => Date.parse(a.performedAt) - Date.parse(b.performedAt));
    this.book = {
      history: extendHistory(this.book.history, drafts, this.task.args.historyLimit, { replacing }),
      ledger: {
        ...ledger,
        known: knownFrom(evidence, ledger.known),
        settled: triggersHash,
        noted: [
          ...this.noted,
          ...this.situation(evidence)
            .own.filter((item) => item.source === "journal")
            .map((item) => item.id),
        ],
      },
      switchoverCount:
        this.book.switchoverCount + (draft.outcome === "switched" || draft.outcome === "adopted" ? 1 : 0),
    };
    this.effects.trace("recorded", withoutWords(draft));
  }

  /** Takes a record that leaves the triggers due. */
  private keep(draft: RecordDraft): void {
    this.book = { ...this.book, history: extendHistory(this.book.history, [draft], this.task.args.historyLimit) };
    this.effects.trace("recorded", withoutWords(draft));
  }

  private draft(
    outcome: SwitchoverRecord["outcome"],
    performedAt: string,
    timeSource: SwitchoverRecord["timeSource"],
  ): RecordDraft {
    const { args } = this.task;
    return {
      instanceId: args.instanceId,
      ...(this.evidence ? { instanceName: this.evidence.instance.name } : {}),
      outcome,
      performedAt,
      timeSource,
      trigger: args.triggers,
      ...(args.reason === undefined ? {} : { reason: args.reason }),
      ...(args.requestedBy === undefined ? {} : { requestedBy: args.requestedBy }),
      attempts: this.attempts,
    };
  }

  private async look(): Promise<Evidence> {
    const { client, journal, signal } = this.effects;
    const { args } = this.task;
    const noted = await journal.read(args.instanceId, client.serverNow());
    const tag = args.intentTag ? fromTags(await client.listTags(args.instanceId, { signal })) : undefined;
    this.evidence = await observe(client, args.instanceId, tag ? [...noted, tag] : noted, signal);
    return this.evidence;
  }

  private situation(evidence: Evidence): Situation {
    const { args, triggersHash, fingerprint } = this.task;
    const { ledger, history } = this.book;
    const { pending } = ledger;
    return {
      args,
      triggersHash,
      due: this.task.due && ledger.settled !== triggersHash,
      known: ledger.known,
      history,
      own: [
        ...(pending?.triggersHash === triggersHash ? [pendingIntent(pending, fingerprint)] : []),
        ...ownIntents(evidence.intents, triggersHash, fingerprint),
      ],
      ...(this.effects.resolution === undefined ? {} : { resolution: this.effects.resolution }),
      evidence,
    };
  }

  private needsAction(): boolean {
    return this.task.due || this.task.args.primary !== undefined || this.book.ledger.pending !== undefined;
  }

  /** What was reviewed is what runs: a swap is sent only where the plan says so, and from the master that it names. */
  private requireReviewed(decision: Extract<Decision, { kind: "switch" }>): void {
    const { reviewed } = this.task;
    if (reviewed === undefined || reviewed.kind === "unknown") return;
    if (reviewed.kind === "switch" && reviewed.fromNodeId === decision.from.nodeId) return;
    throw new SwitchoverRefusedError(this.what(), {
      code: "NOT_AS_REVIEWED",
      why:
        reviewed.kind === "switch"
          ? `the master is now ${describeNode(decision.from)}, and the reviewed plan names another`
          : `the reviewed plan asks for no switchover (${reviewed.kind}), and now one would be due`,
      remedy:
        "Nothing was switched. Run `pulumi preview` again and review what it says now; if it stays, run `pulumi refresh` first.",
    });
  }

  private async note(intent: Intent): Promise<string> {
    try {
      return await this.effects.journal.write(this.task.args.instanceId, intent);
    } catch (error) {
      this.say(
        `the intent journal can't be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"}): a rerun after a crash rests on roles and task log alone`,
      );
      return "";
    }
  }

  private async forget(intent: Intent): Promise<void> {
    if (intent.id !== "") await this.effects.journal.remove(this.task.args.instanceId, [intent.id]);
  }

  private tooBusy(why: string): SwitchoverRefusedError {
    return new SwitchoverRefusedError(this.what(), {
      code: "BUSY",
      why: `${why}, and that did not end within ${ms(this.task.args.acceptMs)} (timeouts.accept)`,
      remedy: "Nothing was switched. Look at the instance's background tasks, then run the update again.",
    });
  }

  /** Nothing was asked in vain: with something new in the book the update fails and keeps it, otherwise it just fails. */
  private fail(error: unknown): Ending {
    const aborted = this.effects.signal.aborted;
    if (this.book === this.task.book) throw aborted ? interrupted(this.what()) : error;
    return this.ended(
      aborted ? interrupted(this.what()).message : error instanceof Error ? error.message : String(error),
    );
  }

  private ended(incomplete?: string): Ending {
    if (this.evidence === undefined) throw new Error("the procedure ended before it looked");
    return { book: this.book, evidence: this.evidence, ...(incomplete === undefined ? {} : { incomplete }) };
  }

  private say(line: string): void {
    if (line === this.lastReport) return;
    this.lastReport = line;
    this.effects.report(line);
  }

  private what(): string {
    const { instanceId } = this.task.args;
    const name = this.evidence?.instance.name;
    return name === undefined ? `instance ${instanceId}` : `${name} (${instanceId})`;
  }
}

const interrupted = (what: string): Error =>
  new Error(`${what}: interrupted before a switchover was asked for; nothing was switched`);

/** A person who reads a record wants the address too, where the node is still there to ask. */
function completeNode(node: SwitchoverRecord["from"] & object, evidence: Evidence): SwitchoverRecord["from"] & object {
  const roles = rolesOf(evidence);
  const found = roles
    ? [roles.master, ...roles.standbys].find((item) => item.nodeId.startsWith(node.nodeId))
    : undefined;
  return found && node.ip === undefined ? toRecorded(found) : node;
}

/** @internal */
export function pendingIntent(pending: Pending, fingerprint: string): Intent {
  return {
    source: "state",
    id: "",
    triggersHash: pending.triggersHash,
    fingerprint,
    at: pending.at,
    from: pending.from,
    live: false,
  };
}

/** What a state looks like to an interrupted run: a refresh in between does not change it, a record of ours does. @internal */
export function fingerprintOf({ ledger, switchoverCount }: Book): string {
  return canonicalHash([ledger.settled, switchoverCount]);
}

/** The notes of interrupted runs of this very trigger on this very state. A tag holds only the beginnings of both hashes. @internal */
export function ownIntents(intents: readonly Intent[], triggersHash: string, fingerprint: string): Intent[] {
  return intents.filter(
    (intent) =>
      !intent.live && triggersHash.startsWith(intent.triggersHash) && fingerprint.startsWith(intent.fingerprint),
  );
}

/** Swaps that the log shows and no record accounts for, oldest first, as records of what others did. @internal */
export function othersMade(
  situation: Pick<Situation, "evidence" | "known" | "history" | "args">,
  own?: RecordDraft,
): RecordDraft[] {
  const { evidence, known, args, history } = situation;
  // With nothing to start from, the whole log would count as news.
  if (history.length === 0 && known.masterNodeId === undefined && known.newestSwap === undefined) return [];
  return unaccountedSwaps(situation)
    .filter((task) => !own || !isTaskOf(task, own))
    .map((task) => ({
      instanceId: args.instanceId,
      instanceName: evidence.instance.name,
      outcome: "observed" as const,
      performedAt: task.createdAt,
      timeSource: "task" as const,
      ...(task.updatedAt === undefined
        ? {}
        : {
            completedAt: task.updatedAt,
            durationMs: Math.max(0, Date.parse(task.updatedAt) - Date.parse(task.createdAt)),
          }),
      taskId: task.id,
      ...(task.userName === undefined ? {} : { performedBy: task.userName }),
      trigger: {},
      attempts: 0,
    }))
    .toReversed();
}

const isTaskOf = (task: CloudTask, record: RecordDraft): boolean =>
  record.taskId === undefined
    ? Math.abs(Date.parse(task.createdAt) - Date.parse(record.performedAt)) <= CLOCK_GRAIN_MS
    : record.taskId === task.id;

/** What the stack knows once everything seen is on record; what could not be read stays as it was known. @internal */
export function knownFrom(evidence: Evidence, before: Known): Known {
  const masterNodeId = rolesOf(evidence)?.master.nodeId ?? before.masterNodeId;
  const newest = evidence.swaps.readable ? evidence.swaps.value.find((task) => !isFailed(task)) : undefined;
  const newestSwap = newest ? { taskId: newest.id, at: newest.createdAt } : before.newestSwap;
  return {
    version: 1,
    ...(masterNodeId === undefined ? {} : { masterNodeId }),
    ...(newestSwap === undefined ? {} : { newestSwap }),
  };
}

/** What people wrote may be a secret of theirs; the trace tells the event without it. */
function withoutWords({
  trigger: _trigger,
  reason: _reason,
  requestedBy: _by,
  override: _override,
  ...rest
}: RecordDraft): unknown {
  return rest;
}

function summary(evidence: Evidence, busy: string | undefined): Record<string, unknown> {
  const refusedLeg = (leg: Evidence["roles"] | Evidence["swaps"]): unknown =>
    leg.readable ? undefined : leg.error.code;
  return {
    status: evidence.instance.status,
    task: evidence.instance.task,
    master: rolesOf(evidence)?.master,
    standbys: rolesOf(evidence)?.standbys,
    rolesUnreadable: refusedLeg(evidence.roles),
    newestSwap: evidence.swaps.readable ? evidence.swaps.value[0] : undefined,
    tasksUnreadable: refusedLeg(evidence.swaps),
    intents: evidence.intents,
    busy,
    now: rfc3339(evidence.now),
  };
}
