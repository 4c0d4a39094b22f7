import type { Tag } from "./dcs/index.js";
import type { Intent } from "./intent.js";

/** Key of the tag; the cloud allows 36 characters. */
export const INTENT_TAG_KEY = "dcs-switchover-intent";

/**
 * An intent as a tag's value: `<triggers>.<state>.<seconds>.<master>`, 39 of the 43 characters that the cloud allows.
 * It names no trigger and no reason, since everybody who may list tags can read it.
 * @internal
 */
export function toTag(intent: Pick<Intent, "triggersHash" | "fingerprint" | "at" | "from">): Tag {
  const seconds = Math.floor(Date.parse(intent.at) / 1000);
  return {
    key: INTENT_TAG_KEY,
    value: [
      intent.triggersHash.slice(0, 12),
      intent.fingerprint.slice(0, 6),
      seconds,
      intent.from.nodeId.slice(0, 8),
    ].join("."),
  };
}

/** The intent that an instance's tags hold, if any. @internal */
export function fromTags(tags: readonly Tag[]): Intent | undefined {
  const value = tags.find((tag) => tag.key === INTENT_TAG_KEY)?.value;
  const match = /^([0-9a-f]{12})\.([0-9a-f]{6})\.(\d{9,11})\.(.{1,8})$/.exec(value ?? "");
  const [, triggersHash, fingerprint, seconds, nodeId] = match ?? [];
  if (triggersHash === undefined || fingerprint === undefined || seconds === undefined || nodeId === undefined)
    return undefined;
  return {
    source: "tag",
    id: "",
    triggersHash,
    fingerprint,
    at: new Date(Number(seconds) * 1000).toISOString(),
    from: { nodeId },
    live: false,
  };
}
