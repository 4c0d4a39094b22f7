import Table from "cli-table3";
import type { Entry } from "../audit/entry.js";
import { durationText, instanceOf, nodeText, whoText, whyText } from "../audit/words.js";
import type { Zone } from "../audit/zone.js";
import type { Paint } from "../terminal/colours.js";
import { printable } from "../terminal/printable.js";

export interface TableOptions {
  zone: Zone;
  paint: Paint;
  /** Of the terminal; undefined for a pipe, whose lines may be as long as they like. */
  width: number | undefined;
}

interface Column {
  head: string;
  text: (entry: Entry) => string;
  style?: (entry: Entry) => Parameters<Paint>[0] | undefined;
}

const OUTCOME_STYLE: Readonly<Record<string, Parameters<Paint>[0]>> = {
  switched: "green",
  adopted: "green",
  failed: "red",
  unconfirmed: "yellow",
};

/** A table for people: one line a record, words of others made safe to print. */
export function historyTable(entries: readonly Entry[], { zone, paint, width }: TableOptions): string {
  const columns = columnsFor(entries, zone);
  const rows = entries.map((entry) => columns.map(({ text }) => printable(text(entry))));
  const widths = fit(
    columns.map(({ head }, index) => Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0))),
    width,
  );
  const table = new Table({
    head: columns.map(({ head }) => paint("bold", head)),
    style: { head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: true }),
  });
  for (const [index, row] of rows.entries()) {
    const entry = entries[index];
    table.push(
      row.map((text, column) => {
        const style = entry && columns[column]?.style?.(entry);
        return style === undefined ? text : paint(style, text);
      }),
    );
  }
  return table.toString();
}

function columnsFor(entries: readonly Entry[], zone: Zone): Column[] {
  const several = (of: (entry: Entry) => string) => new Set(entries.map(of)).size > 1;
  const some = (of: (entry: Entry) => string) => entries.some((entry) => of(entry) !== "");
  const why: Column = { head: "why", text: ({ record }) => whyText(record) };
  return [
    { head: `performed at (${zone.name})`, text: ({ record }) => zone.show(record.performedAt) },
    ...(several(({ project, stack }) => `${project}/${stack}`)
      ? [{ head: "stack", text: ({ project, stack }: Entry) => `${project}/${stack}` }]
      : []),
    { head: "instance", text: ({ record }) => instanceOf(record) },
    {
      head: "outcome",
      text: ({ record }) => record.outcome,
      style: ({ record }) => OUTCOME_STYLE[record.outcome],
    },
    { head: "from", text: ({ record }) => nodeText(record.from) },
    { head: "to", text: ({ record }) => nodeText(record.to) },
    { head: "took", text: ({ record }) => durationText(record.durationMs) },
    { head: "by", text: ({ record }) => whoText(record) },
    ...(some(why.text) ? [why] : []),
  ];
}

const NARROWEST = 12;
/** A border and a space on each side. */
const FRAME = 3;

/** Column widths that fit the terminal, the widest cut first; undefined where all fit as they are. */
function fit(natural: readonly number[], width: number | undefined): number[] | undefined {
  if (width === undefined) return undefined;
  const widths = [...natural];
  let excess = widths.reduce((sum, item) => sum + item + FRAME, 1) - width;
  if (excess <= 0) return undefined;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths.map((item) => item + 2);
}
