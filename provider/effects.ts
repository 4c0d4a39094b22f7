import type { Clock } from "./clock.js";
import type { DcsClient } from "./dcs/index.js";
import type { Resolution } from "./decide.js";
import type { Journal } from "./journal.js";
import type { Trace } from "./trace.js";

/** What the procedure asks of the cloud; {@link DcsClient} is one. @internal */
export type Cloud = Pick<
  DcsClient,
  "serverNow" | "showInstance" | "listNodes" | "listTasks" | "listTags" | "addTags" | "removeTags" | "swap"
>;

/** Effects, gathered in one place so that tests can replace each. @internal */
export interface Effects {
  client: Cloud;
  clock: Clock;
  journal: Journal;
  /** One short line for the person who watches the update. */
  report: (line: string) => void;
  trace: Trace;
  /** Aborted when the engine is told to stop, or is gone. */
  signal: AbortSignal;
  /** A person's word on an unresolved request. */
  resolution?: Resolution;
  /** In [0, 1): keeps two processes that meet from meeting again. @default Math.random */
  random?: () => number;
}
