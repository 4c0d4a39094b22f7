// @ts-check

/** The demo did not do what it says. */
export class DemoFailure extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "DemoFailure";
  }
}

/**
 * @param {string} what is being compared
 * @param {unknown} found
 * @param {unknown} wanted
 */
export function expectEqual(what, found, wanted) {
  if (found !== wanted) throw new DemoFailure(`${what}: ${String(found)} instead of ${String(wanted)}`);
}

/**
 * @param {string} output of a command
 * @param {readonly (RegExp | string)[]} wanted
 */
export function expectOutput(output, wanted) {
  for (const piece of wanted) {
    const found = typeof piece === "string" ? output.includes(piece) : piece.test(output);
    if (!found) throw new DemoFailure(`the command's output does not say ${String(piece)}`);
  }
}
