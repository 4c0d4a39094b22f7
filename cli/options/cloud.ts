import type { Argv } from "yargs";
import type { Connection } from "../../provider/inputs.js";

/** Which cloud to ask, where the stack's config and the environment do not say it. */
export interface CloudArguments {
  region: string | undefined;
  "project-id": string | undefined;
  endpoint: string | undefined;
  profile: string | undefined;
}

/** The arguments that say which cloud to ask; credentials come from config, environment or profile, never from the command line. */
export function withCloud<T>(yargs: Argv<T>): Argv<T & CloudArguments> {
  return yargs
    .option("region", {
      type: "string",
      requiresArg: true,
      describe: "Region, instead of what the stack's config says",
    })
    .option("project-id", { type: "string", requiresArg: true, describe: "The cloud's project id" })
    .option("endpoint", { type: "string", requiresArg: true, describe: "Address of the DCS API" })
    .option("profile", { type: "string", requiresArg: true, describe: "Section of the credentials file" })
    .group(["region", "project-id", "endpoint", "profile"], "Which cloud to ask:");
}

export function connectionOf(args: CloudArguments): Connection {
  const given = {
    region: args.region,
    projectId: args["project-id"],
    endpoint: args.endpoint,
    profile: args.profile,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
