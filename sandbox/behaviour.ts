import type { Behaviour } from "./types.js";

/** The middle of what the documents suggest; every other position is a switch away. */
export const defaultBehaviour: Behaviour = {
  answer: "at-once",
  gatewayTimeoutSeconds: 30,
  swapSeconds: 3,
  rolesChangeAt: 1,
  swapEnding: "switched",
  statusDuringSwap: "RUNNING",
  taskDuringSwap: "masterStandbySwapJob",
  taskRecord: "at-once",
  taskRecordDelaySeconds: 2,
  taskJobId: false,
  taskLog: "readable",
  taskOrder: "newest-first",
  taskWindowName: "start_time",
  wireTypes: "examples",
  addresses: "stay-with-node",
  groups: "readable",
  busyCode: "DCS.4026",
  readWriteSplitSwaps: true,
  projects: "one",
  clockOffsetSeconds: 0,
  lockKeyAfterFailures: 5,
};
