import { canonicalJson } from "../canonical.js";
import { pickArguments } from "../inputs.js";
import { rememberOutputs } from "../replacement.js";
import { ledgerOf } from "../state.js";
import { isSameInstance, reporter, type Properties } from "./properties.js";

/** Whether anything differs: decided from inputs and state alone, without a call to the cloud. */
export function diff(
  _id: string,
  olds: Properties,
  news: Properties,
): { changes: boolean; replaces: string[]; deleteBeforeReplace: boolean } {
  rememberOutputs(olds, news["__resource"]);
  const replaces = isSameInstance(olds, news) ? [] : ["instanceId"];
  const { pending, settled } = ledgerOf(olds);
  const unfinished = pending !== undefined || settled === null;
  // The inputs hold the plan of the update that failed, so the plan's text alone would not tell.
  if (unfinished && replaces.length === 0) {
    reporter(news)(
      pending
        ? `the switchover asked for at ${pending.at} is unconfirmed: the update looks first whether it happened, and switches over only if it surely did not`
        : "the switchover of the last update was not made: the update tries again",
    );
  }
  // "true", not left open: then the engine would compare the inputs itself and show reviewers all of `__reviewed`.
  const changes =
    unfinished || olds["plan"] !== news["plan"] || canonicalJson(comparable(olds)) !== canonicalJson(comparable(news));
  return { changes, replaces, deleteBeforeReplace: false };
}

function comparable(properties: Properties): Properties {
  return { ...pickArguments(properties), instanceId: String(properties["instanceId"]).toLowerCase() };
}
