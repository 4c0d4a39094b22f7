import type { Refusal } from "./decide.js";

/**
 * The engine's own marker for an operation that failed with something to keep: an error with `id`, `properties` and `reasons`
 * saves the properties and fails the update.
 * @internal
 */
export class PartialStateError extends Error {
  override readonly name = "PartialStateError";
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly reasons: string[];
  constructor(id: string, properties: Record<string, unknown>, reasons: string[]) {
    super(reasons.join("; "));
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/** A switchover that was not made, before anything was asked of the cloud: nothing has changed and the state stays as it was. */
export class SwitchoverRefusedError extends Error {
  override readonly name = "SwitchoverRefusedError";
  readonly code: Refusal["code"];
  readonly why: string;
  readonly remedy: string;
  constructor(what: string, refusal: Refusal) {
    super(`${what}: ${refusal.why}. ${refusal.remedy}`);
    this.code = refusal.code;
    this.why = refusal.why;
    this.remedy = refusal.remedy;
  }
}
