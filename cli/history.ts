import { newestFirst } from "./audit/order.js";
import { summaryLine } from "./audit/summary.js";
import { withoutSecrets } from "./audit/words.js";
import { zoneOf } from "./audit/zone.js";
import type { HistoryArguments } from "./commands/history.js";
import { EXIT, failureText } from "./failure.js";
import { historyTable } from "./format/table.js";
import { collect } from "./source/collect.js";
import { hasColours, painter } from "./terminal/colours.js";

/** Reads, and prints what was found; says on stderr what could not be read. */
export async function history(args: HistoryArguments): Promise<void> {
  const zone = zoneOf(args.timezone);
  const findings = await collect({
    files: [...(args.files ?? []), ...(args["state-file"] ?? [])],
    stacks: args.stack ?? [],
    allStacks: args["all-stacks"],
    cwd: args.cwd,
  });
  const ordered = newestFirst(findings.entries);
  const entries = args["show-secrets"] ? ordered : withoutSecrets(ordered);
  const paint = painter(hasColours(process.stdout));
  if (entries.length === 0) {
    if (findings.problems.length === 0) console.error(`No switchover is on record in ${findings.origins.join(", ")}.`);
    process.exitCode = EXIT.disagreement;
  } else {
    const width = process.stdout.isTTY ? process.stdout.columns : undefined;
    console.log(historyTable(entries, { zone, paint, width }));
    console.log(summaryLine(entries));
  }
  for (const { where, why, remedy } of findings.problems) {
    console.error(failureText({ what: `Reading ${where}`, why, remedy }));
    process.exitCode = EXIT.unusable;
  }
}
