export { SwitchoverTrigger } from "./switchoverTrigger.js";
export type { SwitchoverTriggerArgs, Timeouts } from "./switchoverTrigger.js";
export type { Connection, Place } from "./inputs.js";
export type { MaintenanceWindow, Weekday } from "./maintenanceWindow.js";
export { recordHash } from "./record.js";
export type { Outcome, RecordedNode, SwitchoverRecord, TimeSource } from "./record.js";
