import * as v from "valibot";
import type { StackConfig } from "../../provider/settings.js";
import { pulumi, type Project } from "./pulumi.js";

const Config = v.record(v.string(), v.looseObject({ value: v.optional(v.string()), secret: v.optional(v.boolean()) }));

/** The `dcs:` config of a stack. Secrets are opened only if it has any: reading the rest needs no passphrase. */
export async function readStackConfig(project: Project, stack: string): Promise<StackConfig> {
  const read = async (more: readonly string[]) => {
    const args = ["config", "--stack", stack, "--json", ...more];
    return v.parse(Config, JSON.parse(await pulumi(project, args, `Reading the config of stack ${stack}`)));
  };
  const plain = await read([]);
  const isSecret = Object.entries(plain).some(([key, { secret }]) => key.startsWith("dcs:") && secret === true);
  const config = isSecret ? await read(["--show-secrets"]) : plain;
  return { get: (key) => config[key]?.value };
}
