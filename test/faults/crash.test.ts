import { describe, expect, it } from "vitest";
import { pool } from "./support/cell.js";
import { full } from "./support/size.js";
import { report } from "./support/report.js";
import { INTERRUPTS, POINTS, RERUNS, runCrash, VICTIMS, type CrashCell, type CrashResult } from "./support/crash.js";

const only = process.env["DCS_FAULTS_ONLY"];

/** What a signal does to the engine is the same for both verbs. */
const interruptsOf = (verb: CrashCell["verb"]): readonly CrashCell["how"][] =>
  verb === "create" ? INTERRUPTS : INTERRUPTS.slice(0, 1);

const all: CrashCell[] = (["create", "update"] as const).flatMap((verb) =>
  POINTS.flatMap((point) =>
    RERUNS.flatMap((rerun) => {
      const isPlain = rerun === "here" || rerun === "elsewhere";
      const ends = [...(isPlain ? VICTIMS : ["both" as const]), ...(rerun === "here" ? interruptsOf(verb) : [])];
      return ends.map((how) => ({ verb, point, how, rerun }));
    }),
  ),
);
const SMALL: readonly CrashCell[] = [
  { verb: "create", point: "sent, handled, unanswered", how: "both", rerun: "elsewhere" },
  { verb: "update", point: "confirmed, not saved", how: "engine", rerun: "here" },
  { verb: "update", point: "sent, not handled", how: "provider", rerun: "here" },
  { verb: "create", point: "answered, not confirmed", how: "SIGINT", rerun: "here" },
];
const nameOf = ({ verb, point, how, rerun }: CrashCell): string => `${verb}, ${point}: ${how}, then ${rerun}`;
const cells = only === undefined ? (full ? all : SMALL) : all.filter((cell) => nameOf(cell).includes(only));

describe("a real engine that is killed or interrupted", () => {
  it(
    "has switched over once when the update is run again, and every record is true",
    async () => {
      const began = performance.now();
      const results = await pool(
        2,
        cells.map((cell) => (): Promise<CrashResult> => runCrash(cell).catch((error: unknown) => failed(cell, error))),
      );
      if (only === undefined) {
        const sum = (key: "swaps" | "double" | "lost" | "false"): number =>
          results.reduce((total, result) => total + result[key], 0);
        report({
          title: full ? "Crash matrix" : "Crash matrix (small set)",
          runs: results.length,
          swaps: sum("swaps"),
          double: sum("double"),
          lost: sum("lost"),
          false: sum("false"),
          seconds: (performance.now() - began) / 1000,
          head: ["verb", "point", "killed or interrupted", "rerun", "swaps", "newest record", "found wrong"],
          rows: results.map((item) => [
            item.verb,
            item.point,
            item.how,
            item.rerun,
            item.swaps,
            item.outcome,
            item.why.join("; ") || "nothing",
          ]),
        });
      }
      expect(results.filter(isWrong).map(line)).toEqual([]);
    },
    20 * 60_000,
  );
});

const failed = (cell: CrashCell, error: unknown): CrashResult => ({
  ...cell,
  swaps: 0,
  double: 0,
  lost: 1,
  false: 0,
  outcome: "none",
  why: [error instanceof Error ? error.message : String(error)],
  ms: 0,
});
const isWrong = (result: CrashResult): boolean => result.why.length > 0;
const line = (result: CrashResult): string =>
  `${isWrong(result) ? "WRONG" : "ok"} ${nameOf(result)}: ${result.swaps} swaps, ${result.outcome}, ${Math.round(result.ms)} ms${isWrong(result) ? ` ${result.why.join(" | ")}` : ""}`;
