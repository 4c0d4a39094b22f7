import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { repository } from "./support/tarball.js";

const Lock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      license: v.optional(v.string()),
      dev: v.optional(v.boolean(), false),
      devOptional: v.optional(v.boolean(), false),
      peer: v.optional(v.boolean(), false),
      hasInstallScript: v.optional(v.boolean(), false),
    }),
  ),
});

const lock = v.parse(Lock, JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")));

/** What `npm install pulumi-dcs-switchover` adds to a project that has Pulumi. */
const shipped = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional, peer }]) => path !== "" && !dev && !devOptional && !peer,
);

/** Licences that allow use in a program of any licence and ask for no more than a notice. */
const PERMISSIVE = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"]);

describe("dependencies", () => {
  it("that are shipped have permissive licences", () => {
    expect(shipped.length).toBeGreaterThan(7);
    const others = shipped.filter(([, { license }]) => license === undefined || !PERMISSIVE.has(license));
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it("that are shipped are few", () => {
    expect(shipped.length).toBeLessThanOrEqual(35);
  });

  it("that are shipped run nothing when they are installed", () => {
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  it("that are shipped have no known vulnerability", async (context) => {
    const { stdout } = await promisify(execFile)("npm", ["audit", "--omit=dev", "--omit=peer", "--json"], {
      cwd: repository,
    }).catch((error: { stdout: string }) => error);
    const answer: unknown = JSON.parse(stdout);
    if (v.is(v.object({ error: v.unknown() }), answer)) context.skip("the package registry answers no audit");
    const { vulnerabilities } = v.parse(v.object({ vulnerabilities: v.record(v.string(), v.unknown()) }), answer);
    expect(Object.keys(vulnerabilities)).toEqual([]);
  });
});
