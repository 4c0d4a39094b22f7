import type { RecordedNode, SwitchoverRecord } from "../../provider/record.js";
import type { Entry } from "./entry.js";

/** Stands for words that the stack keeps secret. */
export const SECRET = "[secret]";

/** The instance's name where the record has it, else its id. */
export const instanceOf = ({
  instanceName,
  instanceId,
}: Pick<SwitchoverRecord, "instanceId" | "instanceName">): string =>
  instanceName === undefined || instanceName === "" ? instanceId : instanceName;

/** `192.168.0.10 (az1)`, or the node's id where neither is known. */
export function nodeText(node: RecordedNode | undefined): string {
  if (node === undefined) return "";
  const { ip, availabilityZone: zone, nodeId } = node;
  if (ip === undefined) return zone === undefined ? nodeId : `${nodeId} (${zone})`;
  return zone === undefined ? ip : `${ip} (${zone})`;
}

/** `12,345` */
export const numberText = (value: number): string => numbers.format(value);

const numbers = new Intl.NumberFormat("en");

/** Seconds with one digit below a minute, minutes and seconds above. */
export function durationText(durationMs: number | undefined): string {
  if (durationMs === undefined) return "";
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The cloud's name for who did it, and who asked for it where a record says so. */
export function whoText({ performedBy, requestedBy }: SwitchoverRecord): string {
  if (requestedBy === undefined) return performedBy ?? "";
  return performedBy === undefined ? `for ${requestedBy}` : `${performedBy} for ${requestedBy}`;
}

/** Why, with the override's reason where one was needed. */
export function whyText({ reason, override }: SwitchoverRecord): string {
  return [reason, override === undefined ? undefined : `override: ${override}`].filter(Boolean).join("; ");
}

/** The entries with the words that a person wrote hidden where the stack keeps them secret. */
export function withoutSecrets(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => (entry.secret ? { ...entry, record: hide(entry.record) } : entry));
}

function hide(record: SwitchoverRecord): SwitchoverRecord {
  const words = ["reason", "requestedBy", "override"] as const;
  return {
    ...record,
    trigger: Object.fromEntries(Object.keys(record.trigger).map((key) => [key, SECRET])),
    ...Object.fromEntries(words.filter((key) => record[key] !== undefined).map((key) => [key, SECRET])),
  };
}
