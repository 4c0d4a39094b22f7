// @ts-check
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runChild } from "./child.mjs";
import { explainGoError, goMissing, goTooOld } from "./failure.mjs";
import { dynamicProviderShim, isAtLeast, parts } from "./layout.mjs";

/** As the go.mod of the CLI asks. */
const oldestGo = "1.25.11";
const fetchSilenceSeconds = 5 * 60;

/**
 * @typedef {object} BuildOptions
 * @property {string} version of the CLI, as its go.mod requires it
 * @property {string} staging
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cache named in messages
 * @property {(state: string) => void} onState what is being done now, for the progress line
 * @property {AbortSignal} [signal]
 */

/**
 * Asks for the Go tool before anything is made, so that its lack is told at once.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd a folder outside of any Go module
 * @returns {Promise<{ version: string, proxy: string }>}
 * @throws {import("./failure.mjs").EngineFailure} if there is none, or an old one that cannot fetch a newer one itself
 */
export async function checkGo(env, cwd) {
  const asked = ["env", "GOVERSION", "GOTOOLCHAIN", "GOPROXY"];
  const { code, lines } = await runChild("go", asked, { env, cwd, limitSeconds: 20 }).catch(() => {
    throw goMissing();
  });
  const [version = "", toolchain = "", proxy = ""] = lines;
  if (code !== 0 || version === "") throw explainGoError("asking for its version", lines, { folder: cwd, proxy });
  const fetchesNewer = isAtLeast(version, "1.21") && /auto/.test(toolchain);
  if (!isAtLeast(version, oldestGo) && !fetchesNewer) throw goTooOld(version, oldestGo);
  return { version, proxy };
}

/**
 * Builds all parts from their official Go modules.
 *
 * @param {BuildOptions & { proxy: string }} options
 * @returns {Promise<{ folder: string }>} the folder with the parts
 * @throws {import("./failure.mjs").EngineFailure}
 */
export async function build(options) {
  const folder = join(options.staging, "build");
  mkdirSync(folder, { recursive: true });
  copyFileSync(dynamicProviderShim, join(folder, parts.dynamic));
  chmodSync(join(folder, parts.dynamic), 0o755);
  await buildModule(options, {
    title: "the Node language host",
    module: "language",
    tool: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    output: join(folder, parts.language),
    linker: "-s -w",
  });
  await buildModule(options, {
    title: "the engine",
    module: "cli",
    tool: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(folder, parts.cli),
    linker: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${options.version}`,
  });
  return { folder };
}

/**
 * @param {BuildOptions & { proxy: string }} options
 * @param {{ title: string, module: string, tool: string, output: string, linker: string }} what
 */
async function buildModule({ env, cache, proxy, onState, signal }, { title, module, tool, output, linker }) {
  const common = { cwd: fileURLToPath(new URL(module, import.meta.url)), env: buildEnv(env), signal };
  const where = { folder: cache, proxy };

  let fetched = 0;
  let packages = 0;
  onState(`fetching the modules of ${title}`);
  const listing = await runChild("go", ["list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", tool], {
    ...common,
    silenceSeconds: fetchSilenceSeconds,
    onLine: (line) => {
      if (!line.startsWith("go: ")) packages += 1;
      else if (line.startsWith("go: downloading ")) {
        fetched += 1;
        onState(`fetching the modules of ${title}: ${fetched} so far`);
      }
    },
  });
  const fetching = `fetching the modules of ${title}`;
  if (listing.stopped !== undefined) {
    const quiet = `i/o timeout: no module for ${fetchSilenceSeconds / 60} minutes`;
    throw explainGoError(fetching, [...listing.lines, quiet], where);
  }
  if (listing.code !== 0) throw explainGoError(fetching, listing.lines, where);

  let compiled = 0;
  onState(`compiling ${title}: ${packages} packages`);
  const building = await runChild(
    "go",
    ["build", "-mod=readonly", "-buildvcs=false", "-v", "-ldflags", linker, "-o", output, tool],
    {
      ...common,
      onLine: () => {
        compiled += 1;
        onState(`compiling ${title}: ${compiled} of ${packages} packages`);
      },
    },
  );
  if (building.code !== 0) throw explainGoError(`compiling ${title}`, building.lines, where);
}

/**
 * The user's environment without what would change the result: a workspace that this clone happens to lie in, another
 * target platform, or a C compiler that half works (the official builds use none either).
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function buildEnv(env) {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return { ...rest, GOWORK: "off", CGO_ENABLED: "0" };
}
