import type { Entry } from "../../audit/entry.js";
import { durationText, nodeText, whoText, whyText } from "../../audit/words.js";
import type { Zone } from "../../audit/zone.js";
import { markup, NOTHING, type Markup } from "./markup.js";

const TONES: Readonly<Record<string, string>> = {
  switched: "good",
  adopted: "good",
  "already-primary": "soft",
  observed: "soft",
  unconfirmed: "warn",
  failed: "bad",
};

/** The class that colours an outcome. */
export const toneOf = (outcome: string): string => TONES[outcome] ?? "soft";

/** An outcome's word; the style puts a sign before it, so that colour is not all that tells them apart. */
export const outcomeText = (outcome: string): Markup => markup`<span class="o ${toneOf(outcome)}">${outcome}</span>`;

export const timeText = (at: string, zone: Zone): Markup => markup`<time datetime="${at}">${zone.show(at)}</time>`;

/** The head of a table of records; its body is {@link recordRows}. */
export const RECORDS_HEAD = (zone: Zone): Markup =>
  markup`<thead><tr><th scope="col">When (${zone.name})</th><th scope="col">Outcome</th><th scope="col">From → to</th><th scope="col" class="n">Took</th><th scope="col">Who</th><th scope="col">Why</th></tr></thead>`;

/** Rows without the closing tags that HTML lets one leave off: there may be a hundred thousand. */
export function recordRows(entries: readonly Entry[], zone: Zone): Markup[] {
  return entries.map(({ record }) => {
    const { performedAt, outcome, durationMs, note } = record;
    const noteText = note === undefined || outcome === "switched" ? NOTHING : markup`<p class="note">${note}`;
    return markup`<tr><td>${zone.show(performedAt)}<td class="o ${toneOf(outcome)}">${outcome}<td>${moveText(record)}<td class="n">${durationText(durationMs)}<td>${whoText(record)}<td>${whyText(record)}${noteText}
`;
  });
}

function moveText({ from, to }: Entry["record"]): string {
  if (from === undefined) return to === undefined ? "" : `→ ${nodeText(to)}`;
  return to === undefined ? nodeText(from) : `${nodeText(from)} → ${nodeText(to)}`;
}
