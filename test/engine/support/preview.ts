import * as v from "valibot";

const Preview = v.looseObject({
  steps: v.array(
    v.looseObject({
      op: v.string(),
      urn: v.string(),
      newState: v.optional(v.looseObject({ inputs: v.optional(v.record(v.string(), v.unknown()), {}) })),
    }),
  ),
  diagnostics: v.optional(v.array(v.looseObject({ message: v.string(), severity: v.string() })), []),
});

/** The `plan` of every trigger, by resource name, as `pulumi preview --json` prints them. */
export function plansOf(json: string): Record<string, unknown> {
  const triggers = v
    .parse(Preview, JSON.parse(json))
    .steps.filter(({ urn }) => urn.includes("SwitchoverTrigger"))
    .map(({ urn, newState }) => [urn.split("::").at(-1), newState?.inputs["plan"]]);
  return Object.fromEntries(triggers) as Record<string, unknown>;
}

/** The messages that `pulumi preview --json` prints beside its steps. */
export function diagnosticsOf(json: string): string[] {
  return v.parse(Preview, JSON.parse(json)).diagnostics.map(({ message }) => message.trim());
}

/** The part of `pulumi preview --diff` about the triggers, without what differs in every run: ids and times. */
export function resourceDiff(stdout: string): string {
  const [, text = ""] = /\n( +[^\n]*SwitchoverTrigger: [\s\S]*?)\n(?: +--outputs:--|Resources:)/.exec(stdout) ?? [];
  return withoutRunData(text);
}

/** Replaces what differs in every run: UUIDs and times. */
export function withoutRunData(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/it is \w+ \d\d:\d\d there/g, "it is <moment> there")
    .replace(/127\.0\.0\.1:\d+/g, "<sandbox>");
}
