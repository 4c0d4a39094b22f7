/** A value of the program's text that is code, not data. */
export interface Code {
  code: string;
}

/** Puts an expression into the arguments of {@link switchoverProgram}, such as `pulumi.secret("x")`. */
export function code(text: string): Code {
  return { code: text };
}

/**
 * The text of a plain JavaScript program with one `SwitchoverTrigger` that exports all its outputs: `lastSwitchover`,
 * `history`, `switchoverCount`, `master`, `standbys` and `plan`.
 *
 * @param args the resource's arguments; `code("…")` for values that are expressions (`config` is the project's config)
 * @param options the resource's name ("cache" by default) and the text of its resource options
 */
export function switchoverProgram(
  args: Record<string, unknown>,
  options: { name?: string; resourceOptions?: string } = {},
): string {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const { SwitchoverTrigger } = require("pulumi-dcs-switchover");

const config = new pulumi.Config();
const trigger = new SwitchoverTrigger(${JSON.stringify(options.name ?? "cache")}, ${literal(args)}, ${options.resourceOptions ?? "{}"});
for (const output of ["lastSwitchover", "history", "switchoverCount", "master", "standbys", "plan"]) {
  exports[output] = trigger[output];
}
`;
}

/**
 * The text of a plain JavaScript program with several triggers and no exports.
 *
 * @param resources arguments by resource name; as in {@link switchoverProgram}
 * @param before statements that the arguments may use, such as another resource
 */
export function switchoversProgram(resources: Record<string, Record<string, unknown>>, before = ""): string {
  const declarations = Object.entries(resources).map(
    ([name, args]) => `new SwitchoverTrigger(${JSON.stringify(name)}, ${literal(args)});`,
  );
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const { SwitchoverTrigger } = require("pulumi-dcs-switchover");

${[before, ...declarations].join("\n")}
`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if (isCode(value)) return value.code;
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`)
    .join(", ")} }`;
}

function isCode(value: object): value is Code {
  return "code" in value && typeof value.code === "string" && Object.keys(value).length === 1;
}
