import type { CommandModule } from "yargs";
import { withDisplay, type DisplayArguments } from "../options/display.js";
import { withFilters, type FilterArguments } from "../options/filters.js";
import { withSources, type SourceArguments } from "../options/sources.js";

export interface ReportArguments extends SourceArguments, FilterArguments, DisplayArguments {
  html: boolean;
  output: string | undefined;
  title: string;
}

/** `dcs-switchover report --html`: one page for a person who must judge a quarter's drills. */
export const reportCommand: CommandModule<object, ReportArguments> = {
  command: "report [files..]",
  describe: "Write one self-contained page to judge a quarter's switchovers by",
  builder: (yargs) =>
    withDisplay(withFilters(withSources(yargs)))
      .option("html", { type: "boolean", default: true, describe: "Write HTML, the only format there is" })
      .option("output", {
        alias: "o",
        type: "string",
        requiresArg: true,
        describe: "The file to write; stdout without it",
      })
      .option("title", {
        type: "string",
        default: "Switchover report",
        requiresArg: true,
        describe: "The page's title",
      })
      .group(["html", "output", "title", "timezone", "show-secrets"], "How to show it:")
      .example("$0 report --html -s prod --during 2026-Q4 -o q4.html", "a quarter's drills on one page")
      .example("$0 report --html --all-stacks --all-updates > all.html", "everything there is")
      .epilogue("Exit code: 0 written, 1 no record matches, 2 wrong usage or something could not be read."),
  handler: async (args) => {
    const { report } = await import("../report.js");
    await report(args);
  },
};
