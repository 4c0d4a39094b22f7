import type { Entry } from "./entry.js";

/**
 * Newest first; where times are the same, by project, stack and resource. Records of one resource keep the order in which
 * the state has them, so that the same states always give the same list.
 */
export function newestFirst(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(
    (a, b) => compare(b.record.performedAt, a.record.performedAt) || compare(placeOf(a), placeOf(b)),
  );
}

const placeOf = ({ project, stack, urn }: Entry): string => `${project}\0${stack}\0${urn}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
