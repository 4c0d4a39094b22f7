import type { CommandModule } from "yargs";
import { withSources, type SourceArguments } from "../options/sources.js";

export interface HistoryArguments extends SourceArguments {
  timezone: string;
  "show-secrets": boolean;
}

/** `dcs-switchover history`: who failed over what, when, why, from where to where, and whether it worked. */
export const historyCommand: CommandModule<object, HistoryArguments> = {
  command: "history [files..]",
  describe: "Show who switched what over, when, why, from where to where, and whether it worked",
  builder: (yargs) =>
    withSources(yargs)
      .option("timezone", { type: "string", default: "UTC", requiresArg: true, describe: "Zone of the times shown" })
      .option("show-secrets", {
        type: "boolean",
        default: false,
        describe: "Show reasons and triggers also where the stack keeps them secret",
      }),
  handler: async (args) => {
    const { history } = await import("../history.js");
    await history(args);
  },
};
