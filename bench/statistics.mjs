// @ts-check

/** @typedef {{ min: number, median: number, max: number }} Spread of several rounds */

/** @param {readonly number[]} values at least one @returns {Spread} */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ index) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}

/**
 * Ratios round by round: both sides of each were measured in the same round, so that what slows the machine slows both.
 *
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 */
export function ratiosOf(ours, theirs) {
  return spreadOf(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}
