import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packTarball, readManifest, repository, type Tarball } from "./support/tarball.js";

let tarball: Tarball;
beforeAll(async () => {
  tarball = await packTarball();
});
afterAll(() => tarball.remove());

describe("the published package", () => {
  it("holds the compiled code, its types, and what people read; nothing else", () => {
    const expected = [
      /^dist\/(provider|sandbox)\/.+\.(js|d\.ts)$/,
      /^dist\/cli\/.+\.js$/,
      /^docs\/([a-z-]+\.md|schema\/[a-z0-9-]+\.schema\.json)$/,
      /^(README\.md|CHANGELOG\.md|LICENSE|package\.json)$/,
    ];
    expect(tarball.files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    for (const file of ["README.md", "CHANGELOG.md", "LICENSE", "docs/runbook.md"]) {
      expect(tarball.files).toContain(file);
    }
  });

  it("holds every file that package.json points to", () => {
    const { exports, bin } = readManifest();
    const targets = [...Object.values(bin), ...Object.values(exports).flatMap((to) => Object.values([to].flat()))]
      .flatMap((to) => (typeof to === "string" ? [to] : Object.values(to)))
      .map((path) => path.replace(/^\.\//, ""));
    expect(targets.length).toBeGreaterThan(8);
    for (const target of targets) expect(tarball.files).toContain(target);
  });

  it("holds no code whose source is gone", () => {
    const compiled = tarball.files.filter((file) => /^dist\/.+\.js$/.test(file));
    const sourceOf = (file: string) => file.replace(/^dist\//, "").replace(/\.js$/, ".ts");
    expect(compiled.filter((file) => !existsSync(join(repository, sourceOf(file))))).toEqual([]);
  });

  it("holds every page of docs that README.md links to", () => {
    const readme = execFileSync("tar", ["-xzOf", tarball.path, "package/README.md"], { encoding: "utf8" });
    const links = Array.from(readme.matchAll(/\]\((docs\/[^)#]+\.md)/g), ([, path]) => path);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(tarball.files).toContain(link);
  });

  it("weighs less than 300 kB packed", () => {
    expect(tarball.bytes.byteLength).toBeLessThan(300_000);
  });

  it("has a command that the system can start", () => {
    const listing = execFileSync("tar", ["-tvzf", tarball.path, "package/dist/cli/main.js"], { encoding: "utf8" });
    expect(listing).toMatch(/^-rwx/);
    const text = execFileSync("tar", ["-xzOf", tarball.path, "package/dist/cli/main.js"], { encoding: "utf8" });
    expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
