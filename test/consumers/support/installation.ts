import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packTarball } from "../../package/support/tarball.js";

const run = promisify(execFile);

/** A folder outside the repository into which a package manager has installed what a user's project needs. */
export interface Installation {
  /** Its `node_modules`. */
  modules: string;
  folder: string;
  remove(): void;
}

/** A library of somebody else's that has a component with a switchover in it. */
const COMPONENT = {
  "package.json": JSON.stringify({
    name: "cache-components",
    version: "1.0.0",
    main: "index.js",
    peerDependencies: { "@pulumi/pulumi": "^3.250.0", "pulumi-dcs-switchover": "*" },
  }),
  "index.js": `"use strict";
const pulumi = require("@pulumi/pulumi");
const { SwitchoverTrigger } = require("pulumi-dcs-switchover");

class DrilledCache extends pulumi.ComponentResource {
  constructor(name, args, opts) {
    super("cache-components:index:DrilledCache", name, {}, opts);
    const drill = new SwitchoverTrigger(name + "-drill", args, { parent: this });
    this.master = drill.master;
    this.registerOutputs({ master: this.master });
  }
}
module.exports = { DrilledCache };
`,
};

/** Packs this package as it would be published and installs it, with what else a program needs. */
export async function install(manager: "npm" | "pnpm"): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), `dcs-${manager}-`));
  const tarball = await packTarball();
  try {
    const component = join(folder, "cache-components");
    write(component, COMPONENT);
    write(folder, { "package.json": JSON.stringify({ name: "consumer", private: true }) });
    const packages = [tarball.path, "@pulumi/pulumi@3.270", "typescript@6", "@types/node@24"];
    if (manager === "npm") {
      await run("npm", ["pack", "./cache-components"], { cwd: folder });
      const quiet = ["--prefer-offline", "--no-audit", "--no-fund"];
      await run("npm", ["install", ...quiet, ...packages, "./cache-components-1.0.0.tgz"], { cwd: folder });
    } else {
      await run("npm", ["exec", "--yes", "--prefer-offline", "pnpm@10", "--", "add", "--prefer-offline", ...packages], {
        cwd: folder,
      });
    }
  } finally {
    tarball.remove();
  }
  return {
    folder,
    modules: join(folder, "node_modules"),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
