import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CliFailure } from "../failure.js";
import type { Progress } from "../terminal/progress.js";
import type { Snapshot } from "./snapshot.js";
import { readStateFile } from "./stateFile.js";
import { TYPE } from "./switchoverTriggers.js";

/** A stack of a backend's folder. */
export interface StackName {
  project: string;
  stack: string;
}

const STATE = /\.json(\.gz|\.zst)?$/;
const CHECKPOINT = /\.checkpoint\.json(\.gz|\.zst)?$/;

/**
 * All states that a file backend, or a copy of a bucket, holds: the present one of each stack, one for each update, and the
 * backups that also outlive a removed stack. Layout as the engine's DIY backend writes it: `.pulumi/stacks`,
 * `.pulumi/history` and `.pulumi/backups`, each by project and stack.
 * @param wanted whether to read a stack
 * @throws CliFailure where the folder is no backend, or a file of it can't be read
 */
export async function* readBackendFolder(
  folder: string,
  wanted: (name: StackName) => boolean,
  progress: Progress,
): AsyncGenerator<Snapshot> {
  const root = join(folder, ".pulumi");
  const kinds = await list(root);
  if (!kinds.includes("stacks") && !kinds.includes("history")) {
    throw new CliFailure({
      what: `Reading the backend in ${folder}`,
      why: "there is no .pulumi folder with stacks in it",
      remedy: "Give the folder that PULUMI_BACKEND_URL=file://… names, or a copy of the bucket's root.",
    });
  }
  const files: { path: string; found: Snapshot["found"]; origin: string }[] = [];
  for (const project of await list(join(root, "stacks"))) {
    for (const file of await list(join(root, "stacks", project))) {
      const stack = file.replace(STATE, "");
      if (!STATE.test(file) || !wanted({ project, stack })) continue;
      files.push({ path: join(root, "stacks", project, file), found: "state", origin: `${project}/${stack}` });
    }
  }
  for (const [kind, pattern] of [
    ["backups", STATE],
    ["history", CHECKPOINT],
  ] as const) {
    for (const project of await list(join(root, kind))) {
      for (const stack of await list(join(root, kind, project))) {
        if (!wanted({ project, stack })) continue;
        for (const file of (await list(join(root, kind, project, stack))).filter((name) => pattern.test(name))) {
          files.push({
            path: join(root, kind, project, stack, file),
            found: "past",
            origin: `${project}/${stack}, ${kind} ${file}`,
          });
        }
      }
    }
  }
  for (const [index, { path, found, origin }] of files.entries()) {
    progress.step(`reading checkpoint ${index + 1} of ${files.length}`);
    yield { origin, found, state: await readStateFile(path, undefined, (type) => type === TYPE) };
  }
  progress.end();
}

/** Names in a folder, sorted; none where there is no such folder. */
async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}
