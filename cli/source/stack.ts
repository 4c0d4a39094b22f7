import { parseDeployment, type DeploymentState } from "./deployment.js";
import { pulumi, type Project } from "./pulumi.js";
import { switchoverTriggers } from "./switchoverTriggers.js";

/**
 * A stack's present state, through the user's `pulumi`. Secrets are opened only where records are among them: reading
 * the rest needs no passphrase.
 * @param stack its name; undefined for the one that is selected
 */
export async function readStack(project: Project, stack: string | undefined): Promise<DeploymentState> {
  const what = `Reading ${stack === undefined ? "the selected stack" : `stack ${stack}`}`;
  const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])];
  const origin = stack === undefined ? "the selected stack" : `stack ${stack}`;
  const state = parseDeployment(await pulumi(project, args, what), origin);
  if (switchoverTriggers(state).sealed.length === 0) return state;
  return parseDeployment(
    await pulumi(project, [...args, "--show-secrets"], `${what}, whose records are secret`),
    origin,
  );
}

/** Names of all stacks of the project. */
export async function listStacks(project: Project): Promise<string[]> {
  const text = await pulumi(project, ["stack", "ls", "--json"], "Listing the stacks");
  const stacks = JSON.parse(text) as { name: string }[];
  return stacks.map(({ name }) => name);
}
