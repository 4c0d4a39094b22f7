import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../cli/audit/entry.js";
import { matching } from "../../../cli/audit/filter.js";
import { summaryLine } from "../../../cli/audit/summary.js";
import { withoutSecrets } from "../../../cli/audit/words.js";
import { zoneOf } from "../../../cli/audit/zone.js";
import { csv } from "../../../cli/format/csv.js";
import { json, ndjson } from "../../../cli/format/json.js";
import { markdown } from "../../../cli/format/markdown.js";
import { historyTable } from "../../../cli/format/table.js";
import { painter } from "../../../cli/terminal/colours.js";
import { chain, draft, entry, INSTANCE, NODE_A } from "./records.js";

const zone = zoneOf("UTC");
const options = { zone, masked: true };
const text = (pieces: Iterable<string>) => [...pieces].join("");
const plain = painter(false);
const table = (...args: Parameters<typeof historyTable>) => text(historyTable(...args));

const entries: Entry[] = chain(
  draft("2026-10-01T08:00:00.000Z", { performedBy: "ops", requestedBy: "A. Okafor", reason: "=1+1", taskId: "t-1" }),
  draft("2026-10-02T08:00:00.000Z", { outcome: "failed", note: "busy\n\u001B[31m|x|" }),
).map((record) => entry(record));

const schema = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, `../../../docs/schema/${name}-v1.schema.json`), "utf8")) as object;

function expectValid(value: unknown, reference: string): void {
  const ajv = new Ajv2020({ validateFormats: false, allErrors: true }).addSchema(schema("history"), "history");
  const validate = ajv.getSchema(`history${reference}`);
  expect(validate?.(value), JSON.stringify(validate?.errors)).toBe(true);
}

describe("--json", () => {
  it("is one document of the published schema, with each record as the stack has it", () => {
    const problem = { where: "a", why: "b", remedy: "c" };
    for (const problems of [[], [problem]]) {
      const value = JSON.parse(text(json(entries, problems, options))) as {
        complete: boolean;
        records: { record: unknown }[];
      };
      expectValid(value, "");
      expect(value.complete).toBe(problems.length === 0);
      expect(value.records.map(({ record }) => record)).toEqual(entries.map(({ record }) => record));
    }
  });

  it("of no record is a document too", () => {
    expectValid(JSON.parse(text(json([], [], options))), "");
  });

  it("has the zone's time beside UTC where one was asked for", () => {
    const value = text(json(entries, [], { ...options, zone: zoneOf("Asia/Shanghai") }));
    expect(value).toContain('"performedAtLocal": "2026-10-02T16:00:00.000+08:00"');
  });
});

it("--ndjson is a line for each record, each of the published schema", () => {
  const lines = text(ndjson(entries, options)).trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expectValid(JSON.parse(line), "#/$defs/line");
});

it("--csv quotes what needs it, and lets no cell pass for a formula", () => {
  const lines = text(csv(entries, options)).split("\r\n");
  expect(lines[0]).toMatch(/^project,stack,resource,instanceId,instanceName,outcome,performedAt,/);
  expect(lines[2]).toContain("'=1+1");
  expect(lines[1]).toContain('"busy\n');
});

it("--markdown lets no word of others end a cell or become markup", () => {
  const shown = text(markdown(entries, zone));
  expect(shown.trimEnd().split("\n")).toHaveLength(4);
  expect(shown).toContain(String.raw`busy \\u{1b}\[31m\|x\|`);
});

describe("the table", () => {
  it("has a stack's column only where there are several, and an id only where names are not enough", () => {
    expect(table(entries, { zone, paint: plain, width: undefined })).not.toMatch(/stack|instance id/);
    const other = chain(draft("2026-10-03T08:00:00.000Z", { instanceId: "other" })).map((record) =>
      entry(record, { stack: "dev" }),
    );
    const several = table([...other, ...entries], { zone, paint: plain, width: undefined });
    expect(several).toMatch(/caches\/dev/);
    expect(several).toContain(INSTANCE);
  });

  it("spells control characters out", () => {
    const shown = table(entries, { zone, paint: plain, width: undefined });
    expect(shown).toContain(String.raw`busy \u{1b}[31m|x|`);
    expect(shown).not.toContain("\u001B");
  });

  it.each([120, 140, 160])("fits a terminal of %i columns", (width) => {
    const lines = table(entries, { zone, paint: plain, width }).trimEnd().split("\n");
    expect(lines[0]).toContain("┌");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it("gives way to a few lines for each record on a terminal too narrow for it", () => {
    const lines = table(entries, { zone, paint: plain, width: 60 }).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "performed at (UTC)  2026-10-02 08:00:00",
      "instance            orders-cache",
      "outcome             failed",
      "from                10.0.0.5 (az1)",
    ]);
  });

  it("of many records is one table, drawn without waiting for long", () => {
    const many = Array.from({ length: 4_000 }, () => entries).flat();
    const started = performance.now();
    const lines = table(many, { zone, paint: plain, width: undefined }).trimEnd().split("\n");
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(lines).toHaveLength(2 * many.length + 3);
    expect(lines.filter((line) => line.startsWith("┌") || line.startsWith("└"))).toHaveLength(2);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it("colours outcomes on a terminal", () => {
    expect(table(entries, { zone, paint: painter(true), width: undefined })).toContain("\u001B[31mfailed\u001B[39m");
  });

  it("is summed up in a line", () => {
    expect(summaryLine(entries)).toBe("2 records of 1 instance: 1 switched, 1 failed");
    const past = entries.map((item): Entry => ({ ...item, found: "past" }));
    expect(summaryLine(past.slice(1))).toBe("1 record of 1 instance: 1 switched; 1 is no longer in the state");
  });
});

describe("a filter", () => {
  const nothing = { instances: [], outcomes: [], users: [], periods: [] };
  it.each([
    [{ instances: ["orders-cache"] }, 2],
    [{ instances: ["orders"] }, 2],
    [{ instances: [INSTANCE] }, 2],
    [{ instances: ["order*"] }, 2],
    [{ instances: ["sessions-cache"] }, 0],
    [{ instances: [".*"] }, 0],
    [{ outcomes: ["failed"] }, 1],
    [{ users: ["OPS"] }, 1],
    [{ users: ["*okafor"] }, 1],
    [{ users: ["op"] }, 0],
    [{ periods: [(at: string) => at > "2026-10-02"] }, 1],
  ])("%j lets %i of 2 pass", (filter, count) => {
    expect(matching(entries, { ...nothing, ...filter })).toHaveLength(count);
  });
});

it("secret words are hidden, and who, when and where are not", () => {
  const [record] = chain(
    draft("2026-10-01T00:00:00.000Z", {
      reason: "hush",
      override: "hush",
      requestedBy: "hush",
      trigger: { a: "hush" },
    }),
  );
  const [hidden] = record ? withoutSecrets([entry(record, { secret: true })]) : [];
  expect(JSON.stringify(hidden)).not.toContain("hush");
  expect(hidden?.record).toMatchObject({ reason: "[secret]", trigger: { a: "[secret]" }, from: NODE_A });
  expect(text(ndjson(hidden ? [hidden] : [], options))).toContain('"masked":true');
});
