import type { Argv } from "yargs";

export interface DisplayArguments {
  timezone: string;
  "show-secrets": boolean;
}

/** The arguments that say how records are put before a reader, whatever the format. */
export function withDisplay<T>(yargs: Argv<T>): Argv<T & DisplayArguments> {
  return yargs
    .option("timezone", {
      type: "string",
      default: "UTC",
      requiresArg: true,
      describe: "Zone of the times shown and of dates given, such as Europe/Berlin",
    })
    .option("show-secrets", {
      type: "boolean",
      default: false,
      describe: "Show reasons and triggers also where the stack keeps them secret",
    });
}
