// @ts-check
import Table from "cli-table3";
import * as v from "valibot";

const Node = v.object({ ip: v.optional(v.string()), availabilityZone: v.optional(v.string()) });
const History = v.array(
  v.object({
    performedAt: v.string(),
    durationMs: v.optional(v.number()),
    outcome: v.string(),
    from: v.optional(Node),
    to: v.optional(Node),
    reason: v.optional(v.string()),
    performedBy: v.optional(v.string()),
  }),
);

/** @typedef {v.InferOutput<typeof History>} History the stack's records, newest first, as far as the table shows them */

/** @param {string} json @returns {History} */
export function parseHistory(json) {
  return v.parse(History, JSON.parse(json));
}

/** @param {History} history */
export function historyTable(history) {
  const table = new Table({
    head: ["performed at", "outcome", "from", "to", "took", "by", "reason"],
    style: { head: [], border: [] },
  });
  for (const { performedAt, outcome, from, to, durationMs, performedBy, reason } of history) {
    const took = durationMs === undefined ? "" : `${(durationMs / 1000).toFixed(1)} s`;
    table.push([performedAt, outcome, place(from), place(to), took, performedBy ?? "", reason ?? ""]);
  }
  return table.toString();
}

/** @param {v.InferOutput<typeof Node> | undefined} node */
function place(node) {
  return node === undefined ? "" : `${node.ip ?? "?"} (${node.availabilityZone ?? "?"})`;
}
