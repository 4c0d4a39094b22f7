import * as v from "valibot";
import { CliFailure } from "../failure.js";
import { parseDeployment } from "./deployment.js";
import { pulumi, type Project } from "./pulumi.js";
import type { Snapshot } from "./snapshot.js";
import { switchoverTriggers, TYPE } from "./switchoverTriggers.js";

const Stacks = v.array(v.looseObject({ name: v.string(), current: v.optional(v.boolean(), false) }));

/**
 * A stack's present state, through the user's `pulumi`. Secrets are opened only where records are among them: reading
 * the rest needs no passphrase.
 */
export async function readStack(project: Project, stack: string): Promise<Snapshot> {
  const origin = `stack ${stack}`;
  const args = ["stack", "export", "--stack", stack];
  const read = async (what: string, more: string[]) =>
    parseDeployment(await pulumi(project, [...args, ...more], what), origin, (type) => type === TYPE);
  const state = await read(`Reading ${origin}`, []);
  if (switchoverTriggers(state).sealed.length === 0) return { origin, found: "state", stack, state };
  return {
    origin,
    found: "state",
    stack,
    state: await read(`Reading ${origin}, whose records are secret`, ["--show-secrets"]),
  };
}

/** Names of all stacks of the project. */
export async function listStacks(project: Project): Promise<string[]> {
  return (await stacksOf(project)).map(({ name }) => name);
}

/** The stack that is selected in the project. @throws CliFailure if none is */
export async function selectedStack(project: Project): Promise<string> {
  const selected = (await stacksOf(project)).find(({ current }) => current);
  if (selected) return selected.name;
  throw new CliFailure({
    what: "Looking for a stack to read",
    why: "none was named and none is selected in this project",
    remedy: "Name one with --stack, or give a file with an exported state.",
  });
}

/** `organization/project/stack` of a stack that is named in any way. */
export async function qualifiedName(project: Project, stack: string): Promise<string> {
  if (stack.split("/").length >= 3) return stack;
  const all = await stacksOf(project, ["--fully-qualify-stack-names"]);
  return all.find(({ name }) => name.endsWith(`/${stack}`))?.name ?? stack;
}

async function stacksOf(project: Project, more: readonly string[] = []): Promise<v.InferOutput<typeof Stacks>> {
  return v.parse(Stacks, JSON.parse(await pulumi(project, ["stack", "ls", "--json", ...more], "Listing the stacks")));
}
