import type { CommandModule } from "yargs";
import { withDisplay, type DisplayArguments } from "../options/display.js";
import { withFilters, type FilterArguments } from "../options/filters.js";
import { withSources, type SourceArguments } from "../options/sources.js";

export interface HistoryArguments extends SourceArguments, FilterArguments, DisplayArguments {
  json: boolean | undefined;
  ndjson: boolean | undefined;
  csv: boolean | undefined;
  markdown: boolean | undefined;
}

const FORMATS = ["json", "ndjson", "csv", "markdown"] as const;

/** `dcs-switchover history`: who failed over what, when, why, from where to where, and whether it worked. */
export const historyCommand: CommandModule<object, HistoryArguments> = {
  command: "history [files..]",
  describe: "Show who switched what over, when, why, from where to where, and whether it worked",
  builder: (yargs) => {
    const options = withDisplay(withFilters(withSources(yargs)))
      .option("json", { type: "boolean", describe: "Print one JSON document (docs/schema/history-v1.schema.json)" })
      .option("ndjson", { type: "boolean", describe: "Print one JSON object a line" })
      .option("csv", { type: "boolean", describe: "Print CSV with a header" })
      .option("markdown", { type: "boolean", describe: "Print a Markdown table" })
      .group([...FORMATS, "timezone", "show-secrets"], "How to show it:")
      .example("$0 history", "the selected stack of the project in this folder")
      .example("$0 history -s prod -i orders-cache --during 2026-10", "who failed over orders-cache in October")
      .example("$0 history --all-stacks --outcome failed --since 30d", "what did not work lately")
      .example("pulumi stack export | $0 history - --csv", "a state from a pipe, as CSV")
      .example("$0 history -s prod --all-updates --json", "also what the state no longer keeps")
      .epilogue("Exit code: 0 records shown, 1 none match, 2 wrong usage or something could not be read.");
    for (const format of FORMATS)
      options.conflicts(
        format,
        FORMATS.filter((other) => other !== format),
      );
    return options;
  },
  handler: async (args) => {
    const { history } = await import("../history.js");
    await history(args);
  },
};
