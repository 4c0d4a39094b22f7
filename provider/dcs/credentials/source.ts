import type { Credentials } from "./types.js";

/** What one source of credentials says when asked. */
export type SourceOutcome =
  /** Nothing of it is here: the next source is asked. */
  | { kind: "absent"; why: string }
  /** Part of it is here, or it cannot be read: an error, never a fall-through. */
  | { kind: "broken"; why: string; remedy: string }
  | {
      kind: "found";
      /** Names, never values: "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK". */
      where: string;
      /** Asked before every request. */
      credentials: () => Promise<Credentials>;
      projectId?: string | undefined;
      iamEndpoint?: string | undefined;
    };

/** A source: its name for people, and how to ask it. */
export interface Source {
  name: string;
  ask: () => Promise<SourceOutcome> | SourceOutcome;
}

/** How a source fared, for `doctor`; holds no values. @public */
export interface SourceReport {
  source: string;
  status: "won" | "absent" | "broken" | "not-asked";
  detail: string;
}
