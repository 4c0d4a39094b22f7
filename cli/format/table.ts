import Table from "cli-table3";
import type { Entry } from "../audit/entry.js";
import type { Zone } from "../audit/zone.js";
import type { Paint } from "../terminal/colours.js";
import { printable } from "../terminal/printable.js";
import { columnsFor, type Column } from "./columns.js";

export interface TableOptions {
  zone: Zone;
  paint: Paint;
  /** Of the terminal; undefined for a pipe, whose lines may be as long as they like. */
  width: number | undefined;
}

/** Colours of outcomes that ask for attention or are as they should be. */
const OUTCOME_STYLE: Readonly<Record<string, Parameters<Paint>[0]>> = {
  switched: "green",
  adopted: "green",
  failed: "red",
  unconfirmed: "yellow",
};

/**
 * A table for people, folded to the terminal's width; where that is too narrow, a few lines for each record. Words of others are
 * made safe.
 */
export function* historyTable(entries: readonly Entry[], { zone, paint, width }: TableOptions): Generator<string> {
  const columns = columnsFor(entries, zone);
  const rows = entries.map((entry) => columns.map(({ text }) => printable(text(entry))));
  const longest = columns.map(({ head }, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head.length),
  );
  const widths = fit(longest, width);
  if (widths === undefined) {
    yield* listing(columns, rows, paint);
    return;
  }
  const outcome = columns.findIndex(({ head }) => head === "outcome");
  const painted = rows.map((row) => {
    const style = OUTCOME_STYLE[row[outcome] ?? ""];
    return row.map((text, index) => (index === outcome && style !== undefined ? paint(style, text) : text));
  });
  const head = columns.map((column) => paint("bold", column.head));
  yield* drawn(head, painted, widths);
}

/** The library's time grows with the square of the rows, so it draws a few at a time, and the pieces are put together. */
const AT_ONCE = 200;

function* drawn(head: string[], rows: readonly string[][], widths: number[]): Generator<string> {
  let between = "";
  let end = "";
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const table = new Table({
      head: start === 0 ? head : [],
      style: { head: [], border: [] },
      colWidths: widths,
      wordWrap: true,
      wrapOnWordBoundary: true,
    });
    table.push(...rows.slice(start, start + AT_ONCE));
    const lines = table.toString().split("\n");
    end = lines.pop() ?? "";
    if (start === 0) between = lines.find((line) => line.startsWith("├")) ?? "";
    else lines[0] = between;
    yield `${lines.join("\n")}\n`;
  }
  yield `${end}\n`;
}

const NARROWEST = 10;
/** A border and a space on each side. */
const FRAME = 3;

/** Column widths, the widest cut until all fit the terminal; undefined where that leaves too little of them. */
function fit(natural: readonly number[], width: number | undefined): number[] | undefined {
  const widths = [...natural];
  let excess = width === undefined ? 0 : widths.reduce((sum, item) => sum + item + FRAME, 1) - width;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return undefined;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths.map((item) => item + 2);
}

/** Each record as lines of its own: `outcome  failed`. */
function* listing(columns: readonly Column[], rows: readonly string[][], paint: Paint): Generator<string> {
  const wide = Math.max(...columns.map(({ head }) => head.length));
  for (const [number, row] of rows.entries()) {
    if (number > 0) yield "\n";
    for (const [index, { head }] of columns.entries()) {
      const text = row[index] ?? "";
      const style = head === "outcome" ? OUTCOME_STYLE[text] : undefined;
      if (text !== "") yield `${paint("dim", head.padEnd(wide))}  ${style === undefined ? text : paint(style, text)}\n`;
    }
  }
}
