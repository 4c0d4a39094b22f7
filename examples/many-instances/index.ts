import * as pulumi from "@pulumi/pulumi";
import { SwitchoverTrigger } from "pulumi-dcs-switchover";

const config = new pulumi.Config();
const drill = config.require("drill");
const instances = config.requireObject<Record<string, string>>("instances"); // id by name

// A chain, so that at most one instance is read-only at a time and the first failure keeps the rest untouched. Without `dependsOn`
// all of them would switch at once.
const failovers: SwitchoverTrigger[] = [];
for (const [name, instanceId] of Object.entries(instances)) {
  const failover = new SwitchoverTrigger(
    name,
    { instanceId, triggers: { drill }, reason: config.get("reason") },
    { dependsOn: failovers.slice(-1) },
  );
  failovers.push(failover);
}

export const masters = Object.fromEntries(
  Object.keys(instances).map((name, index) => [name, failovers[index]?.master.apply((node) => node?.availabilityZone)]),
);
