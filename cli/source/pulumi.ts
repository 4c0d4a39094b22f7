import { CliFailure } from "../failure.js";
import { runCommand } from "./command.js";

/** The project whose stacks are read. */
export interface Project {
  /** A Pulumi project's folder; the one of this process by default. */
  cwd: string | undefined;
  env: NodeJS.ProcessEnv;
}

/**
 * Runs the user's `pulumi` and gives what it printed. It is asked for nothing that changes anything.
 * @param what for a failure: what it was run for
 * @throws CliFailure with what pulumi says, and what to do about it
 */
export async function pulumi(project: Project, args: readonly string[], what: string): Promise<string> {
  let result;
  try {
    result = await runCommand("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: project.cwd,
      env: { ...project.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new CliFailure({
      what,
      why: "there is no `pulumi` command on PATH, or no such folder",
      remedy: "Install Pulumi's CLI, or export the state where it is (pulumi stack export) and give the file.",
    });
  }
  if (result.code === 0) return result.stdout;
  const said = result.stderr
    .split("\n")
    .map((line) => line.replace(/^error: (could not deserialize deployment: )?/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("warning:"));
  throw new CliFailure({
    what,
    why: said[0] === undefined ? `pulumi ended with ${result.code ?? "a signal"}` : `pulumi says: ${said.join(" ")}`,
    remedy: remedyFor(said.join(" ")),
  });
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/no stack named/, "`pulumi stack ls` lists the stacks of the project in this folder."],
  [/no stack selected|specify a stack name/i, "Name one with --stack."],
  [/incorrect passphrase/, ""],
  [
    /passphrase must be set/,
    "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's passphrase.",
  ],
  [
    /PULUMI_ACCESS_TOKEN|pulumi login|not logged in/,
    "Log in first (pulumi login), or set PULUMI_BACKEND_URL to where the stack is.",
  ],
  [/no Pulumi\.yaml|no project file/i, "Go to the Pulumi project's folder, or name it with --cwd."],
];

function remedyFor(said: string): string {
  return REMEDIES.find(([pattern]) => pattern.test(said))?.[1] ?? "";
}
