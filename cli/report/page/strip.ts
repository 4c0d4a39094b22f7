import type { InstancePart, Report } from "../model.js";
import { markup, trusted, type Markup } from "./markup.js";

/** Width of a strip in its own units; the page stretches it. */
const WIDTH = 1000;
const HEIGHT = 20;

const COLOURS = 8;

/** The class that colours a zone: by its place in the list, again from the first where there are more than colours. */
export function zoneClass(zone: string | undefined, zones: readonly string[]): string {
  return zone === undefined ? "zu" : `z${zones.indexOf(zone) % COLOURS}`;
}

/**
 * Where an instance's master stood over time, with a mark for each switchover, thick and red for those that did not work. One
 * path for each colour, so that a thousand of these stay light. Who can't see it has a sentence, and the records in the table.
 */
export function strip(part: InstancePart, report: Report): Markup {
  const { range, zones } = report;
  const x = (at: number): string => (((at - range.from) / (range.to - range.from)) * WIDTH).toFixed(1);
  const byClass = new Map<string, string>();
  for (const { from, to, zone } of part.stretches) {
    const name = zoneClass(zone, zones);
    byClass.set(name, `${byClass.get(name) ?? ""}M${x(from)} 0H${x(to)}V${HEIGHT}H${x(from)}z`);
  }
  const marks = { grid: report.ticks.map(({ at }) => at), made: new Array<number>(), lost: new Array<number>() };
  for (const { record } of part.entries) {
    const at = Date.parse(record.performedAt);
    if (record.outcome === "failed" || record.outcome === "unconfirmed") marks.lost.push(at);
    else if (record.outcome !== "already-primary") marks.made.push(at);
  }
  const paths = [
    ...byClass,
    ...Object.entries(marks).map(
      ([name, times]) => [name, times.map((at) => `M${x(at)} 0V${HEIGHT}`).join("")] as const,
    ),
  ];
  // Classes of ours and numbers, nothing else.
  const drawn = trusted(
    paths.map(([name, path]) => (path === "" ? "" : `<path class="${name}" d="${path}"/>`)).join(""),
  );
  return markup`<svg class="strip" role="img" aria-label="${sentence(part)}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${drawn}</svg>`;
}

function sentence({ entries, failed, masterZone }: InstancePart): string {
  const count = `${entries.length} ${entries.length === 1 ? "record" : "records"}`;
  const where = masterZone === undefined ? "" : `, the master in ${masterZone} at the end`;
  return `Master by zone over time: ${count}${failed > 0 ? `, ${failed} not worked` : ""}${where}`;
}

/** The dates above the strips. */
export function axis({ ticks, range }: Report): Markup {
  const labels = ticks.map(({ at, label }) => {
    const place = ((at - range.from) / (range.to - range.from)) * 100;
    const anchor = place > 95 ? "end" : place < 5 ? "start" : "middle";
    return markup`<text x="${place.toFixed(2)}%" y="14" text-anchor="${anchor}">${label}</text>`;
  });
  return markup`<div class="axis" aria-hidden="true"><span>Instance</span><svg>${labels}</svg><span></span></div>`;
}

/** Which colour is which zone. */
export function legend({ zones, instances }: Report): Markup {
  const hasGaps = instances.some(({ stretches }) => stretches.some(({ zone }) => zone === undefined));
  const items: [drawing: string, text: string][] = [
    ...zones.map((zone): [string, string] => [swatch(zoneClass(zone, zones)), zone]),
    ...(hasGaps ? [[swatch("zu"), "zone not known"] as [string, string]] : []),
    ['<path class="made" d="M5 0V10"/>', "switchover"],
    ['<path class="lost" d="M5 0V10"/>', "did not work"],
  ];
  return markup`<ul class="legend">${items.map(
    ([drawing, text]) => markup`<li><svg aria-hidden="true" viewBox="0 0 10 10">${trusted(drawing)}</svg>${text}</li>`,
  )}</ul>`;
}

const swatch = (name: string): string => `<rect class="${name}" width="10" height="10" rx="2"/>`;
