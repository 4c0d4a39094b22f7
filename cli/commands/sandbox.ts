import { rename, writeFile } from "node:fs/promises";
import ms from "ms";
import type { CommandModule } from "yargs";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";

interface SandboxArguments {
  port: number;
  instances: number;
  "swap-seconds": number;
  "ready-file": string | undefined;
  for: string | undefined;
}

/** `dcs-switchover sandbox`: a stand-in for the DCS cloud on this machine, until it is interrupted. */
export const sandboxCommand: CommandModule<object, SandboxArguments> = {
  command: "sandbox",
  describe: "Start a stand-in for the DCS cloud on this machine, to try switchovers without an account",
  builder: (yargs) =>
    yargs
      .option("port", { type: "number", default: 0, describe: "Port on 127.0.0.1; 0 takes a free one" })
      .option("instances", { type: "number", default: 1, describe: "How many master/standby instances it has" })
      .option("swap-seconds", { type: "number", default: 3, describe: "How long a switchover takes, in seconds" })
      .option("ready-file", { type: "string", describe: "Write address, keys and instances here as JSON once it runs" })
      .option("for", { type: "string", describe: 'Stop by itself after this long, such as "10m"' })
      .check(({ port, instances, "swap-seconds": swapSeconds, for: limit }) => {
        if (!isWhole(port, 0, 65_535)) throw new Error("--port must be a whole number from 0 to 65535");
        if (!isWhole(instances, 1, 1000)) throw new Error("--instances must be a whole number from 1 to 1000");
        if (!(swapSeconds >= 0 && swapSeconds <= 3600)) throw new Error("--swap-seconds must be from 0 to 3600");
        if (limit !== undefined && durationOf(limit) === undefined) {
          throw new Error('--for must be a duration such as "90s", "10m" or "2h", at most 7d');
        }
        return true;
      }),
  handler: async ({ port, instances, swapSeconds, readyFile, for: limit }) => {
    const sandbox = await start({ port, instances, swapSeconds });
    try {
      console.log(introduction(sandbox));
      if (readyFile !== undefined) await writeReadyFile(readyFile, sandbox);
      const reason = await untilStopped(limit === undefined ? undefined : durationOf(limit));
      console.log(`Sandbox stopped (${reason}) after ${count(sandbox.swaps().length, "switchover")}.`);
    } finally {
      await sandbox.close();
    }
  },
};

async function start(options: { port: number; instances: number; swapSeconds: number }): Promise<Sandbox> {
  try {
    return await startSandbox(options);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const why = error.code === "EADDRINUSE" ? "it is in use" : error.message;
    throw new Error(`The sandbox can't listen on port ${options.port}: ${why}. Choose another, or leave --port out.`, {
      cause: error,
    });
  }
}

/** What a person needs to go on, in lines that can be pasted. */
export function introduction(sandbox: Sandbox): string {
  const secrets = ["accessKey", "secretKey"] as const;
  const plain = { region: sandbox.region, endpoint: sandbox.url, projectId: sandbox.projectId };
  return [
    `Sandbox for Huawei Cloud DCS at ${sandbox.url}`,
    "",
    `  region       ${sandbox.region}`,
    `  project id   ${sandbox.projectId}`,
    `  access key   ${sandbox.accessKey}`,
    `  secret key   ${sandbox.secretKey}   (good for nothing but this sandbox)`,
    ...sandbox.instances.map(
      ({ id, name }, index) => `${index === 0 ? "  instances    " : "               "}${id}  ${name}`,
    ),
    "",
    "Paste into the shell that runs Pulumi, for this stack:",
    "",
    ...Object.entries(plain).map(([key, value]) => `  pulumi config set dcs:${key} ${value}`),
    ...secrets.map((key) => `  pulumi config set --secret dcs:${key} ${sandbox[key]}`),
    "",
    "or the credentials for everything in that shell:",
    "",
    ...Object.entries(sandbox.env).map(([name, value]) => `  export ${name}=${value}`),
    "",
    `What it saw: curl ${sandbox.url}/_sandbox/swaps   What else it can do: curl ${sandbox.url}/_sandbox`,
    "Ctrl-C stops it.",
  ].join("\n");
}

/** Written beside and moved into place, so that one who waits for the file never reads half of it. */
async function writeReadyFile(file: string, sandbox: Sandbox): Promise<void> {
  const { url, region, projectId, accessKey, secretKey, instances, env } = sandbox;
  const text = JSON.stringify(
    { url, region, projectId, accessKey, secretKey, instances, env, pid: process.pid },
    null,
    2,
  );
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${text}\n`);
  await rename(draft, file);
}

/** Settles on SIGINT, SIGTERM or when the time is up, with the reason. */
function untilStopped(limitMs: number | undefined): Promise<string> {
  return new Promise((resolve) => {
    const timer = limitMs === undefined ? undefined : setTimeout(() => stop("time is up"), limitMs);
    const onSignal = (signal: NodeJS.Signals): void => stop(signal);
    const stop = (reason: string): void => {
      clearTimeout(timer);
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
      resolve(reason);
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
}

const LONGEST_MS = ms("7d");

/** Milliseconds; undefined for a text that is no duration, and for one that is no time or too long. */
function durationOf(text: string): number | undefined {
  const value = isDuration(text) ? ms(text) : 0;
  return value > 0 && value <= LONGEST_MS ? value : undefined;
}

const isDuration = (text: string): text is ms.StringValue => /^\d+(\.\d+)? ?(ms|s|m|h|d)$/.test(text);

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
