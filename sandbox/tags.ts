import * as v from "valibot";
import type { Instance } from "./instances.js";
import { badParameter, type Refusal } from "./refusal.js";

/** The most tags that an instance may have. */
const MOST_TAGS = 20;

const body = v.variant("action", [
  v.object({
    action: v.literal("create"),
    tags: v.array(
      v.object({
        key: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
        value: v.pipe(v.string(), v.maxLength(255)),
      }),
    ),
  }),
  v.object({ action: v.literal("delete"), tags: v.array(v.object({ key: v.string() })) }),
]);

/** Carries out a tags action from its JSON text; a key that is there already gets the new value. */
export function changeTags(instance: Instance, text: string): Refusal | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), body), text);
  if (!parsed.success) return badParameter(v.getDotPath(parsed.issues[0]) ?? "body");
  const change = parsed.output;
  const named = new Set(change.tags.map((tag) => tag.key));
  const others = instance.tags.filter((tag) => !named.has(tag.key));
  const tags = change.action === "create" ? [...others, ...change.tags] : others;
  if (tags.length > MOST_TAGS) return badParameter("tags");
  instance.tags = tags;
  return undefined;
}
