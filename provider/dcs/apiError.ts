import { classify } from "./classify.js";
import { lookUpCode } from "./errorCodes.js";
import { header, readEnvelope } from "./envelope.js";
import {
  ApiError,
  AuthError,
  BusyError,
  ForbiddenError,
  NotFoundError,
  NotSupportedError,
  ServerError,
  SwapFailedError,
  ThrottledError,
  type DcsErrorDetails,
} from "./errors.js";
import type { Answer } from "./exchange.js";
import type { Operation } from "./operations.js";
import { READ_RETRY, retryAfter } from "./retry.js";

/** What an error needs to know beside the answer. */
export interface CallContext {
  region: string;
  endpoint: string;
  projectId: string | undefined;
  secrets: readonly string[];
  /** When the request was signed (ms, local clock). */
  signedAt: number;
  /** Type of the instance, where a read has told it. */
  cacheMode?: string | undefined;
}

/** Turns an answer that is no success into the error that a person on call can act on. */
export function apiError(operation: Operation<unknown>, answer: Answer, context: CallContext): ApiError {
  const { status, headers, body } = answer;
  const envelope = readEnvelope(body, headers, context.secrets);
  const write = operation.method !== "GET";
  const verdict = classify({ kind: "answer", status, errorCode: envelope.errorCode });
  const serverTime = Date.parse(header(headers, "date") ?? "");
  const base = {
    what: `${operation.what} in ${context.region}`,
    status,
    errorCode: envelope.errorCode,
    requestId: envelope.requestId,
    disposition: write ? verdict.disposition : undefined,
    retryable: write ? verdict.repeatable : READ_RETRY.statuses.includes(status),
    retryAfterMs: retryAfter(header(headers, "retry-after"), Number.isNaN(serverTime) ? Date.now() : serverTime),
  };
  const code = envelope.errorCode ?? "";
  const seen = `the cloud answered ${status}${code === "" ? "" : ` ${code}`}: ${envelope.message.replace(/\.$/, "")}`;
  const known = lookUpCode(envelope.errorCode);

  if (status >= 300 && status < 400) {
    return new ApiError({
      ...base,
      code: "REFUSED",
      why: `the endpoint ${context.endpoint} answered with a redirect (${status}), which is not followed: a signed call must not move`,
      remedy: "Set the endpoint to the address that serves the API itself.",
    });
  }
  if (status === 401) {
    const explanation = unauthorized(envelope.message, seen, serverTime, context);
    return new AuthError({ ...base, ...explanation, code: "UNAUTHORIZED", retryable: false });
  }
  if (status === 403) {
    return new ForbiddenError({ ...base, ...forbidden(operation, envelope.message, seen), code: "FORBIDDEN" });
  }
  if (known?.class === "not-supported") {
    return new NotSupportedError({ ...base, ...notSupported(code, seen, context.cacheMode), code: "NOT_SUPPORTED" });
  }
  if (status === 404) {
    return new NotFoundError({ ...base, ...notFound(operation, code, seen, context), code: "NOT_FOUND" });
  }
  if (status === 429) {
    return new ThrottledError({
      ...base,
      code: "THROTTLED",
      why: seen,
      remedy:
        base.retryAfterMs === undefined
          ? "Wait a minute and try again; fewer calls at once help."
          : `Wait ${Math.ceil(base.retryAfterMs / 1000)} s and try again, as the cloud asks.`,
    });
  }
  if (known?.class === "busy" && verdict.disposition === "refused") {
    return new BusyError({
      ...base,
      code: "BUSY",
      why: `${seen} (${known.meaning})`,
      remedy: "Wait until the instance is RUNNING and idle, then try again.",
    });
  }
  if (known?.class === "failed") {
    return new SwapFailedError({
      ...base,
      code: "SWAP_FAILED",
      why: seen,
      remedy: "Look at the instance's roles before trying again: the cloud does not say how far it got.",
    });
  }
  if (status >= 500) {
    return new ServerError({ ...base, code: "SERVER", why: seen, remedy: serverRemedy(write, base.requestId) });
  }
  return new ApiError({
    ...base,
    code: "REFUSED",
    why: known === undefined ? seen : `${seen} (${known.meaning})`,
    remedy: "Check the ids and arguments that were sent.",
  });
}

type Explanation = Pick<DcsErrorDetails, "why" | "remedy">;

/** The gateway tells both times when a signature has expired: `signature time:…,server time:…`. */
const SKEW = /signature time:\s*(\d{8}T\d{6}Z).*?server time:\s*(\d{8}T\d{6}Z)/i;
/** The gateway's own limit is 15 minutes; the Date header has whole seconds. */
const SKEW_LIMIT_MS = 14.5 * 60_000;

function unauthorized(message: string, seen: string, serverTime: number, context: CallContext): Explanation {
  if (/failed to reach the limit/i.test(message)) {
    return {
      why: `${seen}: the access key is locked after too many failures in a row`,
      remedy: "Wait five minutes without calling, then use the right key.",
    };
  }
  const told = SKEW.exec(message);
  const skew = told === null ? context.signedAt - serverTime : basicTime(told[1]!) - basicTime(told[2]!);
  if (told !== null || Math.abs(skew) > SKEW_LIMIT_MS) {
    return {
      why: `${seen}: this machine's clock is ${duration(Math.abs(skew))} ${skew < 0 ? "behind" : "ahead of"} the cloud's, and 15 minutes are allowed`,
      remedy: "Set the clock (NTP) and try again.",
    };
  }
  return {
    why: `${seen}: the access key, the secret key or the security token is not right`,
    remedy:
      "See with `dcs-switchover doctor` where they come from, and correct them before the next try: five failures in a row lock the key for five minutes.",
  };
}

function forbidden(operation: Operation<unknown>, message: string, seen: string): Explanation {
  const named = /\b[a-z]+:[a-zA-Z]+:[a-zA-Z]+\b/.exec(message)?.[0];
  return {
    why: `${seen}: the key is accepted, but the IAM action ${named ?? operation.action} is not allowed`,
    remedy: `Grant ${named ?? operation.action} to the user or agency, in this project.`,
  };
}

function notFound(operation: Operation<unknown>, code: string, seen: string, context: CallContext): Explanation {
  if (code === "APIGW.0101" || operation.instanceId === undefined) {
    return {
      why: `${seen}: the endpoint ${context.endpoint} does not serve this call`,
      remedy: "Check the endpoint and the region.",
    };
  }
  return {
    why: `${seen}: there is no instance ${operation.instanceId} in region ${context.region}, project ${context.projectId ?? "unknown"}`,
    remedy: "Check the instance id, the region and the project id.",
  };
}

function notSupported(code: string, seen: string, cacheMode: string | undefined): Explanation {
  if (code === "DCS.4253") {
    return {
      why: `${seen}: every standby has promotion priority 0`,
      remedy: "Give a standby a priority above 0 (console: node management, or the slave-priority call).",
    };
  }
  return {
    why: cacheMode === undefined ? seen : `${seen}: ${ofType(cacheMode)}`,
    remedy: 'Only master/standby ("ha") and read/write splitting ("ha_rw_split") instances can be switched over.',
  };
}

export function ofType(cacheMode: string): string {
  return `the instance is of type "${cacheMode}"`;
}

function serverRemedy(write: boolean, requestId: string | undefined): string {
  const report = requestId === undefined ? "" : ` If it persists, give the vendor's support request id ${requestId}.`;
  return write
    ? `It may have been carried out all the same: look at the instance before trying again.${report}`
    : `Try again later.${report}`;
}

/** `20211217T064303Z` in ms since the epoch. */
function basicTime(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
