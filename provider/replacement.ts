import { canonicalJson } from "./canonical.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * What this engine run has seen of existing resources. The engine replaces a resource (`replaceOnChanges`, `--replace`) by a plain create
 * that is told nothing of the old one; without this memory, replacing would switch over for a trigger that was satisfied long ago.
 */
const checked = new Map<string, string>();
const outputs = new Map<string, Values>();

const keyOf = (instanceId: unknown, name: unknown): string => canonicalJson([String(instanceId).toLowerCase(), name]);
const triggersOf = (inputs: Values): string => canonicalJson(inputs["triggers"] ?? {});

/** Called by check with the old inputs of a resource that exists. @internal */
export function rememberExisting(olds: Values, name: unknown): void {
  checked.set(keyOf(olds["instanceId"], name), triggersOf(olds));
}

/** Called with the old outputs by diff and delete. Where a person asks for the replacement (`--replace`), the engine calls neither before create. @internal */
export function rememberOutputs(olds: Values, name: unknown): void {
  outputs.set(keyOf(olds["instanceId"], name), olds);
}

/** Outputs of the resource of the same name and instance whose place these inputs take, if they were seen. @internal */
export function replacedOutputs(inputs: Values): Values | undefined {
  return outputs.get(keyOf(inputs["instanceId"], inputs["__resource"]));
}

/** Whether these inputs take the place of a resource of the same name, instance and triggers. @internal */
export function replacesExisting(inputs: Values): boolean {
  return checked.get(keyOf(inputs["instanceId"], inputs["__resource"])) === triggersOf(inputs);
}
