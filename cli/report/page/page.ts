import { createHash } from "node:crypto";
import type { Report } from "../model.js";
import { findInstance, instance } from "./instance.js";
import { groupsSection } from "./groups.js";
import { markup, NOTHING, trusted } from "./markup.js";
import { SCRIPT } from "./script.js";
import { axis, legend } from "./strip.js";
import { STYLE } from "./style.js";
import { attentionSection, durationsSection, footer, header, outcomesSection, problemsSection } from "./summary.js";

/** Up to so many records are written into the page as they are; of more, each instance's wait as text until it is opened. */
const WRITTEN_OUT = 2_000;

/** The whole page, in pieces: a large one need not be in memory twice. */
export function* page(report: Report): Generator<string> {
  const isLarge = report.records > WRITTEN_OUT;
  yield String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(isLarge)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="pulumi-dcs-switchover ${report.version}">
<title>${report.title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#instances">Skip to the instances</a>
${header(report)}
<main>
${problemsSection(report)}
${attentionSection(report)}
<div class="pair">
${outcomesSection(report)}
${durationsSection(report)}
</div>
<section aria-labelledby="instances"${isLarge ? markup` class="many"` : NOTHING}>
<h2 id="instances">Masters over time, by instance</h2>
${legend(report)}
${isLarge ? findInstance(report) : NOTHING}
${axis(report)}
`);
  for (const part of report.instances) yield `${String(instance(part, report, isLarge))}\n`;
  yield String(markup`</section>
${groupsSection({ id: "who", title: "Who", head: "Performed by", groups: report.people, zone: report.zone })}
${groupsSection({ id: "why", title: "Why", head: "Reason", groups: report.reasons, zone: report.zone })}
</main>
${footer(report)}
${isLarge ? markup`<script>${trusted(SCRIPT)}</script>` : NOTHING}
</body>
</html>
`);
}

/** Nothing is loaded, sent or framed; only this page's own style and script run. */
function policy(withScript: boolean): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(STYLE)}`,
    ...(withScript ? [`script-src ${hash(SCRIPT)}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
