// @ts-check

/** @typedef {{ text: string, colour: string, bold: boolean }} Run a piece of a line in one style */

/** Colours of the engine's output on a dark ground, by their numbers in the 256-colour palette. */
const palette = new Map([
  [1, "#ff7b72"],
  [2, "#7ee787"],
  [3, "#e3b341"],
  [5, "#d2a8ff"],
  [12, "#79c0ff"],
  [13, "#d2a8ff"],
]);
export const ground = "#0d1117";
export const plain = "#e6edf3";

/**
 * Lines of a terminal's output, folded at `columns` as a terminal folds them.
 *
 * @param {string} output
 * @param {number} columns
 * @returns {Run[][]}
 */
export function toLines(output, columns) {
  /** @type {Run[][]} */
  const lines = [[]];
  let width = 0;
  let style = { colour: plain, bold: false };
  // eslint-disable-next-line no-control-regex -- colours are control sequences
  for (const [, codes, text = ""] of output.matchAll(/\u001b\[([0-9;]*)m|([^\u001b]+)/g)) {
    if (codes !== undefined) {
      style = restyled(style, codes);
      continue;
    }
    for (const [at, part] of text.split("\n").entries()) {
      if (at > 0) {
        lines.push([]);
        width = 0;
      }
      for (let rest = part; rest !== "";) {
        if (width === columns) {
          lines.push([]);
          width = 0;
        }
        const piece = rest.slice(0, columns - width);
        lines.at(-1)?.push({ text: piece, ...style });
        width += piece.length;
        rest = rest.slice(piece.length);
      }
    }
  }
  return lines;
}

/** @param {{ colour: string, bold: boolean }} style @param {string} codes such as `38;5;2` */
function restyled(style, codes) {
  const [, colour] = /^38;5;(\d+)$/.exec(codes) ?? [];
  if (colour !== undefined) return { ...style, colour: palette.get(Number(colour)) ?? plain };
  return codes === "1" ? { ...style, bold: true } : { colour: plain, bold: false };
}
