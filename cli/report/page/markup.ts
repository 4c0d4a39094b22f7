import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { printable } from "../../terminal/printable.js";

/** Markup whose every value was escaped. */
export type Markup = HtmlEscapedString;

type Value = Markup | string | number | readonly (Markup | string)[];

/** Markup from a template: each value put into it is text, made safe to show and escaped, unless it is markup itself. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const result = html(strings, ...values.map(safe));
  if (result instanceof Promise) throw new Error("a value of the page is not there yet");
  return result;
}

/** Markup of our own that is put together elsewhere: style, script, paths of numbers, rows that are escaped already. */
export const trusted = (text: string): Markup => raw(text);

export const NOTHING: Markup = trusted("");

function safe(value: Value): unknown {
  if (typeof value === "string") return printable(value);
  return Array.isArray(value) ? value.map((item: Markup | string) => safe(item)) : value;
}
