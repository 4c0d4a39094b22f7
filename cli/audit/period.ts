import ms from "ms";
import { CliFailure } from "../failure.js";
import type { Zone } from "./zone.js";

/** Whether a moment (RFC 3339) lies in a period. */
export type Period = (instant: string) => boolean;

/** Parts of a local time that a person may leave off from the end. */
const DATE = /^(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?)?))?$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*([Zz]|[+-]\d\d:\d\d)$/;
const AGO = /^\d+(\.\d+)? ?(m|h|d|w|y)$/;

/**
 * A bound or a period as a person writes it.
 * - `2026`, `2026-Q4`, `2026-10`, `2026-10-05`, `2026-10-05 14:00`: in the time zone that is shown. Local times are compared as text
 *   with what Intl says, so that no offset is ever computed here.
 * - `2026-10-05T14:00:00Z`: that moment
 * - `30d`, `12h`: that long ago
 */
type Bound = { kind: "local"; first: string; last: string } | { kind: "instant"; at: number };

function parseBound(option: string, text: string, now: number): Bound {
  if (WITH_OFFSET.test(text)) {
    const at = Date.parse(text.replace(" ", "T"));
    if (!Number.isNaN(at)) return { kind: "instant", at };
  }
  if (AGO.test(text)) return { kind: "instant", at: now - ms(text as ms.StringValue) };
  const [, year, quarter, month, day, hour] = DATE.exec(text) ?? [];
  if (quarter !== undefined) {
    const [first = "", last = ""] =
      [
        ["01", "03"],
        ["04", "06"],
        ["07", "09"],
        ["10", "12"],
      ][Number(quarter) - 1] ?? [];
    return { kind: "local", first: `${year}-${first}`, last: `${year}-${last}` };
  }
  const whole = `${year}-${month ?? "01"}-${day ?? "01"}${hour === undefined ? "" : `T${text.slice(11)}`}`;
  const parsed = new Date(`${whole}${hour === undefined ? "T00:00" : ""}Z`);
  // A date that there isn't, such as the 30th of February, would be read as one in March.
  if (year === undefined || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(whole.slice(0, 10))) {
    throw new CliFailure({
      what: `Reading ${option}`,
      why: `${JSON.stringify(text)} is no time`,
      remedy:
        "Give 2026-Q4, 2026-10, 2026-10-05, 2026-10-05T14:00 (in the zone of --timezone), 2026-10-05T14:00:00Z or 30d.",
    });
  }
  const local = text.replace(" ", "T");
  return { kind: "local", first: local, last: local };
}

/** From this moment on; of a day, a month or a year from its beginning. */
export function since(text: string, zone: Zone, now: number): Period {
  const bound = parseBound("--since", text, now);
  if (bound.kind === "instant") return (instant) => Date.parse(instant) >= bound.at;
  return (instant) => zone.local(instant).slice(0, bound.first.length) >= bound.first;
}

/** Up to this moment; of a day, a month or a year up to its end. */
export function until(text: string, zone: Zone, now: number): Period {
  const bound = parseBound("--until", text, now);
  if (bound.kind === "instant") return (instant) => Date.parse(instant) <= bound.at;
  return (instant) => zone.local(instant).slice(0, bound.last.length) <= bound.last;
}

/** The whole of a year, quarter, month or day. */
export function during(text: string, zone: Zone, now: number): Period {
  const bound = parseBound("--during", text, now);
  if (bound.kind === "instant") {
    throw new CliFailure({
      what: "Reading --during",
      why: `${JSON.stringify(text)} is a moment, not a period`,
      remedy: "Give 2026, 2026-Q4, 2026-10 or 2026-10-05; or use --since and --until.",
    });
  }
  return (instant) => {
    const local = zone.local(instant).slice(0, bound.first.length);
    return local >= bound.first && local <= bound.last;
  };
}
