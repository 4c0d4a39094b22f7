import { matching } from "./audit/filter.js";
import type { Entry, Findings } from "./audit/entry.js";
import { newestFirst } from "./audit/order.js";
import { plural, summaryLine } from "./audit/summary.js";
import { withoutSecrets } from "./audit/words.js";
import { zoneOf, type Zone } from "./audit/zone.js";
import type { HistoryArguments } from "./commands/history.js";
import { EXIT, failureText } from "./failure.js";
import { filterOf } from "./options/filters.js";
import { sourcesOf } from "./options/sources.js";
import { findingsIn, readSnapshots } from "./source/collect.js";
import { hasColours, painter } from "./terminal/colours.js";
import { write } from "./terminal/output.js";
import { progressOn } from "./terminal/progress.js";

/** Reads, and prints what was found; says on stderr what could not be read, and why nothing was found. */
export async function history(args: HistoryArguments): Promise<void> {
  const zone = zoneOf(args.timezone);
  const filter = filterOf(args, zone, Date.now());
  const { snapshots, problems } = await readSnapshots(sourcesOf(args), progressOn());
  const findings = findingsIn(snapshots, problems);
  const shown = newestFirst(matching(findings.entries, filter));
  const entries = args["show-secrets"] ? shown : withoutSecrets(shown);

  await write(await formatted(entries, findings, args, zone));
  if (entries.length === 0) {
    process.exitCode = EXIT.disagreement;
    // What could not be read may be all there is: then only that is said.
    if (findings.entries.length > 0 || findings.problems.length === 0) console.error(whyNone(findings));
  }
  for (const { where, why, remedy } of findings.problems) {
    process.exitCode = EXIT.unusable;
    console.error(failureText({ what: `Reading ${where}`, why, remedy }));
  }
}

/** Loads the one format that is asked for, and gives its text in pieces. */
async function formatted(
  entries: Entry[],
  { problems }: Findings,
  args: HistoryArguments,
  zone: Zone,
): Promise<Iterable<string>> {
  const options = { zone, masked: !args["show-secrets"] };
  if (args.json === true) return (await import("./format/json.js")).json(entries, problems, options);
  if (args.ndjson === true) return (await import("./format/json.js")).ndjson(entries, options);
  if (args.csv === true) return (await import("./format/csv.js")).csv(entries, options);
  if (entries.length === 0) return [];
  if (args.markdown === true) return (await import("./format/markdown.js")).markdown(entries, zone);
  const { historyTable } = await import("./format/table.js");
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const paint = painter(hasColours(process.stdout));
  return concat(historyTable(entries, { zone, paint, width }), [`${summaryLine(entries)}\n`]);
}

function* concat(...parts: Iterable<string>[]): Generator<string> {
  for (const part of parts) yield* part;
}

function whyNone({ entries, resources, origins }: Findings): string {
  const where = origins.length === 0 ? "what was read" : origins.join(", ");
  if (entries.length > 0) return `None of the ${plural(entries.length, "record")} in ${where} matches.`;
  if (resources.length === 0) return `There is no SwitchoverTrigger in ${where}.`;
  return `The ${plural(resources.length, "SwitchoverTrigger")} in ${where} ${resources.length === 1 ? "has" : "have"} no record: nothing was switched over yet.`;
}
