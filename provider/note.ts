import type { Intent } from "./intent.js";
import { fromTags, INTENT_TAG_KEY, toTag } from "./intentTag.js";
import { say, type Run } from "./run.js";

/** What a run may take beyond its own limits: the request itself, and the last looks. */
const SLACK_MS = 120_000;

/** Notes a request that is about to be sent; returns the note's id, or none where there can be no note. @internal */
export async function note(run: Run, intent: Intent & { owner: string }): Promise<string> {
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
