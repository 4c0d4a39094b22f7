import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KINDS, pool, runCell, type Cell } from "./support/cell.js";
import { FAULTS } from "./support/faults.js";

/** All faults where asked for; a few of each kind in `npm test`. */
const full = process.env["DCS_FAULTS"] === "full";
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
      const cells = await pool(
        12,
        faults.flatMap((fault) => KINDS.map((kind) => () => runCell(fault, kind))),
      );
      process.stdout.write(`${cells.map(line).join("\n")}\n`);
      expect(cells.filter(isWrong).map(explain)).toEqual([]);
    },
    15 * 60_000,
  );
});

const isWrong = (cell: Cell): boolean => cell.double + cell.lost + cell.false > 0;
const explain = (cell: Cell): string => `${cell.fault}, ${cell.kind}: ${cell.why.join(" | ")}`;
const line = (cell: Cell): string =>
  `${isWrong(cell) ? "WRONG" : "ok"} ${cell.fault}, ${cell.kind}: ${cell.swaps} swaps, ${cell.results.map((result) => (result.ok ? "ok" : "error")).join(" ")}, ${cell.outcome}, ${Math.round(cell.ms)} ms${isWrong(cell) ? ` ${cell.why.join(" | ")}` : ""}`;
