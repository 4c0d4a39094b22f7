import type { Sandbox, SwapEntry } from "../../../sandbox/index.js";
import type { Result, Stack } from "./miniEngine.js";

/** What is wrong with a cell; all zero where it is right. */
export interface Findings {
  /** Swaps of ours for the trigger, as the sandbox counts them. */
  swaps: number;
  double: number;
  lost: number;
  false: number;
  /** For the reader. */
  why: string[];
}

/**
 * Compares what the stack says with what the sandbox did. Only the sandbox's own entries count as truth.
 * @param swaps those accepted since the trigger was due
 * @param isFinal whether the last run was meant to settle everything
 */
export function judge(
  stack: Stack,
  swaps: readonly SwapEntry[],
  results: readonly Result[],
  isFinal: boolean,
): Findings {
  const ours = swaps.filter((swap) => swap.source === "api");
  const made = ours.filter((swap) => swap.outcome !== "failed");
  const all = swaps.filter((swap) => swap.outcome !== "failed");
  const records = stack.history();
  const claimed = records.filter((record) => record.outcome === "switched" || record.outcome === "adopted");
  const open = records.filter((record) => record.outcome === "unconfirmed");
  const why: string[] = [];
  const findings = { swaps: made.length, double: 0, lost: 0, false: 0, why };

  if (made.length > 1) {
    findings.double += 1;
    why.push(`${made.length} swaps`);
  }
  const ok = results.at(-1)?.ok === true;
  if (isFinal && made.length > 0 && claimed.length + open.length === 0) {
    findings.lost += 1;
    why.push("a swap that no record tells of");
  }
  if (ok && claimed.length === 0 && !records.some((record) => record.outcome === "already-primary")) {
    findings.lost += 1;
    why.push("a success without a record");
  }
  for (const record of claimed) {
    const match = all.find(
      (swap) =>
        (record.taskId === undefined || swap.taskId === record.taskId) &&
        (record.requestId === undefined || swap.requestId === undefined || swap.requestId === record.requestId) &&
        (record.from === undefined || swap.fromNodeId === record.from.nodeId) &&
        (record.to === undefined || swap.toNodeId === record.to.nodeId) &&
        (record.performedBy === undefined || swap.user === record.performedBy),
    );
    if (match) continue;
    findings.false += 1;
    why.push(`a record of a swap that was not made so: ${JSON.stringify(record)}`);
  }
  if (claimed.length > all.length) {
    findings.false += 1;
    why.push(`${claimed.length} records for ${all.length} swaps`);
  }
  const effective = made.filter((swap) => swap.outcome === "switched");
  const denied = records.filter((record) => record.outcome === "failed").length;
  if (isFinal && effective.length > 0 && denied > 0 && claimed.length === 0 && open.length === 0) {
    findings.false += 1;
    why.push("a record denies a swap that was made");
  }
  const last = results.at(-1);
  if (last && !last.ok && made.length === 0 && open.length === 0 && !NOTHING.test(last.message)) {
    findings.false += 1;
    why.push(`the error does not say that nothing was switched: ${last.message}`);
  }
  if (last && !last.ok && open.length > 0 && !OPEN.test(last.message)) {
    findings.false += 1;
    why.push(`the error does not say what is open: ${last.message}`);
  }
  return findings;
}

/** Errors that leave no doubt that nothing was switched: said in words, or raised by a mere look. */
const NOTHING =
  /nothing was switched|did not happen|nothing is switched|can't be read|can't be switched|Reading |Listing |no standby|must |is not|UNEXPECTED/i;
const OPEN = /unconfirmed|can't be told|did not end within|is not settled|Reading |Listing |can't be read|busy/i;

/** Entries since a moment, so that preparations do not count. */
export const swapsSince = (sandbox: Sandbox, before: number): SwapEntry[] => sandbox.swaps().slice(before);
