import { rfc3339 } from "./clock.js";
import { confirm } from "./confirm.js";
import { DcsError } from "./dcs/index.js";
import { describeNode, type Decision } from "./decide.js";
import { readRoles } from "./evidence.js";
import type { Intent } from "./intent.js";
import { toTag } from "./intentTag.js";
import { forget, note } from "./note.js";
import { say, seconds, type Run, type Step } from "./run.js";
import { refused, type Lost, type SentRequest } from "./sentRequest.js";
import { toRecorded } from "./state.js";

/** A look older than this is taken again before the request: the process may have stood still, or the cloud been slow. */
const STALE_MS = 5_000;

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

function lostOf(error: unknown): Lost {
  if (!DcsError.isInstance(error)) return { code: "UNKNOWN", message: String(error) };
  return {
    code: error.errorCode ?? error.code,
    message: error.message,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}
