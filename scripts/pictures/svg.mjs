// @ts-check
import { ground, plain } from "./ansi.mjs";

const cell = { width: 7.8, height: 18 };
const margin = 16;

/**
 * A picture of a terminal. Each piece of text has its place and width in cells, so that any monospaced font fits.
 *
 * @param {import("./ansi.mjs").Run[][]} lines
 * @param {{ columns: number, title: string }} options
 */
export function toSvg(lines, { columns, title }) {
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  const texts = lines.flatMap((runs, row) => {
    let column = 0;
    return runs.flatMap(({ text, colour, bold }) => {
      const start = column;
      column += text.length;
      const look = `${colour === plain ? "" : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ""}`;
      // Words that are far apart are placed each on its own: not every viewer keeps runs of spaces.
      return Array.from(text.matchAll(/\S+(?: \S+)*/g), ({ 0: words, index }) => {
        const x = (margin + (start + index) * cell.width).toFixed(1);
        const y = margin + row * cell.height + 13;
        const length = (words.length * cell.width).toFixed(1);
        return `<text x="${x}" y="${y}" textLength="${length}"${look}>${escaped(words)}</text>`;
      });
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
<g fill="${plain}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${texts.join("\n")}
</g>
</svg>
`;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
