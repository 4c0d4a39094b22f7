// @ts-check
// npm run engine: makes a Pulumi engine available for this repository, by the first way that works.
import { parseArgs } from "node:util";

import { ensureEngine, ways } from "./engine/ensureEngine.mjs";
import { EngineFailure } from "./engine/failure.mjs";

const usage = `Usage: npm run engine -- [options]

Finds or makes a Pulumi engine (CLI and Node language host), by the first way that works:
  path      a pulumi 3.250 or newer on PATH, with its language host
  cache     what the launcher (npm pulumi) has in its cache, under PULUMI_HOME (~/.pulumi by default)
  download  the launcher's own download into that cache
  build     a build from the official Go modules into that cache; takes Go

Options:
  --from WAYS               allow only these ways, with commas between
  --download-silence SECONDS  give a download up after so long without a sign of life (default 20)
  --progress SECONDS        time between two lines of progress (default 10)
  --json                    print the way, the folder and the version as JSON, and the messages on stderr
  --help`;

const exitCodeOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

async function main() {
  const { values } = parseArgs({
    options: {
      from: { type: "string", default: ways.join(",") },
      "download-silence": { type: "string", default: "20" },
      progress: { type: "string", default: "10" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const unknown = values.from.split(",").find((name) => !ways.some((way) => way === name));
  if (unknown !== undefined) throw new TypeError(`--from ${unknown}: the ways are ${ways.join(", ")}`);

  const stop = new AbortController();
  for (const [signal, code] of Object.entries(exitCodeOf)) {
    process.once(signal, () => {
      process.exitCode = code;
      stop.abort(
        new EngineFailure(
          "Stopped",
          signal,
          "run it again: nothing half done is left, and Go keeps what it has compiled",
        ),
      );
    });
  }
  const engine = await ensureEngine({
    allowed: ways.filter((way) => values.from.split(",").includes(way)),
    downloadSilenceSeconds: positive("download-silence", values["download-silence"]),
    progressSeconds: positive("progress", values.progress),
    log: values.json ? console.error : console.log,
    signal: stop.signal,
  });
  if (values.json) console.log(JSON.stringify(engine));
  else console.log(engine.way === "path" ? "Run it as: pulumi" : "Run it as: npx pulumi");
}

/** @param {string} name @param {string} text */
function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new TypeError(`--${name} ${text}: a number of seconds above 0 is needed`);
  return value;
}

main().catch((error) => {
  const foreseen = error instanceof EngineFailure || error instanceof TypeError;
  console.error(foreseen ? error.message : error);
  process.exitCode ||= 1;
});
