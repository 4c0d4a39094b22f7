import { canonicalJson } from "./canonical.js";

/**
 * What this engine run has checked of existing resources. The engine replaces a resource (`replaceOnChanges`, `--replace`) by a plain create
 * that is told nothing of the old one; without this memory, replacing would switch over for a trigger that was satisfied long ago.
 */
const seen = new Map<string, string>();

const keyOf = (inputs: Readonly<Record<string, unknown>>): string =>
  canonicalJson([inputs["instanceId"], inputs["__resource"]]);
const triggersOf = (inputs: Readonly<Record<string, unknown>>): string => canonicalJson(inputs["triggers"] ?? {});

/** Called with the old inputs of a resource that exists. @internal */
export function rememberExisting(olds: Readonly<Record<string, unknown>>, name: unknown): void {
  seen.set(keyOf({ ...olds, __resource: name }), triggersOf(olds));
}

/** Whether these inputs take the place of a resource of the same name, instance and triggers. @internal */
export function replacesExisting(inputs: Readonly<Record<string, unknown>>): boolean {
  return seen.get(keyOf(inputs)) === triggersOf(inputs);
}
