/** Seconds of a bin's width, from which the finest that needs few bins is taken. */
const WIDTHS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
const MOST_BINS = 12;

export interface Bin {
  /** Such as `2–3 s`; the last may be `60 s and more`. */
  label: string;
  count: number;
}

export interface Distribution {
  count: number;
  medianMs: number;
  /** Nine of ten took no longer. */
  p90Ms: number;
  longestMs: number;
  bins: Bin[];
}

/**
 * How durations are spread. Bins are as wide as it takes to show nine of ten well; the few that took far longer share the last one.
 * @returns undefined where there is none
 */
export function distribution(durationsMs: readonly number[]): Distribution | undefined {
  if (durationsMs.length === 0) return undefined;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const longestMs = sorted.at(-1) ?? 0;
  const p90Ms = quantile(sorted, 0.9);
  const shownS = Math.min(longestMs, p90Ms * 2) / 1000;
  const widthS = WIDTHS_S.find((width) => shownS / width < MOST_BINS) ?? Math.ceil(shownS / MOST_BINS);
  const binOf = (durationMs: number) => Math.floor(durationMs / 1000 / widthS);
  const first = binOf(sorted[0] ?? 0);
  // After the last bin that nine of ten need, the first empty one ends the list; what is beyond shares one row.
  let last = binOf(p90Ms);
  const filled = new Set(sorted.map(binOf));
  while (filled.has(last + 1) && last + 1 - first < MOST_BINS) last += 1;
  const counts = new Map<number, number>();
  for (const durationMs of sorted) {
    const bin = Math.min(binOf(durationMs), last + 1);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const bins = Array.from({ length: last - first + 1 }, (_, index) => ({
    label: closedLabel(first + index, widthS),
    count: counts.get(first + index) ?? 0,
  }));
  const beyond = counts.get(last + 1) ?? 0;
  if (beyond > 0) bins.push({ label: `${inUnit((last + 1) * widthS, widthS)} and more`, count: beyond });
  return { count: sorted.length, medianMs: quantile(sorted, 0.5), p90Ms, longestMs, bins };
}

/** Nearest rank: always a duration that was measured. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

const closedLabel = (bin: number, widthS: number): string =>
  `${numberIn(bin * widthS, widthS)}–${inUnit((bin + 1) * widthS, widthS)}`;

/** Minutes where bins are that wide, seconds elsewhere. */
const inUnit = (seconds: number, widthS: number): string =>
  `${numberIn(seconds, widthS)} ${widthS >= 60 ? "min" : "s"}`;

const numberIn = (seconds: number, widthS: number): number => (widthS >= 60 ? seconds / 60 : seconds);
