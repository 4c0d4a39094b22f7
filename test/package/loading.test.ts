import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { repository } from "./support/tarball.js";

/** The packages whose files a fresh process loads for an entry, its own left out. */
async function loadedBy(entry: string): Promise<Set<string>> {
  const script = `require("${entry}"); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: repository });
  const packages = (JSON.parse(stdout) as string[]).map(
    (file) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1],
  );
  return new Set(packages.filter((name) => name !== undefined));
}

describe("loading", () => {
  it("the resource brings nothing over @pulumi/pulumi: client, sandbox and command are loaded where they are used", async () => {
    const [resource, pulumi] = await Promise.all([loadedBy("pulumi-dcs-switchover"), loadedBy("@pulumi/pulumi")]);
    expect(pulumi).toContain("@pulumi/pulumi");
    expect([...resource].sort()).toEqual([...pulumi].sort());
    for (const late of ["undici", "valibot", "hono", "yargs"]) expect(resource).not.toContain(late);
  });

  it("the client alone brings no Pulumi", async () => {
    expect([...(await loadedBy("pulumi-dcs-switchover/dcs"))]).toEqual(["valibot"]);
  });

  it("the verbs, which the engine's provider process loads, bring no second Pulumi SDK and no HTTP client before a call", async () => {
    expect([...(await loadedBy("pulumi-dcs-switchover/lifecycle"))].sort()).toEqual(["ms", "valibot"]);
  });

  it("the sandbox shares no client with what it tests", async () => {
    expect([...(await loadedBy("pulumi-dcs-switchover/sandbox"))].sort()).toEqual(["hono", "valibot"]);
  });
});
