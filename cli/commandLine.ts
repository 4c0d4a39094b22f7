import yargs, { type Argv, type CommandModule } from "yargs";
import { DcsError } from "../provider/dcs/errors.js";
import { doctorCommand } from "./commands/doctor.js";
import { historyCommand } from "./commands/history.js";
import { reportCommand } from "./commands/report.js";
import { sandboxCommand } from "./commands/sandbox.js";
import { verifyCommand } from "./commands/verify.js";
import { CliFailure, EXIT } from "./failure.js";
import { version } from "./version.js";

/**
 * Runs one command line to its end. What went wrong stands on stderr, and `process.exitCode` tells how it ended.
 * @param args without node and script
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await parser(args[0]).parseAsync([...args]);
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

/** Lines longer than this are hard to read, however wide the terminal is. */
const WIDEST = 110;

const EXIT_CODES = `Exit codes: ${EXIT.ok} all is well; ${EXIT.disagreement} something disagrees, is not fit, or nothing matches; ${EXIT.unusable} wrong usage, or something could not be read. Colours: on a terminal only, and never with NO_COLOR set.`;

const COMMANDS = [historyCommand, verifyCommand, reportCommand, doctorCommand, sandboxCommand];

/** @param first what the command line begins with: where it is a command, a mistake is explained by that command's help */
function parser(first: string | undefined): Argv {
  const line = yargs();
  const name = COMMANDS.map(({ command }) => String(command).split(" ")[0]).find((word) => word === first);
  return line
    .scriptName("dcs-switchover")
    .usage("$0 <command>\n\nSwitchovers of Huawei Cloud DCS instances: who, when, why, and whether they worked.")
    .locale("en")
    .command(historyCommand)
    .command(verifyCommand)
    .command(reportCommand)
    .command(doctorCommand)
    .command(
      withExamples(sandboxCommand, [["$0 sandbox --swap-seconds 5 --for 1h", "an hour's sandbox, slower than usual"]]),
    )
    .completion("completion", "Print a script that completes commands and options in bash or zsh")
    .example(
      "$0 history -s prod -i orders-cache --during 2026-10",
      "who failed over orders-cache in October, and did it work?",
    )
    .example("$0 verify -s prod", "do the records agree with the cloud's own log?")
    .example("$0 report --html -s prod --during 2026-Q4 -o q4.html", "a quarter's drills on one page")
    .example("$0 completion >> ~/.bashrc", "completion by Tab from the next shell on")
    .demandCommand(1, 1, "Name a command.", "One command at a time.")
    .strict()
    .recommendCommands()
    .version(version())
    .help()
    .alias("help", "h")
    .wrap(Math.min(WIDEST, line.terminalWidth()))
    .epilogue(EXIT_CODES)
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      throw error ?? new UsageError(`${message}\nTry: dcs-switchover ${name === undefined ? "" : `${name} `}--help`);
    });
}

/** A command that comes without examples, with some. */
function withExamples<T>(
  command: CommandModule<object, T>,
  examples: [command: string, what: string][],
): CommandModule<object, T> {
  const { builder } = command;
  if (typeof builder !== "function") return command;
  return {
    ...command,
    builder: async (args, ...rest) => (await builder(args, ...rest)).example(examples),
  };
}
