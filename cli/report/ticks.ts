import type { Zone } from "../audit/zone.js";
import type { Range } from "./timeline.js";

export interface Tick {
  /** ms since the epoch */
  at: number;
  label: string;
}

const HOUR_MS = 3_600_000;
const MOST = 8;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Where an axis is marked: at the beginnings of years, months or days, whichever are few. Where they begin in a time zone is
 * found by asking it hour by hour, so that no offset is computed here.
 */
export function ticks({ from, to }: Range, zone: Zone): Tick[] {
  const starts: { at: number; date: string }[] = [];
  let before = "";
  // Half hours: some zones' days begin between two hours of UTC. A long range is walked in wider steps first.
  const step = Math.max(HOUR_MS / 2, Math.ceil((to - from) / 20_000 / HOUR_MS) * HOUR_MS);
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const date = zone.local(new Date(at).toISOString()).slice(0, 10);
    if (before !== "" && date !== before) starts.push({ at, date });
    before = date;
  }
  const changes = (length: number) =>
    starts.filter(
      ({ date }, index) =>
        date.slice(0, length) !== (starts[index - 1]?.date ?? dayBefore(from, zone)).slice(0, length),
    );
  const years = changes(4);
  const months = changes(7);
  if (months.length > 2 * MOST) return thin(years, ({ date }) => date.slice(0, 4));
  if (months.length >= 2) {
    return thin(
      months,
      ({ date }) => `${MONTHS[Number(date.slice(5, 7)) - 1]}${date.slice(5, 7) === "01" ? ` ${date.slice(0, 4)}` : ""}`,
    );
  }
  if (starts.length >= 2)
    return thin(starts, ({ date }) => `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`);
  return [0.1, 0.5, 0.9].map((share) => {
    const at = from + (to - from) * share;
    return { at, label: zone.local(new Date(at).toISOString()).slice(11, 16) };
  });
}

const dayBefore = (from: number, zone: Zone): string => zone.local(new Date(from).toISOString()).slice(0, 10);

function thin(
  starts: readonly { at: number; date: string }[],
  label: (start: { at: number; date: string }) => string,
): Tick[] {
  const every = Math.ceil(starts.length / MOST);
  return starts.filter((_, index) => index % every === 0).map((start) => ({ at: start.at, label: label(start) }));
}
