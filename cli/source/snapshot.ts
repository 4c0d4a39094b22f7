import type { DeploymentState } from "./deployment.js";

/** A state at one moment: a stack's present one, or an earlier one that its backend kept. */
export interface Snapshot {
  /** As a person would name it. */
  origin: string;
  found: "state" | "past";
  /** The stack as `pulumi` names it, where it was read through it. */
  stack?: string;
  state: DeploymentState;
}
