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

/** A table for people, folded to the terminal's width; where that is too narrow, a few lines for each record. Words of others are made safe. */
export function historyTable(entries: readonly Entry[], { zone, paint, width }: TableOptions): string {
  const columns = columnsFor(entries, zone);
  const rows = entries.map((entry) => columns.map(({ text }) => printable(text(entry))));
  const longest = columns.map(({ head }, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head.length),
  );
  const widths = fit(longest, width);
  if (widths === "too narrow") return listing(columns, rows, paint);
  const outcome = columns.findIndex(({ head }) => head === "outcome");
  const table = new Table({
    head: columns.map(({ head }) => paint("bold", head)),
    style: { head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: true }),
  });
  for (const row of rows) {
    const style = OUTCOME_STYLE[row[outcome] ?? ""];
    table.push(row.map((text, index) => (index === outcome && style !== undefined ? paint(style, text) : text)));
  }
  return `${table.toString()}\n`;
}

const NARROWEST = 10;
/** A border and a space on each side. */
const FRAME = 3;

/** Column widths that fit the terminal, the widest cut first; undefined where all fit as they are. */
function fit(natural: readonly number[], width: number | undefined): number[] | undefined | "too narrow" {
  if (width === undefined) return undefined;
  const widths = [...natural];
  let excess = widths.reduce((sum, item) => sum + item + FRAME, 1) - width;
  if (excess <= 0) return undefined;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return "too narrow";
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths.map((item) => item + 2);
}

/** Each record as lines of its own: `outcome  failed`. */
function listing(columns: readonly Column[], rows: readonly string[][], paint: Paint): string {
  const wide = Math.max(...columns.map(({ head }) => head.length));
  const block = (row: readonly string[]) =>
    columns.flatMap(({ head }, index) => {
      const text = row[index] ?? "";
      const style = head === "outcome" ? OUTCOME_STYLE[text] : undefined;
      return text === ""
        ? []
        : [`${paint("dim", head.padEnd(wide))}  ${style === undefined ? text : paint(style, text)}\n`];
    });
  return rows.map((row) => block(row).join("")).join("\n");
}
