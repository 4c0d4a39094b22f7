import type { Argv } from "yargs";
import type { Filter } from "../audit/filter.js";
import { during, since, until } from "../audit/period.js";
import { OUTCOMES } from "../audit/summary.js";
import type { Zone } from "../audit/zone.js";

export interface FilterArguments {
  instance: string[] | undefined;
  during: string | undefined;
  since: string | undefined;
  until: string | undefined;
  outcome: string[] | undefined;
  by: string[] | undefined;
}

/** The arguments that say which records to show. */
export function withFilters<T>(yargs: Argv<T>): Argv<T & FilterArguments> {
  return yargs
    .option("instance", {
      alias: "i",
      type: "string",
      array: true,
      nargs: 1,
      describe: "Only this instance, by name or id, or this resource; * stands for anything",
    })
    .option("during", {
      type: "string",
      requiresArg: true,
      describe: "Only in this year, quarter, month or day: 2026-10",
    })
    .option("since", { type: "string", requiresArg: true, describe: "Only from this time on: 2026-10-05, or 30d ago" })
    .option("until", {
      type: "string",
      requiresArg: true,
      describe: "Only up to this time, a whole day or month included",
    })
    .option("outcome", {
      type: "string",
      array: true,
      nargs: 1,
      choices: OUTCOMES,
      describe: "Only those that ended so",
    })
    .option("by", {
      type: "string",
      array: true,
      nargs: 1,
      describe: "Only those that this user performed or asked for; * stands for anything",
    })
    .group(["instance", "during", "since", "until", "outcome", "by"], "What to show:");
}

/** @throws CliFailure for a time that can't be read */
export function filterOf(args: FilterArguments, zone: Zone, now: number): Filter {
  return {
    instances: args.instance ?? [],
    outcomes: args.outcome ?? [],
    users: args.by ?? [],
    periods: [
      ...(args.during === undefined ? [] : [during(args.during, zone, now)]),
      ...(args.since === undefined ? [] : [since(args.since, zone, now)]),
      ...(args.until === undefined ? [] : [until(args.until, zone, now)]),
    ],
  };
}

/** The filter in words, for a reader who did not see the command line. */
export function filterText(args: FilterArguments): string[] {
  const { instance, during: period, since: first, until: last, outcome, by } = args;
  return [
    ...(period === undefined ? [] : [period]),
    ...(first === undefined ? [] : [`since ${first}`]),
    ...(last === undefined ? [] : [`until ${last}`]),
    ...(instance === undefined ? [] : [`instance ${instance.join(" or ")}`]),
    ...(outcome === undefined ? [] : [`outcome ${outcome.join(" or ")}`]),
    ...(by === undefined ? [] : [`by ${by.join(" or ")}`]),
  ];
}
