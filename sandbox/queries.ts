import { parseCompactTimestamp } from "./clock.js";
import type { Instance, Task } from "./instances.js";
import { badParameter, type Refusal } from "./refusal.js";
import type { Behaviour } from "./types.js";
import { shownStatus } from "./wire.js";

type Query = Record<string, string | undefined>;

/** `offset` and `limit`, both in items. */
export function page(
  query: Query,
  bounds: { limit: number; highest: number },
): { offset: number; limit: number } | Refusal {
  const offset = Number(query["offset"] ?? 0);
  const limit = Number(query["limit"] ?? bounds.limit);
  if (!Number.isInteger(offset) || offset < 0) return badParameter("offset");
  if (!Number.isInteger(limit) || limit < 1 || limit > bounds.highest) return badParameter("limit");
  return { offset, limit };
}

/** The filters of the instance list; a name is looked for inside names unless `name_equal` is "true". */
export function instanceMatches(instance: Instance, query: Query, behaviour: Behaviour): boolean {
  const { name, status, tags } = query;
  const nameFits = !name || (query["name_equal"] === "true" ? instance.name === name : instance.name.includes(name));
  const tagsFit =
    !tags ||
    tags.split(",").every((pair) => instance.tags.some(({ key, value }) => pair === `${key}=${value}` || pair === key));
  const idFits = !query["instance_id"] || instance.id === query["instance_id"];
  return nameFits && tagsFit && idFits && (!status || shownStatus(instance, behaviour) === status);
}

/** The records that a reader of the task log sees, in the order of the list. */
export function tasksShown(tasks: Task[], query: Query, behaviour: Behaviour): Task[] {
  const { taskLog, taskOrder, taskWindowName } = behaviour;
  if (taskLog === "empty") return [];
  const from = parseCompact14(query[taskWindowName]) ?? Number.NEGATIVE_INFINITY;
  const to = parseCompact14(query["end_time"]) ?? Number.POSITIVE_INFINITY;
  const finished = (task: Task): boolean => task.status === "SUCCESS" || task.status === "FAILED";
  const sign = taskOrder === "newest-first" ? -1 : 1;
  return tasks
    .filter((task) => task.createdAt >= from && task.createdAt <= to)
    .filter((task) => taskLog !== "deleted" || !finished(task))
    .toSorted((a, b) => sign * (a.createdAt - b.createdAt));
}

/** `yyyyMMddHHmmss` in UTC. */
function parseCompact14(text: string | undefined): number | undefined {
  return text && /^\d{14}$/.test(text) ? parseCompactTimestamp(`${text.slice(0, 8)}T${text.slice(8)}Z`) : undefined;
}
