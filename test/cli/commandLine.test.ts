// The command as a whole, as a shell meets it.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { version } from "../../cli/version.js";
import { fleetState } from "./support/fleet.js";
import { cliPath, runCli } from "./support/runCli.js";

const folder = mkdtempSync(join(tmpdir(), "dcs-cli-"));
const fleet = join(folder, "fleet.json");
beforeAll(() => writeFileSync(fleet, JSON.stringify(fleetState({ instances: 50, records: 40 }))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line in a shell, in which `dcs` is the command. */
async function shell(line: string, env: NodeJS.ProcessEnv = {}): Promise<{ stdout: string; stderr: string }> {
  const command = `set -o pipefail; dcs() { "${process.execPath}" "${cliPath}" "$@"; }; ${line}`;
  return promisify(execFile)("bash", ["--norc", "-c", command], {
    env: { PATH: process.env["PATH"], TERM: "xterm", ...env },
    maxBuffer: 100_000_000,
  });
}

describe("help", () => {
  it.each(["history", "verify", "report", "doctor", "sandbox"])("of %s has examples", async (command) => {
    const { code, stdout, stderr } = await runCli([command, "--help"]);
    expect(stdout).toMatch(new RegExp(`Examples:\n\\s+.*dcs-switchover ${command}`));
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("names all commands and the exit codes", async () => {
    const { stdout } = await runCli(["--help"]);
    for (const command of ["history", "verify", "report", "doctor", "sandbox", "completion"]) {
      expect(stdout).toContain(`dcs-switchover ${command}`);
    }
    expect(stdout).toMatch(/Exit codes: 0 .*; 1 .*; 2 /);
  });

  it("comes with the version of the package", async () => {
    const { stdout } = await runCli(["--version"]);
    expect(stdout.trim()).toBe(version());
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("a mistake", () => {
  it.each<[args: string[], said: RegExp]>([
    [[], /Name a command\.\nTry: dcs-switchover --help/],
    [["histroy"], /Did you mean history\?/],
    [["history", "--jsno"], /Unknown argument: jsno\nTry: dcs-switchover history --help/],
    [["history", "--json", "--csv"], /mutually exclusive/],
    [["history", "--stack", "a", "--all-stacks"], /mutually exclusive/],
    [["history", "--outcome", "good"], /Choices: "switched"/],
    [["verify", "--tolerance", "soon"], /"soon" is no duration/],
    [["report", "nothing.json", "-o", "x.html"], /there is no such file/],
  ])("%j ends with 2 and says what to do", async (args, said) => {
    const { code, stdout, stderr } = await runCli(args, { cwd: folder });
    expect(stderr).toMatch(said);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("in where to write is told", async () => {
    const { code, stderr } = await runCli(["report", fleet, "-o", join(folder, "no/such/folder.html")]);
    expect(stderr).toMatch(/Writing .*no such file or directory/);
    expect(code).toBe(2);
  });
});

describe("in a shell", () => {
  it.each(["", "--json", "--ndjson", "--csv", "--markdown"])(
    "its output %s goes into head without a complaint",
    async (format) => {
      const { stdout, stderr } = await shell(`dcs history ${format} "${fleet}" | head -n 2`);
      expect(stdout.trimEnd().split("\n")).toHaveLength(2);
      expect(stderr).toBe("");
    },
  );

  it("completes commands, options and values", async () => {
    const { stdout: script } = await shell("dcs completion");
    expect(script).toContain("###-begin-dcs-switchover-completions-###");
    const complete = async (...words: string[]) =>
      (await runCli(["--get-yargs-completions", "dcs-switchover", ...words])).stdout.split("\n");
    expect(await complete("ver")).toContain("verify");
    expect(await complete("history", "--al")).toContain("--all-updates");
    expect(await complete("history", "--outcome", "")).toContain("unconfirmed");
  });

  /** As on a terminal: `script` gives the command one of its own. */
  const onTerminal = async (env: NodeJS.ProcessEnv = {}) =>
    (await shell(`script -qec "stty cols 200; '${process.execPath}' '${cliPath}' history '${fleet}'" /dev/null`, env))
      .stdout;

  it("is coloured on a terminal, and nowhere else, and never with NO_COLOR", async () => {
    expect(await onTerminal()).toContain("\u001B[32mswitched");
    expect(await onTerminal({ NO_COLOR: "1" })).not.toContain("\u001B[3");
    expect((await shell(`dcs history "${fleet}"`)).stdout).not.toContain("\u001B");
  });

  it("a page of HTML does not go to a terminal", async () => {
    const line = `script -qec "'${process.execPath}' '${cliPath}' report '${fleet}'" /dev/null`;
    await expect(shell(line)).rejects.toMatchObject({
      code: 2,
      stdout: expect.stringContaining("Name a file (-o report.html)") as string,
    });
  });

  it("gives an auditor's tools what they read", async () => {
    const { stdout } = await shell(
      `dcs history --ndjson "${fleet}" | node -e 'let n=0;require("readline").createInterface({input:process.stdin}).on("line",(l)=>{n+=JSON.parse(l).record.outcome==="failed"}).on("close",()=>console.log(n))'`,
    );
    const { deployment } = JSON.parse(readFileSync(fleet, "utf8")) as {
      deployment: { resources: { outputs: { history: { outcome: string }[] } }[] };
    };
    const records = deployment.resources.flatMap(({ outputs }) => outputs.history);
    expect(Number(stdout)).toBe(records.filter(({ outcome }) => outcome === "failed").length);
  });
});

describe("size", () => {
  it("of a state of 100 MB is no problem, and no reason to wait for long", async () => {
    const big = join(folder, "big.json");
    const state = fleetState({ instances: 3, records: 5 }) as { deployment: { resources: object[] } };
    const other = {
      urn: "urn:pulumi:prod::caches::aws:s3/bucket:Bucket::b",
      type: "aws:s3/bucket:Bucket",
      outputs: { text: "x".repeat(10_000) },
    };
    for (let count = 0; count < 10_000; count += 1) state.deployment.resources.push(other);
    const text = JSON.stringify(state);
    expect(text.length).toBeGreaterThan(100_000_000);
    writeFileSync(big, text);
    const started = performance.now();
    const { code, stdout } = await runCli(["history", big]);
    const seconds = (performance.now() - started) / 1000;
    rmSync(big);
    expect(stdout).toMatch(/15 records of 3 instances/);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(20);
    console.log(`100 MB read in ${seconds.toFixed(1)} s`);
  }, 60_000);
});

it("starts without Pulumi's SDK, a cloud client or a server for what needs none", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "-e",
    `process.argv = [process.argv[0], "dcs", "history", ${JSON.stringify(fleet)}, "--json"];
     const log = console.log; process.stdout.write = () => true;
     require(${JSON.stringify(cliPath)});
     process.on("exit", () => require("fs").writeSync(1, Object.keys(require.cache).join("\\n")))`,
  ]);
  expect(stdout).toContain("cli/history.js");
  expect(stdout).not.toMatch(/@pulumi\/pulumi|node_modules\/undici|cli-table3|csv-stringify/);
});
