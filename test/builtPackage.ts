import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Programs under the real engine load the package as their users do, from dist/: it must be that of the sources under test. */
export function setup(): void {
  const root = join(__dirname, "..");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
}
