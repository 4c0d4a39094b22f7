// @ts-check

/** @typedef {import("./statistics.mjs").Spread} Spread */

/**
 * One part of the results: a heading, what was measured and how, tables, and what limits the figures.
 *
 * @typedef {object} Part
 * @property {string} title
 * @property {string} how one paragraph
 * @property {{ caption?: string, head: string[], rows: string[][] }[]} tables
 * @property {string[]} notes what the limit is made of, and what the figures do not say
 * @property {{ goal: string, met: boolean, measured: string }[]} goals
 */

/** @param {Part} part */
export function partText({ title, how, tables, notes, goals }) {
  return [
    `## ${title}`,
    how,
    ...tables.flatMap(({ caption, head, rows }) => [...(caption ? [`${caption}:`] : []), table(head, rows)]),
    ...(goals.length > 0
      ? [
          table(
            ["goal", "measured", "met"],
            goals.map(({ goal, measured, met }) => [goal, measured, met ? "yes" : "**no**"]),
          ),
        ]
      : []),
    notes.map((note) => `- ${note}`).join("\n"),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * "median (min … max)", or just the figure where all rounds agree.
 *
 * @param {Spread} spread
 * @param {number} digits behind the point
 */
export function spreadText({ min, median, max }, digits) {
  const text = (/** @type {number} */ value) => value.toLocaleString("en-US", digitsOf(digits));
  return text(min) === text(max) ? text(median) : `${text(median)} (${text(min)} … ${text(max)})`;
}

/** @param {number} value @param {number} [digits] */
export function numberText(value, digits = 0) {
  return value.toLocaleString("en-US", digitsOf(digits));
}

/** @param {number} digits */
const digitsOf = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
