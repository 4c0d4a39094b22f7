import yargs from "yargs";
import { historyCommand } from "./commands/history.js";
import { reportCommand } from "./commands/report.js";
import { sandboxCommand } from "./commands/sandbox.js";
import { verifyCommand } from "./commands/verify.js";
import { DcsError } from "../provider/dcs/errors.js";
import { CliFailure, EXIT } from "./failure.js";

/**
 * Runs one command line to its end. What went wrong stands on stderr, and `process.exitCode` tells how it ended.
 * @param args without node and script
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await parser().parseAsync([...args]);
  } catch (error) {
    process.exitCode = EXIT.unusable;
    if (isForPeople(error)) console.error(error.message);
    else console.error(error);
  }
}

/** Errors whose message says what to do; of all others the stack is of use. */
const isForPeople = (error: unknown): error is Error =>
  error instanceof CliFailure || error instanceof UsageError || (DcsError.isInstance(error) && error instanceof Error);

/** The command line was not understood. */
class UsageError extends Error {}

function parser() {
  return yargs()
    .scriptName("dcs-switchover")
    .usage("$0 <command>")
    .locale("en")
    .command(historyCommand)
    .command(verifyCommand)
    .command(reportCommand)
    .command(sandboxCommand)
    .demandCommand(1, "Name a command.")
    .strict()
    .recommendCommands()
    .help()
    .alias("help", "h")
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      throw error ?? new UsageError(`${message}\nTry: dcs-switchover --help`);
    });
}
