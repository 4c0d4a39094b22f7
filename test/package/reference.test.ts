import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "./support/tarball.js";

/** Writes the reference by typedoc.json; gives all that typedoc complains about. */
async function writeReference(...options: string[]): Promise<string[]> {
  const typedoc = join(repository, "node_modules/typedoc/bin/typedoc");
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [typedoc, "--logLevel", "Warn", ...options], {
    cwd: repository,
  }).catch((error: { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
}

describe("the API reference", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dcs-reference-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("lacks no exported symbol, link or description", async () => {
    expect(await writeReference("--out", folder)).toEqual([]);
    expect(readFileSync(join(folder, "provider.md"), "utf8")).toContain("adoptWindow");
  });

  it("describes every argument, output and field of a record", async () => {
    const kinds = ["Property", "Interface", "Class"].flatMap((kind) => ["--requiredToBeDocumented", kind]);
    expect(await writeReference("--emit", "none", "--entryPoints", "provider/index.ts", ...kinds)).toEqual([]);
  });
});
