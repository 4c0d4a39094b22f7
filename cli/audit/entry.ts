import type { SwitchoverRecord } from "../../provider/record.js";

/** A record with the place where it was found. */
export interface Entry {
  project: string;
  stack: string;
  /** The resource's name in its program. */
  resource: string;
  urn: string;
  /** `state`: in the stack's state as it is now; `past`: only in an earlier checkpoint. */
  found: "state" | "past";
  /** The stack keeps it as a secret. */
  secret: boolean;
  record: SwitchoverRecord;
}

/** Something that was found and could not be read: what is shown is not all. */
export interface Problem {
  where: string;
  why: string;
  remedy: string;
}

/** What reading one or several states gave. */
export interface Findings {
  entries: Entry[];
  problems: Problem[];
  /** SwitchoverTriggers seen, with records or without. */
  resources: Resource[];
  /** The states that were read, as a person would name them. */
  origins: string[];
}

/** A SwitchoverTrigger of a state. */
export interface Resource {
  project: string;
  stack: string;
  name: string;
  urn: string;
  instanceId: string | undefined;
  /** Whether the stack's present state has it. */
  isPresent: boolean;
}
