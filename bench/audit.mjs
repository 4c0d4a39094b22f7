// @ts-check
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "pulumi-dcs-switchover/sandbox";

import { makeFleet } from "./fleet.mjs";
import { numberText, spreadText } from "./markdown.mjs";
import { ratiosOf, spreadOf } from "./statistics.mjs";

const INSTANCES = 1_000;
const RECORDS = 100;
/** Seconds long each, so that a few tell enough. */
const MOST_ROUNDS = 3;
const command = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
/** Makes a process tell its peak memory when it ends. */
const TELL_MEMORY = `data:text/javascript,process.on("exit",()=>process._rawDebug("peak "+process.resourceUsage().maxRSS))`;

/**
 * The command on a fleet: history, verification and report of 1,000 instances with 100 records each.
 *
 * @param {{ rounds: number, log: (line: string) => void }} options
 * @returns {Promise<import("./markdown.mjs").Part>}
 */
export async function measureAudit({ rounds: most, log }) {
  const rounds = Math.min(most, MOST_ROUNDS);
  const sandbox = await startSandbox({ instances: INSTANCES });
  const folder = mkdtempSync(join(tmpdir(), "dcs-bench-"));
  const state = join(folder, "state.json");
  writeFileSync(state, JSON.stringify(makeFleet(sandbox, { records: RECORDS })));
  log(`fleet made: ${numberText(statSync(state).size / 1e6)} MB of state`);
  const cloud = ["--endpoint", sandbox.url, "--region", sandbox.region, "--project-id", sandbox.projectId];
  const parse = `JSON.stringify(JSON.parse(require("fs").readFileSync(${JSON.stringify(state)}, "utf8")))`;
  /** @type {Record<string, string[]>} */
  const runs = {
    "floor: read, parse and write the state as JSON": ["-e", parse],
    history: [command, "history", "--state-file", state],
    "history --json": [command, "history", "--json", "--state-file", state],
    "history --instance (one of them)": [
      command,
      "history",
      "--instance",
      sandbox.instances[7]?.name ?? "",
      "--state-file",
      state,
    ],
    "verify --offline": [command, "verify", "--offline", "--state-file", state],
    "verify, against the task log": [command, "verify", ...cloud, "--state-file", state],
    "report --html": [command, "report", "--html", "--state-file", state],
  };
  const [floor = ""] = Object.keys(runs);
  /** @type {Map<string, Run[]>} */
  const results = new Map();
  let requests = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, args] of Object.entries(runs)) {
        sandbox.clearJournal();
        const result = await timed(args, { ...process.env, ...sandbox.env });
        requests = Math.max(requests, sandbox.requests().length);
        results.set(name, [...(results.get(name) ?? []), result]);
        log(`audit, round ${round + 1}, ${name}: ${(result.ms / 1000).toFixed(1)} s`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await sandbox.close();
  }
  const seconds = (/** @type {string} */ name) => (results.get(name) ?? []).map(({ ms }) => ms / 1000);
  const spread = (/** @type {string} */ name, /** @type {(run: Run) => number} */ of) =>
    spreadOf((results.get(name) ?? []).map(of));
  return {
    title: "History, verification and report of a fleet",
    how:
      `One exported state with ${numberText(INSTANCES)} instances of ${numberText(RECORDS)} records each, through the command \`dcs-switchover\`, whole process, output to a pipe; ${rounds} rounds. ` +
      `The verification against the task log makes ${numberText(requests)} requests to the sandbox, which runs on the same machine.`,
    tables: [
      {
        head: ["command", "seconds", "to the floor", "peak memory, MB", "output, MB"],
        rows: Object.keys(runs).map((name) => [
          name.startsWith("floor")
            ? name
            : `\`${name}\``.replace("`verify, against the task log`", "`verify`, against the task log"),
          spreadText(spreadOf(seconds(name)), 2),
          spreadText(ratiosOf(seconds(name), seconds(floor)), 1),
          numberText(spread(name, ({ memory }) => memory).max / 1e6),
          numberText(spread(name, ({ output }) => output).max / 1e6, 1),
        ]),
      },
    ],
    notes: [
      "The drawn table is limited by cli-table3, which measures each cell for colours and wide characters; it is drawn in pieces, since the library's time grows with the square of the rows. " +
        "Use `--json` or `--csv` where a program reads.",
      "The rest reads and parses the state (the floor's part), checks the shape of each record, and writes; verification and report also hash each record again.",
      "The verification asks for four logs at once: against a real cloud it waits for round trips, about a quarter of one for each instance.",
    ],
    goals: [],
  };
}

/** @typedef {{ ms: number, memory: number, output: number }} Run */

/**
 * @param {string[]} args of Node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Run>}
 */
function timed(args, env) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, ["--import", TELL_MEMORY, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = 0;
    let errors = "";
    child.stdout.on("data", (/** @type {Buffer} */ chunk) => (output += chunk.length));
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => (errors += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const [, peak] = /peak (\d+)/.exec(errors) ?? [];
      if (code !== 0 || peak === undefined)
        reject(new Error(`node ${args.join(" ")} ended with ${code}:\n${errors.slice(0, 2_000)}`));
      else resolve({ ms: performance.now() - began, memory: Number(peak) * 1024, output });
    });
  });
}
