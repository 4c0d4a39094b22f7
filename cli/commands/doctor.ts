import type { CommandModule } from "yargs";
import type { Check, Diagnosis } from "../../provider/dcs/index.js";
import { EXIT } from "../failure.js";
import { connectionOf, withCloud, type CloudArguments } from "../options/cloud.js";
import { hasColours, painter, type Paint } from "../terminal/colours.js";
import { printable } from "../terminal/printable.js";

interface DoctorArguments extends CloudArguments {
  instanceId: string | undefined;
  stack: string | undefined;
  cwd: string | undefined;
  json: boolean;
}

/** `dcs-switchover doctor`: could a switchover be made from here, with these credentials, on this instance? Changes nothing. */
export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: "doctor [instanceId]",
  describe: "Check credentials, permissions, clock and instance: could a switchover be made?",
  builder: (yargs) =>
    withCloud(yargs)
      .positional("instanceId", { type: "string", describe: "The instance; without it, the only one of the project" })
      .option("stack", {
        alias: "s",
        type: "string",
        requiresArg: true,
        describe: "Take the dcs: config of this stack, as its programs do; without it, environment and profile alone",
      })
      .option("cwd", { alias: "C", type: "string", requiresArg: true, describe: "The Pulumi project's folder" })
      .option("json", { type: "boolean", default: false, describe: "Print the result as JSON" })
      .group(["stack", "cwd", "json"], "How to check:")
      .example("$0 doctor", "what the environment gives, and the project's only instance")
      .example("$0 doctor 3f2c… -s prod", "as the programs of stack prod would connect")
      .epilogue("Exit code: 0 a switchover could be made, 1 it could not, 2 the command could not run."),
  handler: async (args) => {
    const { diagnose } = await import("../../provider/dcs/index.js");
    const diagnosis = await diagnose(await settingsOf(args), args.instanceId);
    console.log(
      args.json ? JSON.stringify(diagnosis, null, 2) : report(diagnosis, painter(hasColours(process.stdout))),
    );
    if (!diagnosis.ready) process.exitCode = EXIT.disagreement;
  },
};

async function settingsOf(args: DoctorArguments) {
  const { connectionSettings } = await import("../../provider/settings.js");
  if (args.stack === undefined) return connectionSettings(undefined, connectionOf(args));
  const { readStackConfig } = await import("../source/stackConfig.js");
  const config = await readStackConfig({ cwd: args.cwd, env: process.env }, args.stack);
  return connectionSettings(config, connectionOf(args));
}

const MARKS = { ok: ["✔", "green"], warning: ["!", "yellow"], failed: ["✖", "red"], skipped: ["-", "dim"] } as const;

/** The diagnosis for people: a line for each check, the sources of credentials, and the verdict. */
export function report({ checks, sources, ready }: Diagnosis, paint: Paint): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const line = ({ name, state, detail, remedy }: Check): string[] => {
    const [mark, colour] = MARKS[state];
    const indent = " ".repeat(width + 4);
    return [
      `${paint(colour, mark)} ${name.padEnd(width)}  ${printable(detail)}`,
      ...(remedy === "" ? [] : [`${indent}${paint("bold", "→")} ${printable(remedy)}`]),
    ];
  };
  const source = ({ source: name, status, detail }: Diagnosis["sources"][number]): string => {
    const words = { won: "taken", absent: "nothing there", broken: "not usable", "not-asked": "not asked" } as const;
    return `  ${printable(name)}: ${words[status]} (${printable(detail)})`;
  };
  const verdict = ready
    ? paint("green", "A switchover could be made.")
    : paint("red", "A switchover could not be made.");
  return [
    ...checks.flatMap(line),
    ...(sources.length === 0
      ? []
      : ["", "Sources of credentials, in the order in which they are asked:", ...sources.map(source)]),
    "",
    verdict,
  ].join("\n");
}
