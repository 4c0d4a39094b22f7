import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../../reports");
const FILE = join(folder, "faults.json");

/** What one of the programs under test/faults has found. */
export interface Section {
  title: string;
  /** Cells or schedules. */
  runs: number;
  swaps: number;
  double: number;
  lost: number;
  false: number;
  seconds: number;
  /** For the reader: the table below the figures. */
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** Adds a section to test/reports/faults.md, in place of an earlier one of the same title. */
export function report(section: Section): void {
  mkdirSync(folder, { recursive: true });
  const before = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Section[]) : [];
  const all = [...before.filter(({ title }) => title !== section.title), section].sort((a, b) =>
    a.title < b.title ? -1 : 1,
  );
  writeFileSync(FILE, JSON.stringify(all));
  writeFileSync(join(folder, "faults.md"), toMarkdown(all));
}

function toMarkdown(sections: readonly Section[]): string {
  const figures = sections.map(({ title, runs, swaps, double, lost, false: wrong, seconds }) =>
    row([title, runs, swaps, double, lost, wrong, Math.round(seconds)]),
  );
  const tables = sections
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ title, head, rows }) =>
        `## ${title}\n\n${row(head)}\n${row(head.map(() => "---"))}\n${rows.map(row).join("\n")}\n`,
    );
  return `# Faults, crashes and races\n
Swaps are counted by the sandbox (or the model), not by us. A cell has one trigger; some are meant to end without a swap.\n
| | runs | swaps | double swaps | lost records | false records | seconds |
| --- | --- | --- | --- | --- | --- | --- |
${figures.join("\n")}\n
${tables.join("\n")}`;
}

const row = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
