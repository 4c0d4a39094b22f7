// Has the vendor's own SDKs call every operation of the sandbox, and prints what each of them saw:
// npm run test:interop [-- python node go java]
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Table from "cli-table3";
import * as v from "valibot";

const here = import.meta.dirname;
const reports = join(here, "..", "reports", "interop");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const files = process.argv.slice(2).map((sdk) => join("test/interop", sdk === "node" ? "node-signer" : sdk));
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--config", join(here, "vitest.config.mts"), "--reporter", "verbose", ...files],
  { cwd: join(here, "..", ".."), stdio: "inherit", env: { ...process.env, DCS_INTEROP: "all" } },
);

const report = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ operation: v.string(), key: v.string(), status: v.number() })),
);
const sdks = readdirSync(reports).map((file) => ({
  name: file.replace(/\.json$/, ""),
  calls: v.parse(report, readFileSync(join(reports, file), "utf8")),
}));
const operations = [...new Set(sdks.flatMap(({ calls }) => calls.map((call) => call.operation)))];
const table = new Table({ head: ["operation", ...sdks.map(({ name }) => name)], style: { head: [], border: [] } });
for (const operation of operations) {
  const cells = sdks.map(({ calls }) =>
    ["right", "temporary", "wrong"]
      .map((key) => calls.find((call) => call.operation === operation && call.key === key)?.status ?? "-")
      .join(" / "),
  );
  table.push([operation, ...cells]);
}
console.log("\nStatus with a right key / with a temporary key and its token / with a wrong secret:");
console.log(table.toString());
process.exitCode = status ?? 1;
