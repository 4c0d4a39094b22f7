import { keep, leavePending, settle } from "./book.js";
import { rfc3339 } from "./clock.js";
import { DcsError, fitness, type Node } from "./dcs/index.js";
import { describeNode, describePlace, matches, runningSwap, type SeenSwap } from "./decide.js";
import {
  CLOCK_GRAIN_MS,
  type Evidence,
  NoSingleMasterError,
  observe,
  readRoles,
  rolesOf,
  withoutTasks,
} from "./evidence.js";
import { verdict } from "./verdict.js";
import { startedFrom } from "./intent.js";
import type { RecordDraft, SwitchoverRecord } from "./record.js";
import { forget } from "./note.js";
import { didNothing, type SentRequest } from "./sentRequest.js";
import {
  draftOf,
  ended,
  nameOf,
  say,
  seconds,
  situationOf,
  summaryOf,
  withoutWords,
  type Run,
  type Step,
} from "./run.js";
import { toRecorded } from "./state.js";

/** Poll soon, then in step with how long it has taken: an end is noticed within 4 % of the time it took, never later than 2 s. */
const pollInterval = (elapsedMs: number): number => Math.min(2_000, Math.max(150, elapsedMs * 0.04));
/** All legs are looked at this often while the roles alone show nothing. */
const FULL_LOOK_MS = 2_000;

/** Polls until the roles are exchanged and the instance is running and idle, or the time for it is over. @internal */
export async function confirm(run: Run, sent: SentRequest): Promise<Step> {
  const { clock, signal, trace } = run.effects;
  const { args } = run.task;
  const { intent, sentAt, lost } = sent;
  const deadline = sentAt + (lost ? Math.max(args.completeMs, args.settleMs) : args.completeMs);
  let because = "its end was not seen in time";
  let nextFullLook = sentAt + FULL_LOOK_MS;
  try {
    for (;;) {
      const master = await masterNow(run);
      if (master && !startedFrom(intent, master.nodeId) && intent.to === undefined) {
        // Kept: whatever the roles are later, they were exchanged.
        intent.to = toRecorded(master);
        say(run, `roles exchanged after ${seconds(clock.now() - sentAt)}`);
      }
      const moved = intent.to !== undefined;
      if (moved || clock.now() >= nextFullLook || clock.now() >= deadline) {
        const seenAt = clock.now();
        // Also as soon as silence begins to mean something.
        const settledAt = sentAt + args.settleMs + CLOCK_GRAIN_MS / 2;
        nextFullLook = seenAt < settledAt ? Math.min(seenAt + FULL_LOOK_MS, settledAt) : seenAt + FULL_LOOK_MS;
        const evidence = await lookDuring(run, moved);
        if (evidence) {
          const found = verdict(intent, situationOf(run, evidence));
          const unfinished = unfinishedWork(evidence);
          trace("looked", { ...summaryOf(evidence, unfinished), verdict: found });
          because =
            found.happened === "yes"
              ? `the switchover was made, and ${unfinished ?? "its end was not seen in time"}`
              : found.because;
          if (found.happened === "yes" && unfinished === undefined)
            return confirmed(run, sent, found.swap, evidence, Math.round(seenAt - sentAt));
          if (found.happened === "no" && unfinished === undefined) {
            if (found.failedTask !== undefined) return await failed(run, sent, found.because, found.failedTask);
            return await didNothing(run, sent, found.because);
          }
        }
      }
      if (clock.now() >= deadline) break;
      await clock.sleep(pollInterval(clock.now() - sentAt), signal);
    }
  } catch (error) {
    if (signal.aborted) because = "the update was interrupted while it waited for the end";
    else because = error instanceof Error ? error.message : String(error);
  }
  return unconfirmed(run, sent, because);
}

/** undefined while the roles are in motion or can't be read; only an abort ends the wait. */
async function masterNow({ effects, task }: Run): Promise<Node | undefined> {
  try {
    return (await readRoles(effects.client, task.args.instanceId, effects.signal)).master;
  } catch (error) {
    effects.signal.throwIfAborted();
    if (!DcsError.isInstance(error) && !(error instanceof NoSingleMasterError)) throw error;
    return undefined;
  }
}

