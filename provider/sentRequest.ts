import { keep } from "./book.js";
import type { Intent } from "./intent.js";
import { forget } from "./note.js";
import { draftOf, ended, nameOf, withoutWords, type Run, type Step } from "./run.js";

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

/** Sent, lost, and evidence says that nothing came of it. @internal */
export async function didNothing(run: Run, { intent, lost }: SentRequest, because: string): Promise<Step> {
  run.unknowns += 1;
  await forget(run, intent);
  if (run.unknowns < MAX_UNKNOWN && lost?.code !== "DCS.5094")
    return { kind: "again", why: `the request was lost and did nothing: ${because}` };
  return refused(run, intent, lost?.message ?? because, lost?.requestId);
}

/** Asked, and surely not done: on record, since somebody asked for it. @internal */
export function refused(run: Run, intent: Intent, message: string, requestId: string | undefined): Step {
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
