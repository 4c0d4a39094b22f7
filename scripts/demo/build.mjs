// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Builds dist/ if it is missing or older than a source: the demo shows the code that is here. */
export function ensureBuilt() {
  const built = join(repository, "dist", "provider", "index.js");
  const sources = ["provider", "sandbox", "cli"].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return;
  console.log("Building dist/ from the sources");
  // Not `npm run build`, which begins with an empty dist/: something else may be using it.
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: repository,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("The build failed: see above");
}
