import { rfc3339 } from "./clock.js";
import { keep } from "./book.js";
import { confirm } from "./confirm.js";
import { DcsError } from "./dcs/index.js";
import { describeNode, type Decision } from "./decide.js";
import { readRoles } from "./evidence.js";
import type { Intent } from "./intent.js";
import { fromTags, INTENT_TAG_KEY, toTag } from "./intentTag.js";
import { draftOf, ended, nameOf, say, seconds, withoutWords, type Run, type Step } from "./run.js";
import { toRecorded } from "./state.js";

/** A look older than this is taken again before the request: the process may have stood still, or the cloud been slow. */
const STALE_MS = 5_000;
/** What a run may take beyond its own limits: the request itself, and the last looks. */
const SLACK_MS = 120_000;
/** A request that surely did nothing is repeated once; twice into the void is for a person to look at. */
const MAX_UNKNOWN = 2;

/** Why a request has no telling answer. @internal */
export interface Lost {
  /** The cloud's code or ours, for the reader. */
  code: string;
  message: string;
  requestId?: string;
}

/** A request under way. @internal */
export interface SentRequest {
  intent: Intent;
  /** Local clock. */
  sentAt: number;
  requestId?: string;
  lost?: Lost;
  overridden: string[];
}

/** Notes the intent, sends one swap, and sees it to its end. @internal */
export async function request(run: Run, decision: Extract<Decision, { kind: "switch" }>): Promise<Step> {
  const { client, clock, journal, signal, trace } = run.effects;
  const { args, triggersHash, fingerprint, owner } = run.task;
  signal.throwIfAborted();

  const intent: Intent & { owner: string } = {
    source: "journal",
    id: "",
    triggersHash,
    owner,
    fingerprint,
    at: rfc3339(client.serverNow()),
    from: toRecorded(decision.from),
    live: true,
  };
  intent.id = await note(run, intent);
  if (intent.id !== "") run.noted.push(intent.id);
  try {
    const obstacle = (await rivalOf(run)) ?? (await recheck(run, intent, decision));
    if (obstacle !== undefined) {
      await forget(run, intent);
      return { kind: "again", why: obstacle };
    }
  } catch (error) {
    await forget(run, intent);
    throw error;
  }

  say(run, `swap requested: ${describeNode(decision.from)} -> ${decision.to.map(describeNode).join(" or ")}`);
  run.attempts += 1;
  const sent: SentRequest = { intent, sentAt: clock.now(), overridden: decision.overridden };
  trace("swap sent", { attempt: run.attempts, intent });
  try {
    const answer = await client.swap(args.instanceId, { signal });
    trace("swap accepted", answer);
    intent.accepted = true;
    if (answer.requestId !== undefined) sent.requestId = answer.requestId;
    say(
      run,
      `accepted after ${seconds(clock.now() - sent.sentAt)}${answer.requestId === undefined ? "" : ` (request ${answer.requestId})`}`,
    );
  } catch (error) {
    const step = await notTaken(run, intent, error);
    if (step) return step;
    sent.lost = lostOf(error);
    trace("swap not answered", sent.lost);
    say(run, `no telling answer (${sent.lost.code}): looking whether it happened`);
  }
  const step = await confirm(run, sent);
  if (step.kind === "ended" && intent.id !== "") {
    // Kept until a later run sees that the state holds the record, but no longer a sign that somebody is at work.
    await journal.end(args.instanceId, intent.id).catch(() => undefined);
  }
  return step;
}

/** Sent, lost, and evidence says that nothing came of it. @internal */
export async function didNothing(run: Run, { intent, lost }: SentRequest, because: string): Promise<Step> {
  run.unknowns += 1;
  await forget(run, intent);
  if (run.unknowns < MAX_UNKNOWN && lost?.code !== "DCS.5094")
    return { kind: "again", why: `the request was lost and did nothing: ${because}` };
  return refused(run, intent, lost?.message ?? because, lost?.requestId);
}

