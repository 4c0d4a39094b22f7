import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KINDS, pool, runCell, type Cell } from "./support/cell.js";
import { FAULTS } from "./support/faults.js";
import { full } from "./support/size.js";
import { report } from "./support/report.js";

/** All faults where asked for; a few of each kind in `npm test`. */
const only = process.env["DCS_FAULTS_ONLY"];
const faults = FAULTS.filter((fault) => (only === undefined ? full || fault.small : fault.name.includes(only)));

const home = mkdtempSync(join(tmpdir(), "dcs-faults-"));
beforeAll(() => {
  vi.stubEnv("PULUMI_HOME", home);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

describe("whatever goes wrong between this program and the cloud", () => {
  it(
    "one trigger is one swap, on record, and every record is true",
    async () => {
      const began = performance.now();
      const cells = await pool(
        12,
        faults.flatMap((fault) => KINDS.map((kind) => () => runCell(fault, kind))),
      );
      if (only === undefined) {
        report({
          title: full ? "Fault matrix" : "Fault matrix (small set)",
          runs: cells.length,
          ...sums(cells),
          seconds: (performance.now() - began) / 1000,
          head: ["fault", "kind", "first run", "rerun", "after it is mended", "swaps", "newest record", "found wrong"],
          rows: cells.map(toRow),
        });
      }
      expect(cells.filter(isWrong).map(explain)).toEqual([]);
    },
    15 * 60_000,
  );
});

const isWrong = (cell: Cell): boolean => cell.double + cell.lost + cell.false > 0;
const sums = (cells: readonly Cell[]): Record<"swaps" | "double" | "lost" | "false", number> => {
  const sum = (key: "swaps" | "double" | "lost" | "false"): number =>
    cells.reduce((total, cell) => total + cell[key], 0);
  return { swaps: sum("swaps"), double: sum("double"), lost: sum("lost"), false: sum("false") };
};
const toRow = (cell: Cell): (string | number)[] => [
  cell.fault,
  cell.kind,
  ...cell.results.map((result) => (result.ok ? "ok" : "failed, said why")),
  cell.swaps,
  cell.outcome,
  cell.why.join("; ") || "nothing",
];
const explain = (cell: Cell): string => `${cell.fault}, ${cell.kind}: ${cell.why.join(" | ")}`;
