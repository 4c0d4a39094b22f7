import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { matching } from "./audit/filter.js";
import type { Resource } from "./audit/entry.js";
import { newestFirst } from "./audit/order.js";
import { plural } from "./audit/summary.js";
import { withoutSecrets } from "./audit/words.js";
import { zoneOf } from "./audit/zone.js";
import type { ReportArguments } from "./commands/report.js";
import { CliFailure, EXIT, failureText } from "./failure.js";
import { filterOf, filterText } from "./options/filters.js";
import { sourcesOf } from "./options/sources.js";
import { reportOf } from "./report/model.js";
import { page } from "./report/page/page.js";
import { findingsIn, readSnapshots } from "./source/collect.js";
import { write } from "./terminal/output.js";
import { progressOn } from "./terminal/progress.js";
import { verifyChain } from "./verify/chain.js";
import { keepersIn } from "./verify/keeper.js";
import { version } from "./version.js";

/** Writes one page that a person can judge a quarter's switchovers by. */
export async function report(args: ReportArguments): Promise<void> {
  if (args.output === undefined && process.stdout.isTTY) {
    throw new CliFailure({
      what: "Writing the report",
      why: "a page of HTML is of no use on a terminal",
      remedy: "Name a file (-o report.html), or redirect the output to one.",
    });
  }
  const zone = zoneOf(args.timezone);
  const now = Date.now();
  const filter = filterOf(args, zone, now);
  const progress = progressOn();
  const { snapshots, problems } = await readSnapshots(sourcesOf(args), progress);
  const findings = findingsIn(snapshots, problems);
  const all = args["show-secrets"] ? findings.entries : withoutSecrets(findings.entries);
  const shown = newestFirst(matching(all, filter));
  if (shown.length === 0) {
    process.exitCode = EXIT.disagreement;
    console.error(`There is no record to report${findings.entries.length > 0 ? ": none matches" : ""}.`);
  }

  const keepers = snapshots.filter(({ found }) => found === "state").flatMap(keepersIn);
  const broken = keepers.filter((keeper) =>
    verifyChain(keeper).findings.some(({ severity }) => severity === "disagrees"),
  );
  const pieces = page(
    reportOf({
      title: args.title,
      scope: [stacksText(findings.resources), ...filterText(args), plural(shown.length, "record")],
      generatedAt: new Date(now).toISOString(),
      version: version(),
      zone,
      shown,
      all,
      chain: {
        resources: keepers.length,
        broken: broken.map(({ resource, stack }) => `${resource} in stack ${stack}`),
      },
      problems: findings.problems.map(({ where, why }) => `${where}: ${why}`),
    }),
  );
  if (args.output === undefined) await write(pieces);
  else await writeFile(args.output, pieces);

  for (const { where, why, remedy } of findings.problems) {
    process.exitCode = EXIT.unusable;
    console.error(failureText({ what: `Reading ${where}`, why, remedy }));
  }
}

const MOST_NAMED = 5;

function stacksText(resources: readonly Resource[]): string {
  const names = [...new Set(resources.map(({ project, stack }) => (project === "" ? stack : `${project}/${stack}`)))];
  const more = names.length - MOST_NAMED;
  return `${names.length === 1 ? "stack" : "stacks"} ${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

async function writeFile(path: string, pieces: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const written = finished(file);
  try {
    await Promise.race([write(pieces, file), written]);
    file.end();
    await written;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliFailure({ what: `Writing ${path}`, why, remedy: "" }, { cause: error });
  }
}
