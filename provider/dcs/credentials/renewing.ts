import type { Credentials } from "./types.js";

/** Temporary keys live for hours: ten minutes before their end there is time for more than one try. */
const RENEW_BEFORE_MS = 10 * 60_000;
/** While the old ones still hold, a failed or fruitless try is not repeated sooner. */
const RETRY_MS = 30_000;

/**
 * Keeps temporary keys fresh: gives the ones at hand while they last, and asks for new ones before they end, once for
 * all who wait. If that fails, the old ones serve until their end, and only then is the failure thrown.
 */
export function renewing(
  first: Credentials & { expiresAt: number },
  renew: () => Promise<Credentials & { expiresAt: number }>,
  now: () => number,
): () => Promise<Credentials> {
  let current = first;
  let notBefore = -Infinity;
  let running: Promise<void> | undefined;

  const renewOnce = async (): Promise<void> => {
    try {
      current = await renew();
    } finally {
      notBefore = now() + RETRY_MS;
      running = undefined;
    }
  };

  return async () => {
    const isOver = (): boolean => current.expiresAt <= now();
    const isEnding = current.expiresAt - now() < RENEW_BEFORE_MS;
    if (isEnding && (isOver() || now() >= notBefore)) {
      running ??= renewOnce();
      try {
        await running;
      } catch (error) {
        if (isOver()) throw error;
      }
    }
    return current;
  };
}
