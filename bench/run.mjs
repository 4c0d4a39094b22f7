// @ts-check
// npm run bench: measures every part and writes bench/RESULTS.md.
//
//   node bench/run.mjs [--rounds 5] [--only signing,switchover]   with --only the results are printed, not written
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ensureEngine } from "../scripts/engine/ensureEngine.mjs";
import { timeSince } from "../scripts/engine/progress.mjs";
import { measureAudit } from "./audit.mjs";
import { machineText } from "./machine.mjs";
import { partText } from "./markdown.mjs";
import { measureSigning } from "./signing.mjs";
import { measureSize } from "./size.mjs";
import { measureSwitchover } from "./switchover.mjs";
import { measureTraffic } from "./traffic.mjs";

const measures = {
  signing: measureSigning,
  switchover: measureSwitchover,
  traffic: measureTraffic,
  size: measureSize,
  audit: measureAudit,
};

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, only: { type: "string" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1");
const chosen = values.only?.split(",") ?? Object.keys(measures);
const unknown = chosen.filter((name) => !Object.hasOwn(measures, name));
if (unknown.length > 0) throw new Error(`--only knows ${Object.keys(measures).join(", ")}, not ${unknown.join(", ")}`);

const started = performance.now();
const before = machineText();
const log = (/** @type {string} */ line) => console.error(`[${timeSince(started)}] ${line}`);
const { bin: engineBin, version } = await ensureEngine({ log });
const parts = [];
for (const [name, measure] of Object.entries(measures)) {
  if (chosen.includes(name)) parts.push(await measure({ engineBin, rounds, log }));
}

const text = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${rounds} rounds, Pulumi ${version}.
Machine at the start: ${before}.

Every figure stands beside what it is compared with, measured in the same run and the same round: read the ratios. Times on another
machine differ, and so does the real cloud: the sandbox answers from the same machine in a millisecond or two, and a real swap takes as long as it takes.

${parts.map(partText).join("\n\n")}
`;
if (values.only === undefined) writeFileSync(fileURLToPath(new URL("RESULTS.md", import.meta.url)), text);
else console.log(text);

const missed = parts.flatMap(({ goals }) => goals.filter(({ met }) => !met));
for (const { goal, measured } of missed) log(`missed: ${goal}: ${measured}`);
log(missed.length === 0 ? "every goal is met" : `${missed.length} of the goals are missed`);
