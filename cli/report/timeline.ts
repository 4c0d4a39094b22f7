import type { SwitchoverRecord } from "../../provider/record.js";

/** A stretch of time in which the master stood in one zone; undefined where the records do not tell in which. */
export interface Stretch {
  from: number;
  to: number;
  zone: string | undefined;
}

/** Period shown, in ms since the epoch. */
export interface Range {
  from: number;
  to: number;
}

/**
 * Where an instance's master stood over time, as far as its records tell. Where a switchover began elsewhere than the one
 * before it had ended, the master moved in between unseen: that stretch has no zone.
 * @param records of one instance, in any order, all of them: also those before the range say where it began
 */
export function masterByZone(records: readonly SwitchoverRecord[], range: Range): Stretch[] {
  const moves = records
    .filter(({ outcome }) => outcome === "switched" || outcome === "adopted" || outcome === "observed")
    .map(({ performedAt, from, to }) => ({
      at: Date.parse(performedAt),
      from: from?.availabilityZone,
      to: to?.availabilityZone,
    }))
    .sort((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let since = range.from;
  let zone = moves[0]?.from;
  for (const move of moves) {
    if (move.at > range.to) break;
    const wasThere = move.from === undefined || zone === move.from ? zone : undefined;
    if (move.at > range.from) {
      stretches.push({ from: since, to: move.at, zone: wasThere });
      since = move.at;
    }
    zone = move.to;
  }
  // Nothing moved: a record of a switchover that was not needed or not made still tells where the master was.
  if (moves.length === 0) zone = standing(records);
  stretches.push({ from: since, to: range.to, zone });
  return merge(stretches);
}

/** Where the master is after all that the records tell; undefined if they do not. */
export function masterNow(records: readonly SwitchoverRecord[]): string | undefined {
  const last = records.reduce((newest: SwitchoverRecord | undefined, record) => {
    if (record.outcome === "failed" || record.outcome === "unconfirmed") return newest;
    return newest === undefined || record.performedAt > newest.performedAt ? record : newest;
  }, undefined);
  return last === undefined ? standing(records) : last.to?.availabilityZone;
}

const standing = (records: readonly SwitchoverRecord[]): string | undefined =>
  records.map(({ to, from }) => to?.availabilityZone ?? from?.availabilityZone).find((zone) => zone !== undefined);

function merge(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last !== undefined && last.zone === stretch.zone) last.to = stretch.to;
    else if (stretch.to > stretch.from) merged.push({ ...stretch });
  }
  return merged;
}
