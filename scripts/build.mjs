// Builds dist/ from a clean slate, so that a deleted source file never lingers in the package.
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
chmodSync(join(root, "dist/cli/main.js"), 0o755);

// Programs in this repository, and the text in their state, find the package by its name as they would anywhere else.
// A `file:.` dependency would do the same, and build everything twice on each install.
const self = join(root, "node_modules/pulumi-dcs-switchover");
if (!lstatSync(self, { throwIfNoEntry: false })) symlinkSync(root, self, "junction");
