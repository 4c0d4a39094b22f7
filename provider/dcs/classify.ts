import type { Disposition, Stage } from "./errors.js";
import { lookUpCode } from "./errorCodes.js";

/** A failed call, as far as classifying needs it. @public */
export type Failure =
  | { kind: "transport"; stage: Stage }
  | { kind: "answer"; status: number; errorCode?: string | undefined };

/** What is known about a failed write. @public */
export interface Classification {
  disposition: Disposition;
  /** True where the cloud surely did not take it and may take it later. */
  repeatable: boolean;
}

const NOT_SENT: Classification = { disposition: "not-sent", repeatable: true };
const REFUSED: Classification = { disposition: "refused", repeatable: false };
const REFUSED_FOR_NOW: Classification = { disposition: "refused", repeatable: true };
const UNKNOWN: Classification = { disposition: "unknown", repeatable: false };

/** How far an exchange got before it broke decides, not what broke it. */
const BY_STAGE: Readonly<Record<Stage, Classification>> = { connecting: NOT_SENT, sent: UNKNOWN, answering: UNKNOWN };

const BY_CODE = {
  busy: REFUSED_FOR_NOW,
  final: REFUSED,
  "not-supported": REFUSED,
  failed: UNKNOWN,
  unknown: UNKNOWN,
} as const;

/** Statuses with a meaning of their own; the others go by their class. */
const BY_STATUS: Readonly<Record<number, Classification>> = {
  // The server saw no whole request in time, or so it says.
  408: UNKNOWN,
  429: REFUSED_FOR_NOW,
  // Not in any standard: a proxy's word for a client that went away, while the backend may go on.
  499: UNKNOWN,
  501: REFUSED,
  505: REFUSED,
};

/** Statuses that a gateway gives when the backend is silent: a code in the body says nothing about the backend then. */
const GATEWAY_TIRED = new Set([502, 504]);

/**
 * Says whether a write that failed was carried out: by stage for a broken exchange; for an answer by status 502/504,
 * then by the listed code, then by status. When in doubt it is `unknown`.
 * @public
 */
export function classify(failure: Failure): Classification {
  if (failure.kind === "transport") return BY_STAGE[failure.stage];
  const { status, errorCode } = failure;
  if (GATEWAY_TIRED.has(status)) return UNKNOWN;
  const code = lookUpCode(errorCode);
  if (code !== undefined) return BY_CODE[code.class];
  return BY_STATUS[status] ?? (status >= 300 && status < 500 ? REFUSED : UNKNOWN);
}
