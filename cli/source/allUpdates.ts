import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { CliFailure } from "../failure.js";
import type { Progress } from "../terminal/progress.js";
import { readBackendFolder, type StackName } from "./backendFolder.js";
import { parseDeployment } from "./deployment.js";
import { pulumi, type Project } from "./pulumi.js";
import type { Snapshot } from "./snapshot.js";
import { qualifiedName } from "./stack.js";
import { TYPE } from "./switchoverTriggers.js";

const Whoami = v.object({ url: v.string() });
const Updates = v.array(v.looseObject({ version: v.number() }));

/**
 * The states that a stack's backend kept of its earlier updates. A file backend's folder is read; Pulumi Cloud is asked
 * through the user's `pulumi`. Other backends (buckets, databases) give their past to neither.
 * @throws CliFailure with a way round for those
 */
export async function* readAllUpdates(project: Project, stack: string, progress: Progress): AsyncGenerator<Snapshot> {
  const { url } = v.parse(
    Whoami,
    JSON.parse(await pulumi(project, ["whoami", "--json"], "Finding the stack's backend")),
  );
  if (url.startsWith("file://")) {
    const name = splitName(await qualifiedName(project, stack));
    yield* readBackendFolder(folderOf(url), (other) => isSame(other, name), progress);
  } else if (/^https?:\/\//.test(url)) {
    yield* readVersions(project, stack, progress);
  } else {
    throw new CliFailure({
      what: `Reading all updates of stack ${stack}`,
      why: `pulumi gives no earlier states of a backend of kind ${url.split(":")[0]}`,
      remedy: "Copy the bucket's .pulumi folder to this machine and name the folder that holds it: --backend FOLDER",
    });
  }
}

async function* readVersions(project: Project, stack: string, progress: Progress): AsyncGenerator<Snapshot> {
  const what = `Reading the updates of stack ${stack}`;
  const text = await pulumi(project, ["stack", "history", "--stack", stack, "--json"], what);
  const versions = v.parse(Updates, JSON.parse(text)).map(({ version }) => version);
  for (const [index, version] of versions.entries()) {
    progress.step(`reading update ${index + 1} of ${versions.length} of stack ${stack}`);
    const args = ["stack", "export", "--stack", stack, "--version", String(version)];
    const origin = `stack ${stack}, update ${version}`;
    yield {
      origin,
      found: "past",
      state: parseDeployment(await pulumi(project, args, what), origin, (type) => type === TYPE),
    };
  }
  progress.end();
}

/** `file://~` is the home folder, as the engine reads it. */
function folderOf(url: string): string {
  const rest = url.slice("file://".length);
  if (rest === "~" || rest.startsWith("~/")) return `${process.env["HOME"] ?? ""}${rest.slice(1)}`;
  return rest.startsWith("/") ? fileURLToPath(url.split("?")[0] ?? url) : rest;
}

/** The parts of `organization/project/stack`; the first may be missing. */
export function splitName(name: string): StackName {
  const [stack = "", project = ""] = name.split("/").toReversed();
  return { project, stack };
}

/** Whether a stack is the one named; a name without project fits every project's. */
export const isSame = (stack: StackName, name: StackName): boolean =>
  stack.stack === name.stack && (name.project === "" || stack.project === name.project);
