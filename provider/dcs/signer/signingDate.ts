let lastSecond = Number.NaN;
let lastText = "";

/** `YYYYMMDDTHHMMSSZ` in UTC. Throws a RangeError for an invalid date. */
export function signingDate(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== lastSecond) {
    // Calls come many to a second: the text is made once for each.
    lastText = `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    lastSecond = second;
  }
  return lastText;
}
