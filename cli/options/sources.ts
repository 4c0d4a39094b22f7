import type { Argv } from "yargs";
import type { Sources } from "../source/collect.js";

/** Which states to read. */
export interface SourceArguments {
  files: string[] | undefined;
  stack: string[] | undefined;
  "all-stacks": boolean | undefined;
  "state-file": string[] | undefined;
  "all-updates": boolean;
  backend: string | undefined;
  cwd: string | undefined;
}

/** The arguments that say which states to read: stacks, files, standard input, a backend's folder. */
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
    .option("all-stacks", { type: "boolean", describe: "Read all stacks of the project" })
    .option("state-file", {
      type: "string",
      array: true,
      nargs: 1,
      describe: "An exported state or a checkpoint to read; repeat it for more",
    })
    .option("all-updates", {
      type: "boolean",
      default: false,
      describe:
        "Read also what the backend kept of earlier updates: records beyond historyLimit and of deleted resources",
    })
    .option("backend", {
      type: "string",
      requiresArg: true,
      describe: "Read a file backend's folder, or a copy of a bucket, with all its updates, without pulumi",
    })
    .option("cwd", { alias: "C", type: "string", requiresArg: true, describe: "The Pulumi project's folder" })
    .conflicts("backend", ["all-stacks", "cwd"])
    .conflicts("all-stacks", "stack")
    .group(["stack", "all-stacks", "state-file", "all-updates", "backend", "cwd"], "What to read:");
}

export function sourcesOf(args: SourceArguments): Sources {
  return {
    files: [...(args.files ?? []), ...(args["state-file"] ?? [])].map(String),
    stacks: args.stack ?? [],
    allStacks: args["all-stacks"] ?? false,
    allUpdates: args["all-updates"],
    backend: args.backend,
    cwd: args.cwd,
  };
}
