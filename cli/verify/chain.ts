import { recordHash, type SwitchoverRecord } from "../../provider/record.js";
import { parseRecord } from "../audit/recordShape.js";
import type { Finding } from "./finding.js";
import type { Keeper } from "./keeper.js";

/** What a reader must know to judge the chain; printed with every verification. */
export const CHAIN_PROVES = [
  "Each record carries the hash of its content and of the record before it. An intact chain proves that the records kept",
  "are, one after the other, as they were written: none between the oldest and the newest was altered, removed, added or moved",
  "by somebody who did not also recompute every hash after it. It does not prove who wrote them, since hashing takes no key;",
  "nor that the newest are all there, which the state's counters, the task log and earlier checkpoints (--all-updates) speak for;",
  "nor what came before the oldest record kept, which names its predecessor by hash only.",
].join("\n");

/** Checks a resource's records against their hashes, against each other, and against what else its state says of them. */
export function verifyChain(keeper: Keeper): { records: SwitchoverRecord[]; findings: Finding[] } {
  if (keeper.history === undefined) {
    const text = "its records are sealed, and so is what they say: neither chain nor task log can be checked";
    return { records: [], findings: [{ severity: "unproven", code: "sealed", text }] };
  }
  const findings: Finding[] = [];
  const records: SwitchoverRecord[] = [];
  for (const [index, value] of keeper.history.entries()) {
    const parsed = parseRecord(value);
    if (parsed.kind === "record") records.push(parsed.record);
    else {
      const why =
        parsed.kind === "newer" ? `it has schema ${parsed.schema}, and this version knows schema 1` : parsed.why;
      const severity = parsed.kind === "newer" ? "unproven" : "disagrees";
      findings.push({ severity, code: "damaged", text: `record ${index + 1} can't be read: ${why}` });
    }
  }
  const isWhole = findings.length === 0;
  findings.push(...records.flatMap(contentFinding));
  if (isWhole) findings.push(...linkFindings(records, keeper.historyLimit), ...stateFindings(keeper, records));
  findings.push(...moveFindings(records));
  return { records, findings };
}

function contentFinding(record: SwitchoverRecord): Finding[] {
  if (recordHash(record) === record.hash) return [];
  return [
    {
      severity: "disagrees",
      code: "altered",
      text: `the record of ${record.performedAt} (${record.outcome}) does not fit its own hash: it was altered after it was written`,
      at: record.performedAt,
      hash: record.hash,
    },
  ];
}

/** Newest first: each must name the one after it in the list as the one before it in time. */
function linkFindings(records: readonly SwitchoverRecord[], limit: number): Finding[] {
  const findings: Finding[] = [];
  const hashes = new Set(records.map(({ hash }) => hash));
  for (const [index, record] of records.entries()) {
    const older = records[index + 1];
    if (older === undefined || record.previousHash === older.hash) continue;
    const isElsewhere = record.previousHash !== null && hashes.has(record.previousHash);
    const isFirst = record.previousHash === null;
    findings.push({
      severity: "disagrees",
      code: isElsewhere || isFirst ? "reordered" : "removed",
      text: isFirst
        ? `the record of ${record.performedAt} says that it is the first, and older ones follow it in the list`
        : isElsewhere
          ? `the records of ${record.performedAt} and ${older.performedAt} do not follow each other: the order was changed`
          : `between ${older.performedAt} and ${record.performedAt} a record was removed, or the older one replaced`,
      at: record.performedAt,
      hash: record.hash,
    });
  }
  const oldest = records.at(-1);
  if (oldest !== undefined && oldest.previousHash !== null && !hashes.has(oldest.previousHash)) {
    findings.push(cutFinding(oldest, records.length, limit));
  }
  return findings;
}

/** With as many records as are kept, older ones were dropped in order; with fewer, they need not have been. */
function cutFinding({ performedAt: at }: SwitchoverRecord, kept: number, limit: number): Finding {
  if (kept >= limit) {
    const text = `records before ${at} are no longer kept (historyLimit ${limit}): the chain says nothing about them but the hash of the last one`;
    return { severity: "note", code: "cut", text, at };
  }
  const text = `the record of ${at} names one before it that is not there, though only ${kept} of at most ${limit} are kept: historyLimit was lower once, or older records were removed`;
  return { severity: "unproven", code: "cut", text, at };
}

/** What else the state says of the records. It stands beside them, so only a careless hand leaves it as it was. */
function stateFindings(keeper: Keeper, records: readonly SwitchoverRecord[]): Finding[] {
  const findings: Finding[] = [];
  const newest = records[0];
  if (keeper.lastHash !== newest?.hash) {
    findings.push({
      severity: "disagrees",
      code: "newest-differs",
      text:
        newest === undefined
          ? "the state has a last switchover, and no record of it in its history"
          : `the newest record (${newest.performedAt}) is not the one that the state names as its last switchover`,
      ...(newest === undefined ? {} : { at: newest.performedAt, hash: newest.hash }),
    });
  }
  const counted = records.filter(({ outcome }) => outcome === "switched" || outcome === "adopted").length;
  const isComplete = records.at(-1)?.previousHash === null || records.length === 0;
  const count = keeper.switchoverCount;
  if (count !== undefined && (isComplete ? count !== counted : count < counted)) {
    findings.push({
      severity: "disagrees",
      code: "count-differs",
      text: `the state counts ${count} switchovers, and the history has ${counted}${isComplete ? " from its first record on" : ""}`,
    });
  }
  const { newestSwap } = keeper;
  const isManaged = newestSwap !== undefined && newest !== undefined && newestSwap.at > newest.performedAt;
  if (isManaged && !records.some(({ taskId }) => taskId === newestSwap.taskId) && !isBeside(newestSwap.at, newest)) {
    findings.push({
      severity: "disagrees",
      code: "newest-removed",
      text: `the state has taken the cloud's task ${newestSwap.taskId} of ${newestSwap.at} into account, and no record has it: a newest record was removed`,
      at: newestSwap.at,
      taskId: newestSwap.taskId,
    });
  }
  return findings;
}

/** A record that names no task (the log was late) still accounts for the one that began with its request. */
function isBeside(at: string, { performedAt, completedAt, taskId }: SwitchoverRecord): boolean {
  if (taskId !== undefined) return false;
  return Date.parse(at) <= Date.parse(completedAt ?? performedAt) + 2_000;
}

/** Where a switchover began from another node than the one before it had left as master. */
function moveFindings(records: readonly SwitchoverRecord[]): Finding[] {
  const moves = records.filter(({ from, to }) => from !== undefined && to !== undefined);
  return moves.flatMap((record, index): Finding[] => {
    const older = moves[index + 1];
    if (older?.to === undefined || record.from === undefined || older.to.nodeId === record.from.nodeId) return [];
    return [
      {
        severity: "note",
        code: "moved-unseen",
        text: `between ${older.performedAt} and ${record.performedAt} the master moved by a switchover that no record here tells of`,
        at: record.performedAt,
        hash: record.hash,
      },
    ];
  });
}
