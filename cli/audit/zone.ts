import { CliFailure } from "../failure.js";

/** A time zone to show times in and to read dates in. All arithmetic is Intl's. */
export interface Zone {
  name: string;
  /** `2026-10-05 14:03:11`, and the offset after it where the zone is not UTC: `+02:00`. */
  show(instant: string): string;
  /** RFC 3339 with the zone's offset and milliseconds. */
  rfc3339(instant: string): string;
  /** `2026-10-05T14:03:11.123`: sorts by time of day, and begins with the date. */
  local(instant: string): string;
}

/** @throws CliFailure if there is no such zone */
export function zoneOf(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: name,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
      timeZoneName: "longOffset",
    });
  } catch {
    throw new CliFailure({
      what: "Reading --timezone",
      why: `${JSON.stringify(name)} is no time zone that this Node knows`,
      remedy: "Give a name such as UTC, Europe/Berlin or Asia/Shanghai.",
    });
  }
  const parts = (instant: string) => {
    const found: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of format.formatToParts(Date.parse(instant))) found[type] = value;
    const date = `${found.year}-${found.month}-${found.day}`;
    const time = `${found.hour}:${found.minute}:${found.second}`;
    // "GMT" alone is UTC itself; else "GMT+02:00".
    const offset = (found.timeZoneName ?? "").replace(/^GMT/, "");
    return { date, time, fraction: found.fractionalSecond ?? "000", offset };
  };
  const isUtc = format.resolvedOptions().timeZone === "UTC";
  return {
    name: isUtc ? "UTC" : name,
    show(instant) {
      const { date, time, offset } = parts(instant);
      return isUtc ? `${date} ${time}` : `${date} ${time} ${offset === "" ? "+00:00" : offset}`;
    },
    rfc3339(instant) {
      const { date, time, fraction, offset } = parts(instant);
      return `${date}T${time}.${fraction}${isUtc || offset === "" ? "Z" : offset}`;
    },
    local(instant) {
      const { date, time, fraction } = parts(instant);
      return `${date}T${time}.${fraction}`;
    },
  };
}
