import type { Entry } from "../audit/entry.js";
import type { Zone } from "../audit/zone.js";
import { printable } from "../terminal/printable.js";
import { columnsFor } from "./columns.js";

/** A table for a ticket or a pull request. */
export function* markdown(entries: readonly Entry[], zone: Zone): Generator<string> {
  const columns = columnsFor(entries, zone);
  yield row(columns.map(({ head }) => head));
  yield row(columns.map(() => "---"));
  for (const entry of entries) yield row(columns.map(({ text }) => escape(printable(text(entry)))));
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;

/** Nothing in a cell ends it, begins markup, or makes a link or a mention. */
const escape = (text: string): string => text.replace(/[\\`*_[\]<>|~#@!]/g, String.raw`\$&`).replaceAll("&", "&amp;");
