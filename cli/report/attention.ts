import type { Entry } from "../audit/entry.js";
import { durationText } from "../audit/words.js";

/** A record that a person who judges the drills should look at, and why. */
export interface Attention {
  entry: Entry;
  why: string;
}

/** Several times the median, and long enough to be felt. */
const SLOW = { times: 3, leastMs: 10_000 };

/**
 * What did not work or is not known to have worked, then what went around a rule, then what took far longer than usual; each in
 * the order given.
 */
export function needingAttention(entries: readonly Entry[], medianMs: number | undefined): Attention[] {
  return entries
    .flatMap((entry): (Attention & { weight: number })[] => {
      const { outcome, note, override, durationMs } = entry.record;
      const isLost = outcome === "failed" || outcome === "unconfirmed";
      const isSlow =
        medianMs !== undefined &&
        durationMs !== undefined &&
        durationMs > Math.max(SLOW.leastMs, medianMs * SLOW.times);
      const reasons = [
        ...(isLost ? [`${LOST[outcome]}${note === undefined ? "" : `: ${note}`}`] : []),
        ...(override === undefined ? [] : [`a rule was overridden: ${override}`]),
        ...(isSlow ? [`took ${durationText(durationMs)}; the median is ${durationText(medianMs)}`] : []),
      ];
      if (reasons.length === 0) return [];
      return [{ entry, why: reasons.join("; "), weight: isLost ? 0 : override === undefined ? 2 : 1 }];
    })
    .toSorted((a, b) => a.weight - b.weight);
}

const LOST = { failed: "did not happen", unconfirmed: "not known to have worked" };
