// node index.ts 2026-Q4 orders-cache=a4c545cd-10b2-4efc-b0ab-a9b554ca0621 sessions=…
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { SwitchoverTrigger, type SwitchoverRecord } from "pulumi-dcs-switchover";

/** Fails one instance over, in a stack of its own, and gives the records of that stack, newest first. */
async function failOver(name: string, instanceId: string, drill: string): Promise<SwitchoverRecord[]> {
  const program = async () => {
    const { history } = new SwitchoverTrigger(name, { instanceId, triggers: { drill }, reason: `Drill ${drill}` });
    return { history };
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "automation", stackName: name, program },
    { workDir: import.meta.dirname }, // where node_modules is: the engine starts the provider there
  );
  const { outputs } = await stack.up({ onOutput: (text) => process.stdout.write(text), color: "never" });
  return outputs["history"]?.value as SwitchoverRecord[];
}

const [drill, ...instances] = process.argv.slice(2);
if (drill === undefined || instances.length === 0)
  throw new Error("usage: node index.ts <drill> <name>=<instance id> …");

const table: Record<string, string | undefined>[] = [];
for (const [index, instance] of instances.entries()) {
  const [name = "", instanceId = ""] = instance.split("=");
  try {
    for (const { performedAt, outcome, from, to, durationMs, trigger } of await failOver(name, instanceId, drill)) {
      const took = durationMs === undefined ? "" : `${(durationMs / 1000).toFixed(1)} s`;
      const zones = `${from?.availabilityZone ?? "?"} -> ${to?.availabilityZone ?? "?"}`;
      table.push({ instance: name, drill: trigger["drill"], performedAt, outcome, zones, took });
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`${name} was not failed over. Not tried: ${instances.slice(index + 1).join(", ") || "none"}`);
    process.exitCode = 1;
    break;
  }
}
console.table(table);
