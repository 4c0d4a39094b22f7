import { appendFileSync } from "node:fs";

/** Takes one step of the procedure, with what was seen or decided; values are plain JSON. @internal */
export type Trace = (event: string, detail?: unknown) => void;

/**
 * Appends one JSON line an event to the file that `DCS_SWITCHOVER_LOG` names, so that an incident can be replayed on paper.
 * Written at once: a killed process leaves all lines up to the last step. Without the variable nothing is kept.
 * @internal
 */
export function fileTrace(context: Record<string, unknown>, env: NodeJS.ProcessEnv = process.env): Trace {
  const path = env["DCS_SWITCHOVER_LOG"];
  if (path === undefined || path === "") return () => undefined;
  let broken = false;
  return (event, detail) => {
    if (broken) return;
    try {
      appendFileSync(
        path,
        `${JSON.stringify({ time: new Date().toISOString(), pid: process.pid, ...context, event, detail })}\n`,
        { mode: 0o600 },
      );
    } catch (error) {
      broken = true;
      console.error(
        `DCS_SWITCHOVER_LOG can't be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"}): the update goes on without it`,
      );
    }
  };
}