/** A look that may fail while the instance changes. */
async function lookDuring(run: Run, moved: boolean): Promise<Evidence | undefined> {
  const { client, signal, trace } = run.effects;
  const { instanceId } = run.task.args;
  try {
    if (moved) {
      // The end is near and every look counts: one cheap request tells whether the full one is worth it.
      const fit = fitness(await client.showInstance(instanceId, { signal }), undefined);
      if (!fit.fit && fit.passing) return undefined;
    }
    run.evidence = withoutTasks(await observe(client, instanceId, [], signal), run.denied);
    return run.evidence;
  } catch (error) {
    signal.throwIfAborted();
    if (!DcsError.isInstance(error)) throw error;
    trace("look failed", { code: error.code, errorCode: error.errorCode, status: error.status });
    return undefined;
  }
}

/** What shows that the work is not over yet. A standby that still catches up is not part of it. */
function unfinishedWork(evidence: Evidence): string | undefined {
  const fit = fitness(evidence.instance, undefined);
  return runningSwap(evidence) ?? (fit.fit ? undefined : fit.reason);
}

function confirmed(run: Run, sent: SentRequest, swap: SeenSwap, evidence: Evidence, durationMs: number): Step {
  const { args, triggersHash } = run.task;
  const { intent, lost } = sent;
  const master = rolesOf(evidence)?.master;
  const notes = [
    lost && `the answer to the request was lost (${lost.code}); ${swap.shownBy} shows the switchover`,
    swap.taskIds &&
      `another switchover was made at the same time (tasks ${swap.taskIds.join(", ")}): which of them is this one, and from where to where it went, can't be told`,
    intent.to &&
      !swap.to &&
      !swap.taskIds &&
      "the roles were exchanged twice while it was made: from where to where this one went can't be told",
  ].filter((note) => typeof note === "string");
  const { from: _from, ...base } = draftFrom(run, sent, lost ? "adopted" : "switched");
  const draft: RecordDraft = {
    ...base,
    completedAt: rfc3339(Date.parse(intent.at) + durationMs),
    durationMs,
    ...(swap.from === undefined ? {} : { from: swap.from }),
    ...(swap.to === undefined ? {} : { to: swap.to }),
    ...(swap.taskId === undefined ? {} : { taskId: swap.taskId }),
    ...(swap.by === undefined ? {} : { performedBy: swap.by }),
    ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
  };
  const taskIds = swap.taskIds ?? [];
  run.book = settle(run.book, draft, { args, evidence, triggersHash, taskIds, noted: run.noted, replacing: false });
  run.effects.trace("recorded", withoutWords(draft));
  say(run, `switched after ${seconds(durationMs)}${master ? `: the master is ${describeNode(master)}` : ""}`);
  if (args.primary && master && !matches(master, args.primary)) {
    return ended(
      run,
      `${nameOf(run)}: switched, and the cloud promoted ${describeNode(master)} where primary asks for ${describePlace(args.primary)}. The next \`pulumi up\` tries again`,
    );
  }
  return ended(run);
}

async function failed(run: Run, sent: SentRequest, because: string, taskId: string): Promise<Step> {
  await forget(run, sent.intent);
  const draft = { ...draftFrom(run, sent, "failed"), taskId, note: because };
  run.book = keep(run.book, draft, run.task.args.historyLimit);
  run.effects.trace("recorded", withoutWords(draft));
  return ended(run, `${nameOf(run)}: the switchover did not happen: ${because}. The next \`pulumi up\` tries again`);
}

function unconfirmed(run: Run, sent: SentRequest, because: string): Step {
  const { intent, lost } = sent;
  const taken = lost ? `the request may have been taken (${lost.code})` : "the cloud accepted the request";
  const draft = { ...draftFrom(run, sent, "unconfirmed"), note: `${taken}; ${because}` };
  run.book = leavePending(run.book, draft, intent, run.task.args.historyLimit);
  run.effects.trace("recorded", withoutWords(draft));
  return ended(
    run,
    `${nameOf(run)}: ${taken} at ${intent.at}, and ${because}. It is recorded as unconfirmed. The next \`pulumi up\` looks first and switches only if this one surely did not happen`,
  );
}

function draftFrom(run: Run, sent: SentRequest, outcome: SwitchoverRecord["outcome"]): RecordDraft {
  const { override } = run.task.args;
  return {
    ...draftOf(run, outcome, sent.intent.at, "request"),
    from: sent.intent.from,
    ...(sent.requestId === undefined ? {} : { requestId: sent.requestId }),
    ...(sent.overridden.length === 0 || override === undefined ? {} : { override }),
  };
}
