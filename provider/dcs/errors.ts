import type { SourceReport } from "./credentials/source.js";

/**
 * What is known about a write whose call failed: `not-sent` never left this machine, `refused` reached the cloud and was
 * not taken, `unknown` may have been carried out.
 * @public
 */
export type Disposition = "not-sent" | "refused" | "unknown";

/** Machine-readable kinds of failure. @public */
export type DcsErrorCode =
  | "CONFIG"
  | "CREDENTIALS"
  | "ABORTED"
  | "TIMEOUT"
  | "NETWORK"
  | "BAD_ANSWER"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "THROTTLED"
  | "BUSY"
  | "NOT_SUPPORTED"
  | "SWAP_FAILED"
  | "REFUSED"
  | "SERVER";

/** What an error is made of. @public */
export interface DcsErrorDetails {
  code: DcsErrorCode;
  /** What was attempted, on which instance. */
  what: string;
  /** What was seen. */
  why: string;
  /** What to do. */
  remedy: string;
  status?: number | undefined;
  errorCode?: string | undefined;
  requestId?: string | undefined;
  disposition?: Disposition | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
}

/** Shared by every loaded copy of this package, so that `isInstance` works across them. */
const BRAND = Symbol.for("pulumi-dcs-switchover.DcsError");

/**
 * Parent of every error this client throws. `message` is `what: why. remedy` in one text; nothing in it, its fields or
 * its causes holds a key, a token or a signature.
 * @public
 */
export class DcsError extends Error {
  readonly code: DcsErrorCode;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** HTTP status, if there was an answer. */
  declare readonly status?: number;
  /** The cloud's own code, such as `DCS.4855`. */
  declare readonly errorCode?: string;
  /** What the vendor's support asks for. */
  declare readonly requestId?: string;
  /** Of a write only. */
  declare readonly disposition?: Disposition;
  /** True if the same call may succeed later and repeating it cannot do it twice. */
  readonly retryable: boolean;
  /** How long the cloud asked to wait, in ms. */
  declare readonly retryAfterMs?: number;

  constructor(details: DcsErrorDetails) {
    super(sentence(details));
    this.name = new.target.name;
    this.code = details.code;
    this.what = details.what;
    this.why = details.why;
    this.remedy = details.remedy;
    this.retryable = details.retryable ?? false;
    // Left off when unknown, so that logs and snapshots do not fill with `undefined`.
    for (const key of ["status", "errorCode", "requestId", "disposition", "retryAfterMs"] as const) {
      if (details[key] !== undefined) Object.defineProperty(this, key, { value: details[key], enumerable: true });
    }
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for errors of any loaded copy of this package. */
  static isInstance(error: unknown): error is DcsError {
    return typeof error === "object" && error !== null && BRAND in error;
  }

  /** A plain object with the message, for structured logs. */
  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** A setting is missing or malformed; nothing was called. @public */
export class ConfigError extends DcsError {
  constructor(details: Omit<DcsErrorDetails, "code">) {
    super({ ...details, code: "CONFIG" });
  }
}

/** No usable credentials; says which sources were looked at. @public */
export class CredentialsError extends DcsError {
  /** How each source fared, in the order they were asked; names only, no values. */
  readonly report: readonly SourceReport[];

  constructor(details: Omit<DcsErrorDetails, "code"> & { report?: readonly SourceReport[] }) {
    super({ ...details, code: "CREDENTIALS" });
    this.report = details.report ?? [];
  }
}

/** Where in its life an HTTP exchange broke. @public */
export type Stage = "connecting" | "sent" | "answering";

/** What broke an HTTP exchange. @public */
export type TransportReason =
  | "dns"
  | "connection-refused"
  | "unreachable"
  | "connect-timeout"
  | "tls"
  | "proxy"
  | "reset"
  | "headers-timeout"
  | "body-timeout"
  | "call-timeout"
  | "aborted"
  | "malformed"
  | "too-large"
  | "other";

/** The exchange ended without a whole answer. @public */
export class TransportError extends DcsError {
  readonly reason: TransportReason;
  readonly stage: Stage;

  constructor(details: DcsErrorDetails & { reason: TransportReason; stage: Stage }) {
    super(details);
    this.reason = details.reason;
    this.stage = details.stage;
  }
}

/** An answer came, and it is not what the API describes. @public */
export class BadAnswerError extends DcsError {
  constructor(details: Omit<DcsErrorDetails, "code">) {
    super({ ...details, code: "BAD_ANSWER" });
  }
}

/** The cloud answered with an error. @public */
export class ApiError extends DcsError {}
/** 401: wrong key, or a clock too far off. Never repeated: five in a row lock the key for five minutes. @public */
export class AuthError extends ApiError {}
/** 403: the key is right, a permission is missing. @public */
export class ForbiddenError extends ApiError {}
/** 404: no such instance in this region and project. @public */
export class NotFoundError extends ApiError {}
/** 429. @public */
export class ThrottledError extends ApiError {}
/** Another operation holds the instance. @public */
export class BusyError extends ApiError {}
/** The instance's type has no master and standby to exchange, or no standby may be promoted. @public */
export class NotSupportedError extends ApiError {}
/** The cloud says that the switchover failed. Look at the roles before trying again. @public */
export class SwapFailedError extends ApiError {}
/** 5xx. @public */
export class ServerError extends ApiError {}

function sentence({ what, why, remedy }: DcsErrorDetails): string {
  const ended = /[.!?]$/.test(why) ? why : `${why}.`;
  return remedy === "" ? `${what}: ${ended}` : `${what}: ${ended} ${remedy}`;
}
