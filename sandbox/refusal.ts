/** An answer other than success, in the words of the cloud. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 500 | 504;
  code: string;
  message: string;
}

const MESSAGES: Record<string, string> = {
  "DCS.4017": "A job of this instance is still running.",
  "DCS.4026": "This operation is not allowed in the current state of the instance.",
  "DCS.4049": "The instance is not running.",
  "DCS.4096": "The instance is being backed up.",
  "DCS.4097": "The instance is being restored.",
  "DCS.4111": "The instance is being restarted.",
  "DCS.4113": "The instance is being extended.",
  "DCS.4116": "The instance is being upgraded.",
  "DCS.4117": "The instance is being rolled back.",
  "DCS.4118": "The instance is being created.",
  "DCS.4855": "Master standby swap is not supported.",
  "DCS.5094": "Master standby swap failed.",
};

/** What a status other than RUNNING, or a task, answers to a swap. What is not listed is simply not running. */
const BUSY_BY_STATE: Record<string, string> = {
  RESTARTING: "DCS.4111",
  EXTENDING: "DCS.4113",
  UPGRADING: "DCS.4116",
  ROLLBACKING: "DCS.4117",
  CREATING: "DCS.4118",
  RESTORING: "DCS.4097",
  FROZEN: "DCS.4026",
  ERROR: "DCS.4026",
  BACKUPING: "DCS.4096",
};

export const notFound = (instanceId: string): Refusal => ({
  status: 404,
  code: "DCS.3022",
  message: `This DCS instance does not exist: ${instanceId}.`,
});

export const swapNotSupported: Refusal = {
  status: 400,
  code: "DCS.4855",
  message: messageOf("DCS.4855"),
};

export const noneMayBePromoted: Refusal = {
  status: 400,
  code: "DCS.4253",
  message: "The priority of all replicas is 0.",
};

export const swapFailed: Refusal = { status: 500, code: "DCS.5094", message: messageOf("DCS.5094") };

export const gatewayTimeout = (seconds: number): Refusal => ({
  status: 504,
  code: "APIGW.0201",
  message: `Service DCS timed out (${seconds * 1000} ms)`,
});

export const unknownPath: Refusal = {
  status: 404,
  code: "APIGW.0101",
  message: "The API does not exist or has not been published in the environment.",
};

export const wrongProject: Refusal = {
  status: 401,
  code: "DCS.1004",
  message: "The project ID in the URL does not match that of the token.",
};

export const forbidden = (action: string): Refusal => ({
  status: 403,
  code: "DCS.2007",
  message: `Policy doesn't allow ${action} to be performed.`,
});

export const internalError: Refusal = { status: 500, code: "DCS.5000", message: "Internal service error." };

export const badParameter = (name: string): Refusal => ({
  status: 400,
  code: "DCS.4063",
  message: `Invalid parameter: ${name}.`,
});

export const busy = (code: string): Refusal => ({ status: 400, code, message: messageOf(code) });

/** What a code says; of one that is not listed, no more than that something is in the way. */
export function messageOf(code: string): string {
  return MESSAGES[code] ?? "Another operation of this instance is in progress.";
}

/** For a status other than RUNNING. */
export const notRunning = (status: string): Refusal => busy(BUSY_BY_STATE[status] ?? "DCS.4049");

/** For other work on the instance, by the name that `task` shows. */
export const workingOn = (task: string): Refusal => busy(BUSY_BY_STATE[task] ?? "DCS.4017");
