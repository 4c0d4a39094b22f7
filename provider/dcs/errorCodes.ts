/** How a code that the cloud sends is to be taken. */
export type CodeClass =
  /** Another operation holds the instance: not taken, may be tried again. */
  | "busy"
  /** Not taken, and will not be. */
  | "final"
  /** Wrong type of instance, or no standby that may be promoted. */
  | "not-supported"
  /** The cloud says it failed. */
  | "failed"
  /** Says nothing about whether it was done. */
  | "unknown";

export interface CodeEntry {
  class: CodeClass;
  meaning: string;
}

const busy = (meaning: string): CodeEntry => ({ class: "busy", meaning });
const final = (meaning: string): CodeEntry => ({ class: "final", meaning });
const notSupported = (meaning: string): CodeEntry => ({ class: "not-supported", meaning });
const unknown = (meaning: string): CodeEntry => ({ class: "unknown", meaning });

/**
 * The codes that matter to a switchover.
 * @see the vendor's "Error codes" page of the DCS API reference, and the retry list of its Terraform provider.
 */
export const ERROR_CODES: Readonly<Record<string, CodeEntry>> = {
  "DCS.4855": notSupported("this type of instance has no master and standby to exchange"),
  "DCS.4086": notSupported("only master/standby instances support this action"),
  "DCS.4027": notSupported("the operation is not supported on this node"),
  "DCS.4253": notSupported("every standby has promotion priority 0, so none may become master"),
  "DCS.4094": final("the system does not support background jobs"),
  "DCS.3053": final("the node id is wrong"),
  "DCS.4002": final("the project id is wrong"),
  "DCS.4061": final("a parameter is wrong"),
  "DCS.4062": final("a parameter is wrong"),
  "DCS.4063": final("a parameter is wrong"),
  "DCS.4070": final("a parameter is wrong"),
  "DCS.4800": final("a parameter is wrong"),
  "DCS.4017": busy("a job of this instance is still running"),
  "DCS.4026": busy("the instance's current state does not allow it"),
  "DCS.4049": busy("the instance is not running"),
  "DCS.4096": busy("the instance is being backed up"),
  "DCS.4097": busy("the instance is being restored"),
  "DCS.4104": busy("the instance is recovering from an internal fault"),
  "DCS.4108": busy("a scale-up order is being processed"),
  "DCS.4111": busy("the instance is restarting"),
  "DCS.4113": busy("the instance is being extended"),
  "DCS.4114": busy("the instance is being configured"),
  "DCS.4115": busy("the instance's password is being changed"),
  "DCS.4116": busy("the instance is being upgraded"),
  "DCS.4117": busy("the instance is being rolled back"),
  "DCS.4118": busy("the instance is being created"),
  "DCS.4120": busy("the instance is being frozen"),
  "DCS.4121": busy("the instance's password is being reset"),
  "DCS.4231": busy("an offline key analysis is running"),
  "DCS.4300": busy("client IP pass-through is being changed"),
  "DCS.4918": busy("a big key analysis is running"),
  "DCS.4975": busy("the instance is being created or restarted"),
  "CBC.99003651": busy("another billing operation is in progress"),
  "DCS.1001": final("the token is invalid"),
  "DCS.1002": final("the token has expired"),
  "DCS.1003": final("the token is missing"),
  "DCS.1004": final("the project id does not match the credentials"),
  "DCS.2003": final("a permission is missing"),
  "DCS.2007": final("a permission is missing"),
  "DCS.3002": final("a permission is missing"),
  "DCS.3003": final("a permission is missing"),
  "DCS.3022": final("the instance does not exist"),
  "DCS.4001": final("there is no such URL"),
  "DCS.5094": { class: "failed", meaning: "the master/standby swap failed" },
  "DCS.5095": unknown("a script failed and needs to be retried"),
  "DCS.4842": unknown("the job failed"),
  "DCS.5006": unknown("the job could not be submitted"),
  "DCS.5000": unknown("an internal error"),
  "DCS.5024": unknown("a query failed"),
  "DCS.5053": unknown("a node was not found"),
  "DCS.5079": unknown("a script failed"),
  "DCS.5091": unknown("a script failed"),
};

/** What is known of a code that the cloud sent. */
export function lookUpCode(code: string | undefined): CodeEntry | undefined {
  // Own ones only: a code may be any text, "constructor" too.
  return code !== undefined && Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code] : undefined;
}
