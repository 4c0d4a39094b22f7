// @ts-check
// npm run pictures: draws docs/images/preview.svg from what the engine prints on the sandbox.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "pulumi-dcs-switchover/sandbox";

import { runCommand } from "./demo/command.mjs";
import { createWorkspace } from "./demo/workspace.mjs";
import { ensureEngine } from "./engine/ensureEngine.mjs";
import { toLines } from "./pictures/ansi.mjs";
import { toSvg } from "./pictures/svg.mjs";

const columns = 108;
const picture = fileURLToPath(new URL("../docs/images/preview.svg", import.meta.url));

const { bin } = await ensureEngine();
const [zoneA, zoneB] = ["cn-north-4a", "cn-north-4b"];
const sandbox = await startSandbox({ instances: [{ zones: [zoneA, zoneB] }] });
const workspace = createWorkspace({ engineBin: bin, cloudEnv: sandbox.env, colours: true });
const { signal } = new AbortController();

/** @param {string[]} args @returns {Promise<string>} what it printed, colours and all */
async function pulumi(...args) {
  let printed = "";
  const { code } = await runCommand(join(bin, "pulumi"), args, {
    cwd: workspace.folder,
    env: workspace.env,
    signal,
    show: (text) => (printed += text),
  });
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${printed}`);
  return printed;
}

try {
  await pulumi("stack", "init", "prod");
  const settings = { "dcs:endpoint": sandbox.url, "dcs:region": sandbox.region, instanceId: sandbox.instances[0]?.id };
  await pulumi(
    "config",
    "set-all",
    ...Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
  );
  const preview = await pulumi("preview", "--diff", "--suppress-outputs");
  const up = await pulumi("up", "--yes", "--skip-preview", "--suppress-outputs");
  // Lines that only show that time passes, and the repetition of all messages at the end, are left out.
  const [progress = ""] = up.split(/^.*Diagnostics:/m);
  const kept = progress.split("\n").filter((line) => !line.includes("updating...") && line.trim() !== "");
  const prompt = (/** @type {string} */ command) => `\u001b[1m$ ${command}\u001b[0m\n`;
  const text = `${prompt("pulumi preview --diff")}${preview.trimEnd()}\n\n${prompt("pulumi up")}${kept.join("\n")}`;
  writeFileSync(
    picture,
    toSvg(toLines(text, columns), { columns, title: "pulumi preview and pulumi up of a switchover" }),
  );
} finally {
  await sandbox.close();
  workspace.close();
}
