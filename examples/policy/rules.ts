// What each rule says, as functions of what it is told: no clock, no file, no engine.

/** A time of the week in which nothing is to be switched over: on each of `days` from `from` until midnight. */
export interface Freeze {
  /** "mon" … "sun" */
  days: string[];
  /** "HH:MM" */
  from: string;
  /** IANA name, such as "Europe/Berlin" */
  timezone: string;
}

/** Whether an update with this `plan` switches over, or may. */
export function maySwitch(plan: unknown): boolean {
  // The plan is no text while inputs are unknown, and then an update may do anything.
  return typeof plan !== "string" || /^(switch over|unknown until update)/.test(plan);
}

/** @returns what is wrong with the reason of a switchover, if anything; without the reason itself, which may be a secret */
export function withoutChangeNumber(reason: unknown, pattern: string): string | undefined {
  if (typeof reason === "string" && new RegExp(pattern).test(reason)) return undefined;
  return `its reason has no change number, such as ${pattern} matches`;
}

/** @returns which freeze `now` is in, if any */
export function frozen(now: Date, { days, from, timezone }: Freeze): string | undefined {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? "";
  const day = part("weekday").toLowerCase();
  const time = `${part("hour")}:${part("minute")}`;
  if (!days.includes(day) || time < from) return undefined;
  return `it is ${day} ${time} (${timezone}), and nothing is switched over on ${days.join(", ")} from ${from} on`;
}

/**
 * @param savedPlan the text of the file that `pulumi preview --save-plan` wrote, undefined if there is none
 * @returns how the switchover that is about to happen differs from the reviewed one, if it does
 */
export function notAsReviewed(urn: string, plan: unknown, savedPlan: string | undefined): string | undefined {
  if (savedPlan === undefined) return "there is no saved plan that it was reviewed in";
  const { resourcePlans } = JSON.parse(savedPlan) as { resourcePlans?: Record<string, { state?: { plan?: unknown } }> };
  const reviewed = resourcePlans?.[urn]?.state?.plan;
  if (typeof reviewed !== "string" || !reviewed.startsWith("switch over")) return "the saved plan doesn't say so";
  if (reviewed === plan) return undefined;
  return `the saved plan says ${JSON.stringify(reviewed)}, and now it is ${JSON.stringify(plan)}`;
}
