/** The sandbox's clock, which may be off by some seconds on purpose. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** RFC 3339 UTC with milliseconds, as instances and tasks carry it. */
export const timestamp = (ms: number): string => new Date(ms).toISOString();

/** `20240102T030405Z`, the form of X-Sdk-Date. */
export const compactTimestamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");

/** The instant of a compact date, or undefined if the text is none. */
export function parseCompactTimestamp(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
