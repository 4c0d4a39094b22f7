import type { Credentials } from "./credentials/types.js";
import { AuthError } from "./errors.js";

/**
 * How long a key that was refused is not tried again by the same client, in ms. More than five failures in a row lock a
 * key for five minutes; a loop that polls every other second would get there at once.
 */
const PAUSE_MS = 2 * 60_000;

/** Remembers the key that was refused last, so that no caller's loop can lock it. */
export interface RefusedKey {
  remember(key: Credentials, error: AuthError): void;
  /** The error to throw instead of calling with this key, if it was refused a short while ago. */
  errorFor(key: Credentials, what: string): AuthError | undefined;
}

export function createRefusedKey(monotonic: () => number): RefusedKey {
  let refused: { key: Credentials; error: AuthError; at: number } | undefined;
  return {
    remember(key, error) {
      refused = { key: { ...key }, error, at: monotonic() };
    },
    errorFor(key, what) {
      if (refused === undefined || monotonic() - refused.at >= PAUSE_MS || !isSame(refused.key, key)) return undefined;
      const { error } = refused;
      return new AuthError({
        code: "UNAUTHORIZED",
        what,
        why: `not sent, since the cloud has just refused this key (${error.why})`,
        remedy: error.remedy,
        status: error.status,
        errorCode: error.errorCode,
        requestId: error.requestId,
        disposition: "not-sent",
      });
    },
  };
}

function isSame(a: Credentials, b: Credentials): boolean {
  return a.accessKey === b.accessKey && a.secretKey === b.secretKey && a.securityToken === b.securityToken;
}
