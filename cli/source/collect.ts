import type { Findings } from "../audit/entry.js";
import type { DeploymentState } from "./deployment.js";
import { listStacks, readStack } from "./stack.js";
import { readStateFile } from "./stateFile.js";
import { switchoverTriggers } from "./switchoverTriggers.js";

/** What to read, as the command line says it. */
export interface Sources {
  files: readonly string[];
  stacks: readonly string[];
  allStacks: boolean;
  cwd: string | undefined;
}

/** Reads all that was asked for, in the order in which it was named. @throws CliFailure at the first that can't be read */
export async function collect(sources: Sources, env: NodeJS.ProcessEnv = process.env): Promise<Findings> {
  const findings: Findings = { entries: [], problems: [], resources: [], origins: [] };
  const project = { cwd: sources.cwd, env };
  const stacks: (string | undefined)[] = sources.allStacks ? await listStacks(project) : [...sources.stacks];
  if (stacks.length === 0 && sources.files.length === 0 && !sources.allStacks) stacks.push(undefined);
  for (const stack of stacks) {
    take(findings, await readStack(project, stack), stack === undefined ? "the selected stack" : `stack ${stack}`);
  }
  for (const file of sources.files) {
    take(findings, await readStateFile(file), file === "-" ? "standard input" : file);
  }
  return findings;
}

function take(findings: Findings, state: DeploymentState, origin: string): void {
  const { entries, problems, resources, sealed } = switchoverTriggers(state);
  findings.origins.push(origin);
  findings.entries.push(...entries);
  findings.problems.push(...problems);
  findings.resources.push(...resources);
  for (const urn of sealed) {
    findings.problems.push({
      where: `${urn} in ${origin}`,
      why: "its records are secret, and this state holds them sealed",
      remedy: "Read the stack itself (--stack), or export it with --show-secrets.",
    });
  }
}
