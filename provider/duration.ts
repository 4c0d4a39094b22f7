import ms from "ms";

/** Milliseconds of a duration with its unit ("90s", "15m", "1h"; "0" for none), or undefined if it is none. @internal */
export function parseDuration(value: string): number | undefined {
  const trimmed = value.trim();
  // A bare number would be milliseconds to one reader and seconds to another: only "0" is clear without a unit.
  if (trimmed === "0") return 0;
  if (!/^\d+(\.\d+)?\s*[a-z]+$/i.test(trimmed)) return undefined;
  const parsed = ms(trimmed as ms.StringValue);
  return typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}
