import { plural } from "../../audit/summary.js";
import { durationText, instanceOf, numberText } from "../../audit/words.js";
import type { Zone } from "../../audit/zone.js";
import type { Attention } from "../attention.js";
import type { Report } from "../model.js";
import { markup, NOTHING, trusted, type Markup } from "./markup.js";
import { outcomeText, timeText, toneOf } from "./records.js";

const SHOWN_FIRST = 10;
const MOST_TO_LOOK_AT = 200;

/** Title, what is shown, the verdict in a sentence, and the figures behind it. */
export function header(report: Report): Markup {
  const { made, failed, instances, durations, attention } = report;
  const figures: [name: string, value: string, tone: string][] = [
    ["Switchovers made", numberText(made), ""],
    ["Not worked", numberText(failed), failed > 0 ? "bad" : ""],
    ["To look at", numberText(attention.length), attention.length > 0 ? "warn" : ""],
    ["Instances", numberText(instances.length), ""],
    ["Median duration", durationText(durations?.medianMs) || "–", ""],
    ["Longest", durationText(durations?.longestMs) || "–", ""],
  ];
  return markup`<header>
<h1>${report.title}</h1>
<p class="scope">${report.scope.join(" · ")}</p>
${verdict(made, failed)}
<dl class="figures">
${figures.map(([name, value, tone]) => markup`<div><dt>${name}</dt><dd class="${tone}">${value}</dd></div>\n`)}</dl>
</header>`;
}

function verdict(made: number, failed: number): Markup {
  const total = made + failed;
  if (total === 0) return markup`<p class="verdict">No switchover was made or asked for.</p>`;
  if (failed === 0) {
    const all = total === 1 ? "The switchover" : `All ${numberText(total)} switchovers`;
    return markup`<p class="verdict good">${all} worked.</p>`;
  }
  const rest = `${numberText(failed)} did not, or ${failed === 1 ? "is" : "are"} not known to have`;
  return markup`<p class="verdict"><span class="bad">${numberText(made)} of ${plural(total, "switchover")} worked</span>; ${rest}.</p>`;
}

/** What makes the page less than the truth, if anything does. */
export function problemsSection({ problems, chain }: Report): Markup {
  if (problems.length === 0 && chain.broken.length === 0) return NOTHING;
  const lines = [
    ...problems.map((text) => `Not complete: ${text}`),
    ...chain.broken.map((text) => `Records do not fit their hashes: ${text}`),
  ];
  return markup`<section class="warning" aria-labelledby="problems">
<h2 id="problems" class="bad">Before you trust this page</h2>
<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>
</section>`;
}

/** What a judge looks at first. */
export function attentionSection({ attention, zone }: Report): Markup {
  if (attention.length === 0) return NOTHING;
  const first = attention.slice(0, SHOWN_FIRST);
  const next = attention.slice(SHOWN_FIRST, MOST_TO_LOOK_AT);
  const rest = attention.length - first.length - next.length;
  return markup`<section aria-labelledby="attention">
<h2 id="attention">To look at</h2>
${attentionTable("What did not work first, then what went around a rule, then what took far longer than usual", first, zone)}
${
  next.length === 0
    ? NOTHING
    : markup`<details class="more"><summary>${numberText(next.length)} more</summary>
${attentionTable("Continued", next, zone)}</details>`
}
${rest > 0 ? markup`<p class="soft">and ${numberText(rest)} others, under their instances</p>` : NOTHING}
</section>`;
}

function attentionTable(caption: string, list: readonly Attention[], zone: Zone): Markup {
  return markup`<table class="wide"><caption>${caption}</caption>
<thead><tr><th scope="col">When (${zone.name})</th><th scope="col">Instance</th><th scope="col">Outcome</th><th scope="col">Why it is here</th></tr></thead>
<tbody>
${list.map(
  ({ entry: { record }, why }) => markup`<tr><td>${timeText(record.performedAt, zone)}</td>
<th scope="row"><a href="#i-${record.instanceId}">${instanceOf(record)}</a></th>
<td>${outcomeText(record.outcome)}</td><td>${why}</td></tr>
`,
)}</tbody></table>`;
}

/** How the records ended, counted. */
export function outcomesSection({ outcomes, records }: Report): Markup {
  return markup`<section aria-labelledby="outcomes">
<h2 id="outcomes">Outcomes</h2>
<table class="bars"><caption>${plural(records, "record")}, by how they ended</caption><tbody>
${outcomes.map(([outcome, count]) => barRow(outcomeText(outcome), count, records, toneOf(outcome)))}</tbody></table>
</section>`;
}

/** How long switchovers took: a histogram that is a table. */
export function durationsSection({ durations }: Report): Markup {
  if (durations === undefined) {
    return markup`<section aria-labelledby="durations"><h2 id="durations">Durations</h2>
<p class="soft">No switchover with a known duration.</p></section>`;
  }
  const { bins, medianMs, p90Ms, longestMs } = durations;
  const most = Math.max(...bins.map(({ count }) => count));
  const words = `Until roles were exchanged and the instance was idle: median ${durationText(medianMs)}, nine of ten within ${durationText(p90Ms)}, longest ${durationText(longestMs)}`;
  return markup`<section aria-labelledby="durations">
<h2 id="durations">Durations</h2>
<table class="bars"><caption>${words}</caption><tbody>
${bins.map(({ label, count }) => barRow(label, count, most, ""))}</tbody></table>
</section>`;
}

/** A bar beside its number: the bar is for the eye alone. */
function barRow(head: Markup | string, count: number, most: number, tone: string): Markup {
  const width = count === 0 ? 0 : Math.max(0.8, (count / most) * 100);
  const bar = trusted(
    `<svg aria-hidden="true"><rect class="bar ${tone}" width="${width.toFixed(1)}%" height="100%" rx="2"/></svg>`,
  );
  return markup`<tr><th scope="row">${head}</th><td>${bar}</td><td class="n">${numberText(count)}</td></tr>
`;
}

/** Where all this comes from, and what it is worth. */
export function footer({ generatedAt, version, zone, chain }: Report): Markup {
  const intact = chain.resources - chain.broken.length;
  const words =
    chain.resources === 0
      ? ""
      : `The records of ${intact === chain.resources ? "" : `${intact} of `}${plural(chain.resources, "resource")} fit their hashes. Whether the cloud's own log agrees, dcs-switchover verify tells.`;
  return markup`<footer>
<p>Times are ${zone.name}. Made ${zone.show(generatedAt)} by pulumi-dcs-switchover ${version}. The page loads nothing and sends nothing.</p>
<p>${words}</p>
</footer>`;
}
