/** Days of the week as `maintenanceWindow.days` writes them. */
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** When switchovers may be made. A window that ends before it begins runs over midnight and belongs to the day on which it begins. */
export interface MaintenanceWindow {
  /** @default every day */
  days?: Weekday[] | undefined;
  /** Time of day as `HH:MM`, first minute inside. */
  from: string;
  /** Time of day as `HH:MM`, first minute outside. */
  to: string;
  /** IANA time zone, such as `Europe/Berlin`; daylight saving is the zone's. */
  timezone: string;
}

const ORDER: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Whether the moment (ms since the epoch) lies in the window. @internal */
export function isInside(window: MaintenanceWindow, at: number): boolean {
  const { weekday, time } = wallClock(at, window.timezone);
  const days = window.days ?? ORDER;
  if (window.from < window.to) return days.includes(weekday) && time >= window.from && time < window.to;
  const yesterday = ORDER[(ORDER.indexOf(weekday) + 6) % 7] ?? weekday;
  return (days.includes(weekday) && time >= window.from) || (days.includes(yesterday) && time < window.to);
}

/** `mon, wed 22:00-02:00 Europe/Berlin`. @internal */
export function describeWindow(window: MaintenanceWindow): string {
  return `${window.days ? window.days.join(", ") : "every day"} ${window.from}-${window.to} ${window.timezone}`;
}

/** `tue 14:05`, as the clocks of the zone show it. @internal */
export function describeMoment(at: number, timezone: string): string {
  const { weekday, time } = wallClock(at, timezone);
  return `${weekday} ${time}`;
}

function wallClock(at: number, timeZone: string): { weekday: Weekday; time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((item) => item.type === type)?.value ?? "";
  return { weekday: part("weekday").toLowerCase() as Weekday, time: `${part("hour")}:${part("minute")}` };
}
