// @ts-check
// npm run demo: the story of a switchover, told with the real engine on the sandbox. Ends by itself, asks nothing, leaves
// nothing behind, and fails if a step does not do what it says.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

import { ensureBuilt } from "./demo/build.mjs";
import { runCommand } from "./demo/command.mjs";
import { DemoFailure } from "./demo/expect.mjs";
import { tellStory } from "./demo/story.mjs";
import { createWorkspace } from "./demo/workspace.mjs";
import { ensureEngine } from "./engine/ensureEngine.mjs";
import { EngineFailure } from "./engine/failure.mjs";
import { isAtLeast } from "./engine/layout.mjs";
import { timeSince } from "./engine/progress.mjs";

const oldestNode = "22.19.0";
const auditProgram = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const exitCodeOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @param {AbortSignal} signal */
async function demo(signal) {
  const started = performance.now();
  if (!isAtLeast(process.versions.node, oldestNode)) {
    throw new DemoFailure(
      `Node ${process.versions.node} is older than ${oldestNode}: start it by npm run demo, which brings its own`,
    );
  }
  ensureBuilt();
  const engine = await ensureEngine({ signal });

  // Loaded late: the build may have made it just now.
  const { startSandbox } = await import("pulumi-dcs-switchover/sandbox");
  const sandbox = await startSandbox();
  const colours = process.stdout.isTTY ?? false;
  const workspace = createWorkspace({ engineBin: engine.bin, cloudEnv: sandbox.env, colours });
  const { folder: cwd, env } = workspace;

  /** @param {string} name @param {string} program @param {readonly string[]} before @param {readonly string[]} args */
  const run = async (name, program, before, args) => {
    const commandLine = [name, ...args.map((arg) => (/[\s"]/.test(arg) ? `"${arg}"` : arg))].join(" ");
    console.log(`\n${styleText("bold", `$ ${commandLine}`)}`);
    const show = (/** @type {string} */ text) => void process.stdout.write(text);
    const { code, output } = await runCommand(program, [...before, ...args], { cwd, env, signal, show });
    if (code !== 0) throw new DemoFailure(`\`${commandLine}\` ended with ${code}`);
    return output;
  };
  try {
    await tellStory({
      sandbox,
      say: (text) => console.log(text.startsWith(" ") ? text : `\n${styleText("cyan", text)}`),
      pulumi: (...args) => run("pulumi", join(engine.bin, "pulumi"), [], args),
      audit: (...args) => run("npx dcs-switchover", process.execPath, [auditProgram], args),
    });
  } finally {
    await sandbox.close();
    workspace.close();
  }
  console.log(`\nDone in ${timeSince(started)}. The sandbox is stopped, and the demo's files are removed.`);
}

const stop = new AbortController();
for (const [name, code] of Object.entries(exitCodeOf)) {
  process.once(name, () => {
    process.exitCode = code;
    stop.abort(new DemoFailure(`stopped by ${name}, and cleaned up`));
  });
}
// The reader of the output went away (`| head`): nothing is left to tell the story to.
process.stdout.on("error", () => stop.abort(new DemoFailure("its output is closed")));
demo(stop.signal).catch((/** @type {unknown} */ error) => {
  if (error instanceof DemoFailure) console.error(`\nThe demo did not get to its end: ${error.message}`);
  else console.error(error instanceof EngineFailure ? error.message : error);
  process.exitCode ||= 1;
});
