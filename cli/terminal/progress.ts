/** One line on stderr that says how far long work has come: on a terminal only, and gone when the work is over. */
export interface Progress {
  step(text: string): void;
  end(): void;
}

/** How long work may take before it is worth a line. */
const QUIET_MS = 300;
const BETWEEN_MS = 100;

/** @param stream a terminal, or anything else: then nothing is shown */
export function progressOn(
  stream: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
  now: () => number = Date.now,
): Progress {
  if (stream.isTTY !== true) return { step: () => undefined, end: () => undefined };
  let next = now() + QUIET_MS;
  let isShown = false;
  return {
    step(text) {
      if (now() < next) return;
      next = now() + BETWEEN_MS;
      isShown = true;
      stream.write(`\r\u001B[K${text} …`);
    },
    end() {
      if (isShown) stream.write("\r\u001B[K");
      isShown = false;
    },
  };
}
