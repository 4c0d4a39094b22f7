import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";
import { ensureEngine } from "../engine/support/index.js";
import { packTarball, repository, type Tarball } from "../package/support/tarball.js";
import { createNewcomer, npmConfig, type Newcomer } from "./support/home.js";
import { startRegistry, type Registry } from "./support/registry.js";
import { snippetsOf, type Snippet } from "./support/snippets.js";

const readme = readFileSync(join(repository, "README.md"), "utf8");
const snippets = snippetsOf(readme);

/** The one snippet of README.md that begins so. */
function snippet(language: string, beginning: string): Snippet {
  const found = snippets.filter((each) => each.language === language && each.text.startsWith(beginning));
  if (found.length !== 1) throw new Error(`README.md has ${found.length} snippets that begin with "${beginning}"`);
  return found[0]!;
}

const program = snippet("ts", "import { SwitchoverTrigger }");
const demo = snippet("sh", "npm ci && npm run demo");
const story = snippet("console", "$ pulumi preview --diff");
const tests = snippet("sh", "npm ci && npm test");
const firstUse = snippet("sh", "npm install");
const reviewed = snippet("sh", "pulumi preview --diff --save-plan");
const audit = snippet("sh", "npx dcs-switchover history");

const lines = ({ text }: Snippet): string[] => text.split("\n").filter((line) => line !== "");

describe("README.md", () => {
  it("has no snippet that is not run here", () => {
    // The tests that it names are these.
    const run = [program, demo, story, tests, firstUse, reviewed, audit];
    expect(snippets.filter((each) => !run.includes(each))).toEqual([]);
  });
});

describe("a newcomer with a clone", () => {
  let newcomer: Newcomer;
  beforeAll(async () => {
    newcomer = createNewcomer({ engineBin: (await ensureEngine()).bin, env: {} });
    copySources(newcomer.folder);
  });
  afterAll(() => newcomer.leave());

  it("sees the whole story by the command that README.md gives, and as it shows it", { timeout: 600_000 }, async () => {
    const [command, ...more] = lines(demo);
    expect(more).toEqual([]);
    const output = await newcomer.run(command ?? "");
    expect(output).toMatch(/\nDone in \d/);
    const printed = output.split("\n").map(withoutChance);
    // A line may be shortened by an ellipsis.
    const isPrinted = (line: string) =>
      printed.some((each) => line.split("…").every((part) => each.includes(part.trim())));
    expect(
      lines(story)
        .map(withoutChance)
        .filter((line) => !isPrinted(line)),
    ).toEqual([]);
  });
});

describe("a newcomer with a Pulumi project", { timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let tarball: Tarball;
  let registry: Registry;
  let newcomer: Newcomer;
  const instanceId = /instanceId: "([^"]+)"/.exec(program.text)?.[1] ?? "";
  const region = /dcs:region (\S+)/.exec(firstUse.text)?.[1] ?? "";

  beforeAll(async () => {
    sandbox = await startSandbox({ region, instances: [{ id: instanceId, name: "orders-cache" }], swapSeconds: 1 });
    tarball = await packTarball();
    registry = await startRegistry(tarball, readPackage(), npmConfig("registry"));
    // The sandbox stands in for the region; all else is as on the real cloud.
    const endpoints = Object.entries(sandbox.env).filter(([name]) => /ENDPOINT|_REGION_DCS_/.test(name));
    newcomer = createNewcomer({
      engineBin: (await ensureEngine()).bin,
      env: { ...Object.fromEntries(endpoints), NPM_CONFIG_REGISTRY: registry.url },
    });
    // As the vendor's template for TypeScript makes it, with the program of README.md.
    const template = {
      "Pulumi.yaml": "name: caches\nruntime: nodejs\n",
      "package.json": JSON.stringify({ name: "caches", main: "index.ts", devDependencies: { typescript: "^5.0.0" } }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { strict: true, target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
        files: ["index.ts"],
      }),
      "index.ts": program.text,
    };
    for (const [path, text] of Object.entries(template)) writeFileSync(join(newcomer.folder, path), text);
    await newcomer.run("pulumi stack init prod");
  }, 120_000);
  afterAll(async () => {
    newcomer.leave();
    registry.close();
    tarball.remove();
    await sandbox.close();
  });

  it("gets from installation to the first switchover by the lines of README.md", async () => {
    const typed = { "dcs:accessKey": sandbox.accessKey, "dcs:secretKey": sandbox.secretKey };
    const outputs = new Map<string, string>();
    for (const line of lines(firstUse)) {
      const [, secret] = /--secret (\S+)/.exec(line) ?? [];
      outputs.set(
        line,
        await newcomer.run(line, { input: Object.entries(typed).find(([key]) => key === secret)?.[1] ?? "" }),
      );
    }
    const outputOf = (beginning: string) => Array.from(outputs).find(([line]) => line.startsWith(beginning))?.[1];
    expect(outputOf("npx dcs-switchover doctor")).toContain("A switchover could be made.");
    expect(outputOf("pulumi preview")).toContain("switch over orders-cache");
    expect(outputOf("pulumi up")).toContain("switched after");
    expect(sandbox.swaps()).toHaveLength(1);
  });

  it("changes a trigger, has the plan reviewed, and applies just that", async () => {
    const path = join(newcomer.folder, "index.ts");
    const text = readFileSync(path, "utf8");
    expect(text).toContain("2026-Q4");
    writeFileSync(path, text.replace("2026-Q4", "2027-Q1"));
    for (const line of lines(reviewed)) await newcomer.run(line);
    expect(sandbox.swaps()).toHaveLength(2);
  });

  it("reads history, check and report of the stack", async () => {
    const printed = [];
    for (const line of lines(audit)) printed.push(await newcomer.run(line));
    expect(printed[0]).toContain("CHG-1042");
    const [, page] = /> (\S+\.html)/.exec(audit.text) ?? [];
    expect(readFileSync(join(newcomer.folder, page ?? ""), "utf8")).toContain("CHG-1042");
    expect(sandbox.swaps()).toHaveLength(2);
  });

  it("left neither key nor file behind where it does not belong", async () => {
    const found = await newcomer.run(`grep -rlE '${sandbox.secretKey}' . --exclude-dir=node_modules || true`);
    expect(found).toBe("");
  });
});

/** A line of output without what differs from run to run: ids, times, durations and widths. */
function withoutChance(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{32}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "TIME")
    .replaceAll(/\d+\.\d s/g, "DURATION")
    .replaceAll(/─+/g, "─")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function readPackage(): { name: string; version: string } {
  const json: unknown = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  return v.parse(v.looseObject({ name: v.string(), version: v.string() }), json);
}

/** What a clone of this working tree would hold. */
function copySources(to: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  for (const path of listed.split("\0").filter((each) => each !== "")) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), readFileSync(join(repository, path)));
  }
}
