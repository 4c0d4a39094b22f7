import { existsSync, readFileSync } from "node:fs";
import {
  PolicyPack,
  type PolicyConfigSchema,
  type PolicyResource,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { frozen, maySwitch, notAsReviewed, withoutChangeNumber, type Freeze } from "./rules";

/** A rule about each switchover that a preview announces: what is wrong with it, if anything. */
function rule(
  name: string,
  description: string,
  properties: NonNullable<PolicyConfigSchema["properties"]>,
  judge: (resource: PolicyResource, args: StackValidationArgs) => string | undefined,
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    configSchema: { properties },
    validateStack: (args, reportViolation) => {
      for (const resource of args.resources.filter(isDue)) {
        const wrong = judge(resource, args);
        if (wrong !== undefined) reportViolation(`${resource.name} must not be switched over: ${wrong}.`, resource.urn);
      }
    },
  };
}

/** The plan of a past switchover stays in the stack, but only one that is still to come has no outputs beside it. */
function isDue({ type, props }: PolicyResource): boolean {
  return type.endsWith("dcs:SwitchoverTrigger") && props["switchoverCount"] === undefined && maySwitch(props["plan"]);
}

export const pack = new PolicyPack("switchover-rules", {
  policies: [
    rule(
      "change-number",
      "A switchover's reason has the number of an approved change.",
      { pattern: { type: "string", default: String.raw`\bCHG-\d{4,}\b` } },
      ({ props }, args) => withoutChangeNumber(props["reason"], args.getConfig<{ pattern: string }>().pattern),
    ),
    rule(
      "freeze",
      "Nothing is switched over when nobody wants to work late.",
      {
        days: { type: "array", items: { type: "string" }, default: ["fri"] },
        from: { type: "string", default: "12:00" },
        timezone: { type: "string", default: "UTC" },
      },
      (_resource, args) => frozen(new Date(), args.getConfig<Freeze>()),
    ),
    rule(
      "saved-plan",
      "In production, only what a saved plan says is switched over. The pipeline names its file in SWITCHOVER_PLAN.",
      { stacks: { type: "string", default: "^prod" } },
      ({ urn, props }, args) => {
        const [stack = ""] = urn.split(":").slice(2); // urn:pulumi:<stack>::<project>::…
        if (!new RegExp(args.getConfig<{ stacks: string }>().stacks).test(stack)) return undefined;
        const file = process.env["SWITCHOVER_PLAN"];
        return notAsReviewed(urn, props["plan"], file && existsSync(file) ? readFileSync(file, "utf8") : undefined);
      },
    ),
  ],
});
