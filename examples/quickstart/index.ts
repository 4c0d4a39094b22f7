import * as pulumi from "@pulumi/pulumi";
import { SwitchoverTrigger } from "pulumi-dcs-switchover";

const config = new pulumi.Config();

const failover = new SwitchoverTrigger("orders-cache", {
  instanceId: config.require("instanceId"),
  triggers: { drill: config.get("drill") ?? "1" }, // any change here performs one switchover
  reason: config.get("reason") ?? "First failover drill", // recorded; changing it alone performs nothing
});

export const lastSwitchover = failover.lastSwitchover;
export const master = failover.master;
export const plan = failover.plan;
