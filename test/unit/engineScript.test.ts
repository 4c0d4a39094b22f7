// `npm run engine` as its user meets it: the real script in a child process, with a PATH, a cache, a Go tool and a
// download site that are all made up here. The site is a `fetch` put into the launcher, so nothing leaves the machine.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const repository = join(__dirname, "../..");
const script = join(repository, "scripts", "engine.mjs");
const version = "3.259.0";
const oldestGo = "1.25.11";
const partNames = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

let folder: string;
let home: string;
let tools: string;
let bin: string;
let gate: string;
let builds: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-script-"));
  home = join(folder, "pulumi-home");
  tools = join(folder, "tools");
  bin = join(home, "versions", version, "bin");
  gate = join(folder, "gate");
  builds = join(folder, "builds");
  mkdirSync(tools);
});

afterEach(() => {
  writeFileSync(gate, "open");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe("which way is taken", () => {
  it("takes a fitting pulumi on PATH that has its language host beside it", async () => {
    const installed = engineFolder("installed", { version: "3.301.2" });
    const run = await engine({ path: [installed] });
    expect(run.answer).toEqual({ way: "path", bin: installed, version: "3.301.2" });
    expect(existsSync(home)).toBe(false);
  });

  it("finds the language host behind a linked pulumi", async () => {
    const installed = engineFolder("installed");
    symlinkSync(join(installed, "pulumi"), join(tools, "pulumi"));
    expect((await engine({})).answer).toEqual({ way: "path", bin: tools, version });
  });

  it("does not take the npm launcher on PATH for an engine", async () => {
    fakeGo();
    const launchers = join(folder, "node_modules", ".bin");
    mkdirSync(launchers, { recursive: true });
    program(join(launchers, "pulumi"), "echo v3.259.0");
    const run = await engine({ path: [launchers] });
    expect(run.answer).toMatchObject({ way: "build" });
    expect(run.messages).toContain("on PATH: no pulumi there");
  });

  it.each([
    ["is too old", { version: "3.249.9" }, /is 3\.249\.9, older than 3\.250\.0/],
    ["has no language host", { without: "pulumi-language-nodejs" }, /there is no pulumi-language-nodejs with it/],
    ["cannot run dynamic providers", { without: "pulumi-resource-pulumi-nodejs" }, /no pulumi-resource-pulumi-nodejs/],
    ["does not run", { version: "broken" }, /does not tell its version/],
  ])("passes over a pulumi on PATH that %s, and says so", async (_why, flaw, message) => {
    fakeGo();
    const run = await engine({ path: [engineFolder("installed", flaw)] });
    expect(run.answer).toMatchObject({ way: "build" });
    expect(run.messages).toMatch(message);
  });

  it("takes what is whole in the launcher's cache, in less than a second", async () => {
    engineFolder(join("pulumi-home", "versions", version, "bin"));
    const started = performance.now();
    const run = await engine({});
    expect(run.answer).toEqual({ way: "cache", bin, version });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(existsSync(builds)).toBe(false);
  });

  it("completes a cache that lacks a part", async () => {
    fakeGo();
    engineFolder(join("pulumi-home", "versions", version, "bin"), { without: "pulumi-language-nodejs" });
    const run = await engine({});
    expect(run.answer).toEqual({ way: "build", bin, version });
    expect(run.messages).toContain("no pulumi-language-nodejs in");
    expect(readdirSync(bin).toSorted()).toEqual(partNames);
  });

  it("replaces a cached engine that does not run", async () => {
    fakeGo();
    engineFolder(join("pulumi-home", "versions", version, "bin"), { version: "broken" });
    expect((await engine({})).answer).toMatchObject({ way: "build" });
    expect((await engine({})).answer).toMatchObject({ way: "cache" });
  });

  it("takes the launcher's download where its site can be reached", async () => {
    const run = await engine({ site: "up" });
    expect(run.answer).toEqual({ way: "download", bin, version });
    expect(readdirSync(bin).toSorted()).toEqual(partNames);
    expect(leftovers()).toEqual([]);
  });

  it("builds where the site cannot be reached, and says why", async () => {
    fakeGo();
    const run = await engine({ site: "down" });
    expect(run.answer).toEqual({ way: "build", bin, version });
    expect(run.messages).toContain("the launcher cannot get it (fetch failed)");
    expect(readdirSync(bin).toSorted()).toEqual(partNames);
    expect(leftovers()).toEqual([]);
  });

  it("builds where the site does not answer in time", async () => {
    fakeGo();
    const run = await engine({ site: "silent", options: ["--download-silence", "0.2"] });
    expect(run.answer).toMatchObject({ way: "build" });
    expect(run.messages).toContain("given up after 0.2 s without a sign of life");
  });

  it("says what it is doing, and how far it is, while it builds", async () => {
    fakeGo({ build: `while [ ! -e ${gate} ]; do /bin/sleep 0.02; done` });
    const run = start({ options: ["--progress", "0.05"] });
    await vi.waitFor(
      () => expect(run.output()).toMatch(/0:0\d {2}compiling the Node language host: 1 of 2 packages/),
      5000,
    );
    writeFileSync(gate, "open");
    expect((await run.ended).code).toBe(0);
  });

  it("builds the version that the launcher runs, with the Go that it asks for", () => {
    const manifest = readFileSync(join(repository, "package.json"), "utf8");
    const cli = readFileSync(join(repository, "scripts", "engine", "cli", "go.mod"), "utf8");
    expect(/"pulumi": "([^"]+)"/.exec(manifest)?.[1]).toBe(version);
    expect(/^tool (\S+)$/m.exec(cli)?.[1]).toBe("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    expect(/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(cli)?.[1]).toBe(version);
    expect(/^go (\S+)$/m.exec(cli)?.[1]).toBe(oldestGo);
  });
});

describe("a failure is one message with its remedy", () => {
  it("names what to install where there is no Go", async () => {
    const run = await engine({});
    expect(run.code).toBe(1);
    expect(run.messages).toMatch(
      /No Go tool on PATH: .*\n {2}Remedy: install Go 1\.25\.11 or newer, or put a Pulumi CLI/,
    );
  });

  it("names both versions where Go is old", async () => {
    fakeGo({ version: "go1.22.3" });
    const run = await engine({});
    expect(run.code).toBe(1);
    expect(run.messages).toMatch(
      /Go is too old: found go1\.22\.3, and the engine needs Go 1\.25\.11\n {2}Remedy: install/,
    );
    expect(existsSync(builds)).toBe(false);
  });

  it("lets an older Go fetch the newer one where it is set to", async () => {
    fakeGo({ version: "go1.22.3", toolchain: "auto" });
    expect((await engine({})).answer).toMatchObject({ way: "build" });
  });

  it.each([
    [
      "no network",
      'example.test/m@v1: Get "https://proxy.test/m": dial tcp: lookup proxy.test: no such host',
      "No network",
    ],
    ["a proxy that refuses", "example.test/m@v1: reading https://proxy.test/m: 403 Forbidden ", "No network"],
    ["a full disk", "write /tmp/go-build1/a.o: no space left on device", "No space left on the disk"],
    ["too little memory", "google.golang.org/api: compile: signal: killed", "Out of memory"],
    ["caches that cannot be written", "open /cache/00/a: permission denied", "Go cannot write"],
    ["anything else", "x.go:3:4: undefined: y", "Go failed while compiling the Node language host"],
  ])("tells %s from the output of Go", async (_case, output, message) => {
    fakeGo({ build: `echo '${output}' >&2; exit 1` });
    const run = await engine({});
    expect(run.code).toBe(1);
    expect(run.messages).toContain(message);
    expect(run.messages).toContain(output.trim());
    expect(run.messages).toMatch(/\n {2}Remedy: /);
    expect(existsSync(bin)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it("does not show the password in GOPROXY", async () => {
    fakeGo({ list: "echo 'dial tcp: i/o timeout' >&2; exit 1" });
    const run = await engine({});
    expect(run.messages).toContain("GOPROXY is https://…@proxy.test,direct");
    expect(run.messages).not.toContain("s3cret");
  });

  it("names PULUMI_HOME where it cannot be written", async () => {
    fakeGo();
    mkdirSync(home);
    writeFileSync(join(home, "versions"), "a file in the way");
    const run = await engine({});
    expect(run.code).toBe(1);
    expect(run.messages).toMatch(
      /Cannot write to .*versions: .*\n {2}Remedy: make that folder writable, or set PULUMI_HOME/,
    );
  });

  it("says what is wrong with an option", async () => {
    const run = await engine({ options: ["--from", "cache,magic"] });
    expect(run.code).toBe(1);
    expect(run.messages).toContain("--from magic: the ways are path, cache, download, build");
  });
});

describe("two runs, and runs that were stopped", () => {
  it("lets a second run wait for the first and use what it made", async () => {
    fakeGo({ build: `while [ ! -e ${gate} ]; do /bin/sleep 0.02; done` });
    const first = start({});
    await buildsStarted(1);
    const second = start({});
    await vi.waitFor(() => expect(second.output()).toMatch(/another run \(process \d+\) is making it: waiting/), 5000);
    writeFileSync(gate, "open");
    expect(await first.ended).toMatchObject({ code: 0, answer: { way: "build" } });
    expect(await second.ended).toMatchObject({ code: 0, answer: { way: "cache" } });
    expect(readFileSync(builds, "utf8")).toBe("build\nbuild\n"); // the language host and the CLI, once each
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves nothing behind after %s, not even a compiler at work", async (signal, code) => {
    const pidFile = join(folder, "go-pid");
    fakeGo({ build: `echo $$ > ${pidFile}; while [ ! -e ${gate} ]; do /bin/sleep 0.02; done` });
    const run = start({});
    await buildsStarted(1);
    run.child.kill(signal);
    expect((await run.ended).code).toBe(code);
    expect(existsSync(bin)).toBe(false);
    expect(leftovers()).toEqual([]);
    const pid = Number(readFileSync(pidFile, "utf8"));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), 2000);
  });

  it("has no half engine after kill -9, and the next run clears up and completes", async () => {
    fakeGo({ build: `while [ ! -e ${gate} ]; do /bin/sleep 0.02; done` });
    const run = start({});
    await buildsStarted(1);
    run.child.kill("SIGKILL");
    await run.ended;
    expect(existsSync(bin)).toBe(false);
    writeFileSync(gate, "open");
    expect((await engine({})).answer).toMatchObject({ way: "build" });
    expect(leftovers()).toEqual([]);
  });
});

interface Run {
  code: number | null;
  /** what `--json` printed */
  answer: unknown;
  messages: string;
}

interface Conditions {
  /** folders of PATH, before the one with the fake tools */
  path?: string[];
  /** the vendor's download site */
  site?: "up" | "down" | "silent";
  options?: string[];
}

function start({ path = [], site = "down", options = [] }: Conditions): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<Run>;
} {
  const child = spawn(process.execPath, [script, "--json", ...options], {
    env: {
      PATH: [...path, tools].join(delimiter),
      HOME: folder,
      PULUMI_HOME: home,
      NODE_OPTIONS: `--require ${fakeSite(site)}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let messages = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (messages += chunk));
  const ended = Promise.all([text(child.stdout), once(child, "close")]).then(([stdout]): Run => ({
    code: child.exitCode,
    answer: stdout === "" ? undefined : (JSON.parse(stdout) as unknown),
    messages,
  }));
  return { child, output: () => messages, ended };
}

function engine(conditions: Conditions): Promise<Run> {
  return start(conditions).ended;
}

function program(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function engineFolder(name: string, flaw: { version?: string; without?: string } = {}): string {
  const made = join(folder, name);
  mkdirSync(made, { recursive: true });
  for (const part of partNames) {
    if (part !== flaw.without) program(join(made, part), `echo v${flaw.version ?? version}`);
  }
  return made;
}

/** A Go tool that "fetches" one module and "compiles" two packages, and logs each build. */
function fakeGo({ version: goVersion = "go1.26.8", toolchain = "local", list = "", build = "" } = {}): void {
  program(
    join(tools, "go"),
    `case "$1" in
  env)
    printf '${goVersion}\\n${toolchain}\\nhttps://me:s3cret@proxy.test,direct\\n' ;;
  list)
    echo "go: downloading example.test/m v1.0.0" >&2
    ${list}
    echo example.test/m; echo example.test/n ;;
  build)
    echo build >> ${builds}
    echo example.test/m >&2
    ${build}
    while [ "$1" != "" ]; do if [ "$1" = "-o" ]; then out="$2"; fi; shift; done
    printf '#!/bin/sh\\necho v${version}\\n' > "$out"
    /bin/chmod 755 "$out" ;;
esac`,
  );
}

function fakeSite(state: "up" | "down" | "silent"): string {
  const installer = `while [ "$1" != "" ]; do if [ "$1" = "--install-root" ]; then root="$2"; fi; shift; done
/bin/mkdir -p "$root/bin"
for part in ${partNames.join(" ")}; do
  printf '#!/bin/sh\\necho v${version}\\n' > "$root/bin/$part"
  /bin/chmod 755 "$root/bin/$part"
done`;
  const answer = {
    up: `Promise.resolve(new Response(${JSON.stringify(installer)}))`,
    down: `Promise.reject(new TypeError("fetch failed"))`,
    silent: `new Promise(() => setInterval(() => {}, 1000))`,
  }[state];
  const path = join(folder, `site-${state}.cjs`);
  writeFileSync(path, `globalThis.fetch = () => ${answer};\n`);
  return path;
}

async function buildsStarted(count: number): Promise<void> {
  await vi.waitFor(() => {
    const log = existsSync(builds) ? readFileSync(builds, "utf8") : "";
    expect(log.split("\n").length - 1).toBe(count);
  }, 5000);
}

/** What lies in the launcher's folder of versions besides the versions. */
function leftovers(): string[] {
  const versions = join(home, "versions");
  return existsSync(versions) ? readdirSync(versions).filter((name) => name.startsWith(".")) : [];
}
