import { expect, it } from "vitest";
import { rememberExisting, rememberOutputs, replacedOutputs, replacesExisting } from "../../provider/replacement.js";

const inputs = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  instanceId: "AAAA",
  triggers: { drill: "1", other: "x" },
  __resource: "cache",
  ...over,
});

it("a create is known to replace only what was seen in this run: same name, same instance, same triggers", () => {
  expect(replacesExisting(inputs())).toBe(false);
  rememberExisting(inputs(), "cache");
  expect(replacesExisting(inputs())).toBe(true);
  expect(replacesExisting(inputs({ instanceId: "aaaa", triggers: { other: "x", drill: "1" } }))).toBe(true);
  expect(replacesExisting(inputs({ triggers: { drill: "2" } }))).toBe(false);
  expect(replacesExisting(inputs({ instanceId: "bbbb" }))).toBe(false);
  expect(replacesExisting(inputs({ __resource: "other" }))).toBe(false);
});

it("the old outputs are there for the create that takes their place", () => {
  expect(replacedOutputs(inputs())).toBeUndefined();
  rememberOutputs(inputs({ switchoverCount: 3 }), "cache");
  expect(replacedOutputs(inputs({ triggers: { drill: "2" } }))).toMatchObject({ switchoverCount: 3 });
  expect(replacedOutputs(inputs({ instanceId: "bbbb" }))).toBeUndefined();
});
