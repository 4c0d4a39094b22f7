import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHash } from "../../provider/canonical.js";
import { fingerprintOf, ownIntents, type Intent } from "../../provider/intent.js";
import { fromTags, INTENT_TAG_KEY, toTag } from "../../provider/intentTag.js";

const hash = (text: string): string => canonicalHash(text);
const intent = {
  triggersHash: hash("triggers"),
  fingerprint: hash("state"),
  at: "2026-11-24T12:00:00.789Z",
  from: { nodeId: "d".repeat(32) },
};

describe("the intent tag", () => {
  it("fits into what the cloud allows for a key and a value", () => {
    const tag = toTag(intent);
    expect(tag.key.length).toBeLessThanOrEqual(36);
    expect(tag.value.length).toBeLessThanOrEqual(43);
    expect(tag.value).toMatch(/^[\w.-]+$/);
  });

  it("is found again among other tags, to the second", () => {
    const found = fromTags([{ key: "team", value: "orders" }, toTag(intent)]);
    expect(found).toMatchObject({ source: "tag", at: "2026-11-24T12:00:00.000Z", live: false });
    expect(intent.triggersHash.startsWith(found?.triggersHash ?? "?")).toBe(true);
    expect(intent.from.nodeId.startsWith(found?.from.nodeId ?? "?")).toBe(true);
  });

  it("holds for any hash, node and moment", () => {
    const hex = (length: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...Array.from("0123456789abcdef")), minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        hex(64),
        hex(64),
        hex(32),
        fc.date({ min: new Date("2020-01-01"), max: new Date("2199-01-01"), noInvalidDate: true }),
        (triggersHash, fingerprint, nodeId, date) => {
          const at = date.toISOString();
          const found = fromTags([toTag({ triggersHash, fingerprint, at, from: { nodeId } })]);
          expect(ownIntents(found ? [found] : [], triggersHash, fingerprint, undefined)).toHaveLength(1);
          expect(Date.parse(at) - Date.parse(found?.at ?? "")).toBeLessThan(1_000);
        },
      ),
    );
  });

  it.each(["", "garbage", "1.2.3.4", `${"g".repeat(12)}.abcdef.1700000000.dddddddd`])(
    "takes %j for nothing",
    (value) => {
      expect(fromTags([{ key: INTENT_TAG_KEY, value }])).toBeUndefined();
    },
  );
});

describe("an interrupted run's note", () => {
  const mine = fingerprintOf({ ledger: { settled: "v0" }, switchoverCount: 3 }, "test/dev cache");
  const note = (patch: Partial<Intent> = {}): Intent => ({
    ...intent,
    source: "journal",
    id: "n1",
    live: false,
    fingerprint: mine,
    ...patch,
  });
  const own = (...notes: Intent[]): Intent[] => ownIntents(notes, intent.triggersHash, mine, undefined);

  it("is its own on the same state, of the same resource, for the same triggers", () => {
    expect(own(note())).toHaveLength(1);
  });
  it.each([
    ["another stack", fingerprintOf({ ledger: { settled: "v0" }, switchoverCount: 3 }, "test/prod cache")],
    ["another resource", fingerprintOf({ ledger: { settled: "v0" }, switchoverCount: 3 }, "test/dev other")],
    [
      "a state that holds a later record",
      fingerprintOf({ ledger: { settled: "v0" }, switchoverCount: 4 }, "test/dev cache"),
    ],
  ])("is not its own from %s", (_sentence, fingerprint) => {
    expect(own(note({ fingerprint }))).toHaveLength(0);
  });
  it("is not its own for other triggers, nor while its writer is at work", () => {
    expect(own(note({ triggersHash: hash("other") }))).toHaveLength(0);
    expect(own(note({ live: true }))).toHaveLength(0);
  });
  it("knows the next note on the same state, for whatever triggers", () => {
    const later = note({
      id: "n2",
      triggersHash: hash("other"),
      at: "2026-11-24T12:05:00.000Z",
      from: { nodeId: "e".repeat(32) },
    });
    const much = note({ id: "n3", triggersHash: hash("other"), at: "2026-11-24T12:09:00.000Z" });
    expect(own(much, note(), later)).toMatchObject([{ id: "n1", later: { at: later.at, from: later.from } }]);
  });
});
