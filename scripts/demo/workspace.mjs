// @ts-check
// A Pulumi project in a temporary folder, with a state, a user's home and an engine's home of its own: the demo touches
// nothing of the user's, and sees no account and no cloud credentials of the user's.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const foreign = /^(PULUMI|HUAWEICLOUD|CLOUD_SDK|HW|OS|NODE_OPTIONS)(_|$)/;

/**
 * @param {object} options
 * @param {string} options.engineBin folder of the engine
 * @param {Readonly<Record<string, string>>} options.cloudEnv the sandbox's credentials
 * @param {boolean} options.colours
 */
export function createWorkspace({ engineBin, cloudEnv, colours }) {
  const root = mkdtempSync(join(tmpdir(), "dcs-switchover-demo-"));
  const folder = join(root, "quickstart");
  for (const made of ["quickstart/node_modules", "home", "state", "tmp"])
    mkdirSync(join(root, made), { recursive: true });

  copyFileSync(join(repository, "examples", "quickstart", "index.ts"), join(folder, "index.ts"));
  copyFileSync(join(repository, "tsconfig.json"), join(folder, "tsconfig.json"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: quickstart\nruntime: nodejs\n");
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name: "quickstart", private: true })}\n`);
  // What `npm install` would bring.
  symlinkSync(repository, join(folder, "node_modules", "pulumi-dcs-switchover"));
  for (const scope of ["@pulumi", "@types"]) {
    symlinkSync(join(repository, "node_modules", scope), join(folder, "node_modules", scope));
  }

  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    folder,
    /** @type {NodeJS.ProcessEnv} */
    env: {
      ...Object.fromEntries(inherited),
      ...cloudEnv,
      PATH: [engineBin, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
      HOME: join(root, "home"),
      TMPDIR: join(root, "tmp"),
      PULUMI_HOME: join(root, "home", ".pulumi"),
      PULUMI_BACKEND_URL: `file://${join(root, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "demo",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_OPTION_NON_INTERACTIVE: "true",
      PULUMI_OPTION_COLOR: colours ? "always" : "never",
    },
    close: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
