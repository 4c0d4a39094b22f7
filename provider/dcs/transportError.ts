import { classify } from "./classify.js";
import { TransportError, type TransportReason } from "./errors.js";
import type { ExchangeFailure } from "./exchange.js";
import type { Operation } from "./operations.js";
import { redact } from "./redact.js";
import { READ_RETRY } from "./retry.js";

interface Explanation {
  code: "TIMEOUT" | "NETWORK" | "ABORTED" | "BAD_ANSWER";
  why: string;
  remedy: string;
}

const NETWORK_REMEDY = "Check the network, the endpoint and the proxy settings (HTTPS_PROXY, NO_PROXY).";

const EXPLANATIONS: Readonly<Record<TransportReason, Explanation>> = {
  dns: {
    code: "NETWORK",
    why: "the host name could not be resolved",
    remedy: "Check the region or endpoint, and DNS.",
  },
  "connection-refused": { code: "NETWORK", why: "the connection was refused", remedy: NETWORK_REMEDY },
  unreachable: { code: "NETWORK", why: "there is no way to the host", remedy: NETWORK_REMEDY },
  "connect-timeout": { code: "TIMEOUT", why: "no connection came about in time", remedy: NETWORK_REMEDY },
  tls: {
    code: "NETWORK",
    why: "no trusted TLS connection came about",
    remedy: "Check the endpoint; for a company's own certificate authority set NODE_EXTRA_CA_CERTS to its file.",
  },
  proxy: {
    code: "NETWORK",
    why: "the proxy did not let it through",
    remedy: "Check HTTPS_PROXY and its credentials, or add the host to NO_PROXY.",
  },
  reset: { code: "NETWORK", why: "the connection broke off", remedy: NETWORK_REMEDY },
  "headers-timeout": { code: "TIMEOUT", why: "no answer came in time", remedy: "Try again later." },
  "body-timeout": { code: "TIMEOUT", why: "the answer stalled", remedy: "Try again later." },
  "call-timeout": {
    code: "TIMEOUT",
    why: "the call took too long",
    remedy: "Try again later, or raise dcs:requestTimeout.",
  },
  aborted: { code: "ABORTED", why: "it was given up", remedy: "" },
  malformed: {
    code: "BAD_ANSWER",
    why: "the answer is not HTTP as it should be",
    remedy: "Check that the endpoint serves the API.",
  },
  "too-large": {
    code: "BAD_ANSWER",
    why: "the answer is too large",
    remedy: "Check that the endpoint serves the API.",
  },
  other: { code: "NETWORK", why: "the call failed", remedy: NETWORK_REMEDY },
};

/** What a write's failure leaves open, by how far it got. */
const AFTERWARDS = {
  "not-sent": "Nothing was sent.",
  refused: "",
  unknown: "It may have been carried out all the same: look at the instance before trying again.",
} as const;

/** For work that was given up where no request was under way. */
export function abortedError(what: string): TransportError {
  const { code, why, remedy } = EXPLANATIONS.aborted;
  return new TransportError({ code, what, why, remedy, reason: "aborted", stage: "connecting" });
}

export function transportError(
  operation: Operation<unknown>,
  failure: ExchangeFailure,
  where: { region: string; endpoint: string; secrets: readonly string[] },
): TransportError {
  const { code, why, remedy } = EXPLANATIONS[failure.reason];
  const write = operation.method !== "GET";
  const verdict = classify({ kind: "transport", stage: failure.stage });
  return new TransportError({
    code,
    what: `${operation.what} in ${where.region}`,
    why: `${why} (${where.endpoint}; ${redact(failure.detail, where.secrets)})`,
    remedy: [write ? AFTERWARDS[verdict.disposition] : "", remedy].filter((part) => part !== "").join(" "),
    status: failure.status,
    disposition: write ? verdict.disposition : undefined,
    retryable: write
      ? verdict.repeatable && failure.reason !== "aborted"
      : READ_RETRY.transport.includes(failure.reason),
    reason: failure.reason,
    stage: failure.stage,
  });
}
