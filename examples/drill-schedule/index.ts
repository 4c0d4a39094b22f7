import * as pulumi from "@pulumi/pulumi";
import { SwitchoverTrigger } from "pulumi-dcs-switchover";

const config = new pulumi.Config();

const drill = new SwitchoverTrigger("orders-cache", {
  instanceId: config.require("instanceId"),
  triggers: { drill: config.require("drill") }, // "2026-Q4": the pull request that changes it is the drill
  reason: config.require("reason"),
  requestedBy: config.get("requestedBy"),
  minInterval: "1h",
});

export const plan = drill.plan;
export const lastSwitchover = drill.lastSwitchover;
