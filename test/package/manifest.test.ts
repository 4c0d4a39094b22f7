import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packTarball, type Tarball } from "./support/tarball.js";

let tarball: Tarball;
beforeAll(async () => {
  tarball = await packTarball();
});
afterAll(() => tarball.remove());

describe("the package's exports", () => {
  it("satisfy publint, suggestions included", async () => {
    const { buffer } = new Uint8Array(tarball.bytes);
    const { messages } = await publint({ pack: { tarball: buffer }, level: "suggestion", strict: true });
    expect(messages).toEqual([]);
  });

  it("resolve with the right types under node10, node16 from CommonJS and ESM, and bundlers", async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball.bytes));
    if (result.types === false) throw new Error("the package has no types");
    expect(result.problems).toEqual([]);
    expect(Object.keys(result.entrypoints)).toEqual([".", "./lifecycle", "./dcs", "./sandbox", "./package.json"]);
  });
});
