import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { hasColours } from "../../../cli/terminal/colours.js";
import { write } from "../../../cli/terminal/output.js";
import { printable } from "../../../cli/terminal/printable.js";
import { progressOn } from "../../../cli/terminal/progress.js";

it.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{ isTTY: true }, { TERM: "dumb" }, false],
])("colours on %j with %j: %s", (stream, env, is) => {
  expect(hasColours(stream, env)).toBe(is);
});

it("words of others can neither move the cursor nor turn the line around", () => {
  expect(printable("a\u001B[2Jb\u202Ec\u0000\nd\te")).toBe(String.raw`a\u{1b}[2Jb\u{202e}c\u{0} d e`);
  expect(printable("Zürich 東京 🙂")).toBe("Zürich 東京 🙂");
});

describe("progress", () => {
  const shown = (isTTY: boolean, times: number[]) => {
    let text = "";
    const progress = progressOn({ isTTY, write: (piece) => (text += piece) }, () => times.shift() ?? 0);
    return { step: () => progress.step("reading"), end: () => progress.end(), text: () => text };
  };

  it("shows nothing of quick work, and clears its line at the end of slow work", () => {
    const quick = shown(true, [0, 100, 200]);
    quick.step();
    quick.end();
    expect(quick.text()).toBe("");
    const slow = shown(true, [0, 400, 410]);
    slow.step();
    slow.step();
    slow.end();
    expect(slow.text()).toBe("\r\u001B[Kreading …\r\u001B[K");
  });

  it("shows nothing where nobody looks", () => {
    const piped = shown(false, [0, 9_999]);
    piped.step();
    expect(piped.text()).toBe("");
  });
});

it("output waits for a slow reader and loses nothing", async () => {
  const stream = new PassThrough({ highWaterMark: 1_000 });
  let received = 0;
  stream.on("data", (chunk: Buffer) => (received += chunk.length));
  await write(
    Array.from({ length: 500 }, () => "x".repeat(1_000)),
    stream,
  );
  stream.end();
  await new Promise((resolve) => stream.on("end", resolve));
  expect(received).toBe(500_000);
});
