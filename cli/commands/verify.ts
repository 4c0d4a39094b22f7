import type { CommandModule } from "yargs";
import { withCloud, type CloudArguments } from "../options/cloud.js";
import { withSources, type SourceArguments } from "../options/sources.js";

export interface VerifyArguments extends SourceArguments, CloudArguments {
  offline: boolean;
  strict: boolean;
  tolerance: string;
  json: boolean | undefined;
}

/** `dcs-switchover verify`: do the records fit their hashes, each other, and the cloud's own task log? */
export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: "verify [files..]",
  describe: "Check the records against their hashes and the cloud's own task log",
  builder: (yargs) =>
    withCloud(withSources(yargs))
      .option("offline", { type: "boolean", default: false, describe: "Check the chain only; ask no cloud" })
      .option("strict", { type: "boolean", default: false, describe: "Exit with 1 also where something is not proven" })
      .option("tolerance", {
        type: "string",
        default: "60s",
        requiresArg: true,
        describe: "How far a record's times may be from the log's",
      })
      .option("json", { type: "boolean", describe: "Print the result as JSON (docs/schema/verify-v1.schema.json)" })
      .group(["offline", "strict", "tolerance", "json"], "How to verify:")
      .example("$0 verify -s prod", "the stack's records and the cloud that its config names")
      .example("$0 verify -s prod --all-updates", "also against what earlier checkpoints had")
      .example("$0 verify --offline state.json", "the chain of hashes alone, of an exported state")
      .epilogue(
        "Exit code: 0 nothing disagrees, 1 something does (or, with --strict, is not proven), 2 something could not be read.",
      ),
  handler: async (args) => {
    const { verify } = await import("../verify.js");
    await verify(args);
  },
};