/** Takes back the note of a request that surely did nothing. What can't be removed is settled by evidence later. @internal */
export async function forget(run: Run, intent: Intent): Promise<void> {
  const { client, journal, signal } = run.effects;
  const { instanceId, intentTag } = run.task.args;
  try {
    if (intent.id !== "") await journal.remove(instanceId, [intent.id]);
    if (!intentTag) return;
    // Another run may have set the tag since.
    const tags = await client.listTags(instanceId, { signal });
    if (fromTags(tags)?.at === fromTags([toTag(intent)])?.at)
      await client.removeTags(instanceId, [INTENT_TAG_KEY], { signal });
  } catch (error) {
    run.effects.trace("note not removed", { message: String(error) });
  }
}

async function note(run: Run, intent: Intent & { owner: string }): Promise<string> {
  const { args } = run.task;
  try {
    const busyMs = Math.max(args.completeMs, args.settleMs) + SLACK_MS;
    return await run.effects.journal.write(args.instanceId, intent, busyMs);
  } catch (error) {
    say(
      run,
      `the intent journal can't be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"}): a rerun after a crash rests on roles and task log alone`,
    );
    return "";
  }
}

/** Written first, looked second: of two processes that do so at once, one sees the other at least, and who sees another gives way. */
async function rivalOf(run: Run): Promise<string | undefined> {
  const others = await run.effects.journal.read(run.task.args.instanceId);
  const rival = others.find((other) => other.live && !run.noted.includes(other.id));
  return rival && `another process on this machine has been switching it since ${rival.at}`;
}

/** The irreversible step follows at once: what it rests on must be of this moment. */
async function recheck(
  run: Run,
  intent: Intent,
  decision: Extract<Decision, { kind: "switch" }>,
): Promise<string | undefined> {
  const { client, clock, signal } = run.effects;
  const { args } = run.task;
  if (args.intentTag) await client.addTags(args.instanceId, [toTag(intent)], { signal });
  if (!args.intentTag && clock.now() - run.lookedAt < STALE_MS) return undefined;
  const lookedAt = clock.now();
  const { master } = await readRoles(client, args.instanceId, signal);
  if (master.nodeId !== decision.from.nodeId) return "the master has just moved";
  return clock.now() - lookedAt < STALE_MS ? undefined : "the roles were read too slowly to be relied on";
}

/** What follows where the cloud surely did not take the request; undefined where it may have. */
async function notTaken(run: Run, intent: Intent, error: unknown): Promise<Step | undefined> {
  if (!DcsError.isInstance(error)) return undefined;
  // Without credentials nothing can be sent.
  const unsent = error.disposition === "not-sent" || error.code === "CONFIG" || error.code === "CREDENTIALS";
  if (!unsent && error.disposition !== "refused") return undefined;
  run.effects.trace("swap not taken", { code: error.code, errorCode: error.errorCode, status: error.status });
  await forget(run, intent);
  if (unsent) run.effects.signal.throwIfAborted();
  if (error.retryable)
    return { kind: "again", why: `the cloud did not take the request (${error.errorCode ?? error.code})` };
  return refused(run, intent, error.message, error.requestId);
}

/** Asked, and surely not done: on record, since somebody asked for it. */
function refused(run: Run, intent: Intent, message: string, requestId: string | undefined): Step {
  const draft = {
    ...draftOf(run, "failed", intent.at, "request"),
    from: intent.from,
    ...(requestId === undefined ? {} : { requestId }),
    note: message,
  };
  run.book = keep(run.book, draft, run.task.args.historyLimit);
  run.effects.trace("recorded", withoutWords(draft));
  return ended(run, `${nameOf(run)}: the switchover did not happen. ${message}`);
}

function lostOf(error: unknown): Lost {
  if (!DcsError.isInstance(error)) return { code: "UNKNOWN", message: String(error) };
  return {
    code: error.errorCode ?? error.code,
    message: error.message,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}
