import * as pulumi from "@pulumi/pulumi";
import { SwitchoverTrigger } from "pulumi-dcs-switchover";

const config = new pulumi.Config();

const placement = new SwitchoverTrigger("orders-cache", {
  instanceId: config.require("instanceId"),
  primary: { availabilityZone: config.require("zone") }, // where the master must be, now and in every later update
  reason: config.get("reason") ?? "The master belongs beside the application",
  minInterval: "10m", // no to and fro, should something else move it back each time
});

export const plan = placement.plan;
export const master = placement.master;
export const switchoverCount = placement.switchoverCount;
