import { plural } from "../../audit/summary.js";
import type { InstancePart, Report } from "../model.js";
import { markup, NOTHING, trusted, type Markup } from "./markup.js";
import { RECORDS_HEAD, recordRows } from "./records.js";
import { strip } from "./strip.js";

/**
 * An instance: one line with its timeline, and all its records under it.
 * @param isLarge whether the records wait as text until the line is opened
 */
export function instance(part: InstancePart, report: Report, isLarge: boolean): Markup {
  const { id, name, entries, failed, masterZone } = part;
  const rows = recordRows(entries, report.zone);
  const now = masterZone === undefined ? NOTHING : markup`<small>now in ${masterZone}</small>`;
  const lost = failed > 0 ? markup`<br><span class="bad">${failed} not worked</span>` : NOTHING;
  const body = isLarge
    ? markup`<tbody></tbody></table><script type="text/plain">${trusted(rows.map(String).join(""))}</script>`
    : markup`<tbody>${rows}</tbody></table>`;
  return markup`<details class="i"><summary><span><b>${name}</b>${now}</span>${strip(part, report)}<span class="sum">${plural(entries.length, "record")}${lost}</span></summary>
<div class="body" id="i-${id}"><table class="records"><caption>Records of ${name} (${id}), newest first</caption>${RECORDS_HEAD(report.zone)}${body}</div></details>`;
}

/** A field that hides the instances whose line does not hold what is typed. Shown by the script that makes it work. */
export function findInstance({ records }: Report): Markup {
  return markup`<p class="find" hidden><label for="find">Find an instance</label><input id="find" type="search" autocomplete="off"><output for="find"></output></p>
<noscript><p class="warn">This page holds ${records} records; a script on it shows them when an instance is opened. Without scripts, use dcs-switchover history.</p></noscript>`;
}
