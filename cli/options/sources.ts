import type { Argv } from "yargs";

/** Which states to read. */
export interface SourceArguments {
  files: string[] | undefined;
  stack: string[] | undefined;
  "all-stacks": boolean;
  "state-file": string[] | undefined;
  cwd: string | undefined;
}

/** The arguments that say which states to read: stacks, files, standard input. */
export function withSources<T>(yargs: Argv<T>): Argv<T & SourceArguments> {
  return yargs
    .positional("files", {
      type: "string",
      array: true,
      describe: "Exported states or checkpoints; - is standard input",
    })
    .option("stack", {
      alias: "s",
      type: "string",
      array: true,
      nargs: 1,
      describe: "A stack to read, through your pulumi; repeat it for more. Without any: the selected one",
    })
    .option("all-stacks", { type: "boolean", default: false, describe: "Read all stacks of the project" })
    .option("state-file", {
      type: "string",
      array: true,
      nargs: 1,
      describe: "An exported state or a checkpoint to read; repeat it for more",
    })
    .option("cwd", { alias: "C", type: "string", requiresArg: true, describe: "The Pulumi project's folder" })
    .group(["stack", "all-stacks", "state-file", "cwd"], "What to read:");
}
