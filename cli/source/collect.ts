import type { Findings, Problem } from "../audit/entry.js";
import { mergeUpdates } from "../audit/merge.js";
import { plural } from "../audit/summary.js";
import { CliFailure } from "../failure.js";
import type { Progress } from "../terminal/progress.js";
import { isSame, readAllUpdates, splitName } from "./allUpdates.js";
import { readBackendFolder } from "./backendFolder.js";
import type { Project } from "./pulumi.js";
import type { Snapshot } from "./snapshot.js";
import { listStacks, readStack, selectedStack } from "./stack.js";
import { readStateFile } from "./stateFile.js";
import { switchoverTriggers, TYPE } from "./switchoverTriggers.js";
import { unseal } from "./unseal.js";

/** What to read, as the command line says it. */
export interface Sources {
  /** Exported states and checkpoints; "-" is standard input. */
  files: readonly string[];
  stacks: readonly string[];
  allStacks: boolean;
  /** Also the states that the backend kept of earlier updates. */
  allUpdates: boolean;
  /** A file backend's folder, read as it lies there, without `pulumi`. */
  backend: string | undefined;
  cwd: string | undefined;
}

/**
 * Reads all states that were asked for, with the secrets among the records opened. States whose secrets can't be opened
 * stay sealed, and a problem says why.
 * @throws CliFailure at the first source that can't be read at all
 */
export async function readSnapshots(
  sources: Sources,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ snapshots: Snapshot[]; problems: Problem[] }> {
  const project = { cwd: sources.cwd, env };
  const snapshots: Snapshot[] = [];
  for await (const snapshot of eachSnapshot(sources, project, progress)) snapshots.push(snapshot);
  try {
    const states = await unseal(
      project,
      snapshots.map(({ state }) => state),
    );
    return {
      snapshots: snapshots.map((snapshot, index) => ({ ...snapshot, state: states[index] ?? snapshot.state })),
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const [first, ...more] = snapshots.filter(({ state }) => switchoverTriggers(state).sealed.length > 0);
    const problem = {
      where: `${first?.origin}${more.length === 0 ? "" : ` and ${plural(more.length, "other state")}`}`,
      why: `the records are secret, and can't be opened: ${error.why}`,
      remedy: error.remedy === "" ? "Read the stack itself (--stack), or export it with --show-secrets." : error.remedy,
    };
    return { snapshots, problems: [problem] };
  }
}

/** All records in the states. What was read twice, such as a record in several checkpoints, is told once. */
export function findingsIn(snapshots: readonly Snapshot[], problems: readonly Problem[] = []): Findings {
  const findings: Findings = { entries: [], problems: [...problems], resources: [], origins: [] };
  for (const { state, found, origin } of snapshots) {
    const extracted = switchoverTriggers(state, found);
    if (found === "state") findings.origins.push(origin);
    findings.entries.push(...extracted.entries);
    findings.problems.push(...extracted.problems);
    findings.resources.push(...extracted.resources);
  }
  return mergeUpdates(findings);
}

async function* eachSnapshot(sources: Sources, project: Project, progress: Progress): AsyncGenerator<Snapshot> {
  const { files, backend, allUpdates } = sources;
  if (backend !== undefined) {
    const names = sources.stacks.map(splitName);
    const isWanted = (stack: { project: string; stack: string }) =>
      names.length === 0 || names.some((name) => isSame(stack, name));
    yield* readBackendFolder(backend, isWanted, progress);
  } else {
    const isNothingNamed = sources.stacks.length === 0 && files.length === 0;
    const stacks = sources.allStacks
      ? await listStacks(project)
      : isNothingNamed
        ? [await selectedStack(project)]
        : sources.stacks;
    for (const [index, stack] of stacks.entries()) {
      progress.step(`reading stack ${index + 1} of ${stacks.length}`);
      yield await readStack(project, stack);
      if (allUpdates) yield* readAllUpdates(project, stack, progress);
    }
    progress.end();
  }
  for (const file of files) {
    progress.step(`reading ${file}`);
    const state = await readStateFile(file, undefined, (type) => type === TYPE);
    yield { origin: file === "-" ? "standard input" : file, found: "state", state };
  }
  progress.end();
}
