import { numberText } from "../../audit/words.js";
import type { Zone } from "../../audit/zone.js";
import type { Group } from "../groups.js";
import { markup, NOTHING, type Markup } from "./markup.js";
import { timeText } from "./records.js";

const MOST = 20;

export interface GroupsOptions {
  id: string;
  title: string;
  /** Of the column with the names. */
  head: string;
  groups: readonly Group[];
  zone: Zone;
}

/** Who switched over, or why: counted, the most first. */
export function groupsSection({ id, title, head, groups, zone }: GroupsOptions): Markup {
  const more = groups.length - MOST;
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<table class="counts">
<thead><tr><th scope="col">${head}</th><th scope="col" class="n">Records</th><th scope="col" class="n">Not worked</th><th scope="col" class="n">Instances</th><th scope="col" class="n">Last (${zone.name})</th></tr></thead>
<tbody>
${groups.slice(0, MOST).map(
  ({
    name,
    count,
    failed,
    instances,
    lastAt,
  }) => markup`<tr><th scope="row">${name}</th><td class="n" data-label="Records">${numberText(count)}</td><td class="n ${failed > 0 ? "bad" : ""}" data-label="Not worked">${numberText(failed)}</td><td class="n" data-label="Instances">${numberText(instances)}</td><td class="n" data-label="Last">${timeText(lastAt, zone)}</td></tr>
`,
)}</tbody></table>
${more > 0 ? markup`<p class="soft">and ${numberText(more)} more</p>` : NOTHING}
</section>`;
}
