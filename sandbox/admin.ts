import { Hono } from "hono";
import type { Context } from "hono";
import * as v from "valibot";
import { ControlError, type Controls } from "./controls.js";
import * as schemas from "./schemas.js";

/** Where the admin paths begin; no path of the cloud does. */
export const ADMIN_PREFIX = "/_sandbox";

const PATHS = [
  "GET  /_sandbox/state       behaviour, instances, faults, held requests",
  "GET  /_sandbox/journal     every request; DELETE clears it and the swaps",
  "GET  /_sandbox/swaps       every accepted swap; ?instance=ID",
  "POST /_sandbox/behaviour   changes behaviour",
  "POST /_sandbox/faults      injects one fault or a list; DELETE clears all",
  "POST /_sandbox/hold        holds requests; POST /_sandbox/release lets them go on",
  "GET  /_sandbox/held        ?operation=swap&count=1&timeoutMs=30000 waits until so many are held",
  "POST /_sandbox/external-swap",
  "POST /_sandbox/instances/ID         changes an instance",
  "POST /_sandbox/instances/ID/tasks   adds a record to its task log",
  "POST /_sandbox/instances/ID/end-swaps   ends its running swaps now",
];

/** Unsigned, since it listens on loopback only; nothing here is journalled or befallen by faults. */
export function createAdmin(controls: Controls): Hono {
  const app = new Hono().basePath(ADMIN_PREFIX);
  const { world, journal, faults, holds } = controls;

  app.onError((error, c) => {
    if (error instanceof ControlError || error instanceof InputError) return c.json({ error: error.message }, 400);
    throw error;
  });

  app.get("/", (c) => c.text(`${PATHS.join("\n")}\n`));
  app.get("/state", (c) =>
    c.json({
      region: world.region,
      projectId: world.projectId,
      behaviour: world.behaviour,
      instances: [...world.instances.values()],
      faults: faults.list(),
      held: holds.held(),
    }),
  );

  app.get("/journal", (c) => c.json(journal.entries()));
  app.delete("/journal", (c) => {
    controls.clearJournal();
    return c.body(null, 204);
  });
  app.get("/swaps", (c) => c.json(controls.swaps(c.req.query("instance"))));

  app.post("/behaviour", async (c) => {
    controls.setBehaviour(await input(c, schemas.behaviourPatch));
    return c.json(world.behaviour);
  });

  app.post("/faults", async (c) => {
    // A list is checked as a whole before any of it is injected.
    const list = check(v.array(schemas.fault), [await json(c)].flat());
    for (const fault of list) faults.inject(fault);
    return c.json(faults.list());
  });
  app.delete("/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  app.post("/hold", async (c) => {
    holds.add(await input(c, schemas.hold));
    return c.body(null, 204);
  });
  app.post("/release", async (c) => {
    const { operation, how } = await input(c, schemas.release);
    return c.json({ released: holds.release(operation, how) });
  });
  app.get("/held", async (c) => {
    const query = check(
      v.strictObject({
        operation: v.exactOptional(schemas.operationName),
        count: v.exactOptional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1))),
        timeoutMs: v.exactOptional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1))),
      }),
      c.req.query(),
    );
    try {
      return c.json(await holds.waitForHeld(query.operation, query.count, query.timeoutMs));
    } catch (error) {
      return c.json({ error: error instanceof Error ? error.message : String(error) }, 408);
    }
  });

  app.post("/external-swap", async (c) => {
    const { instanceId, ...how } = await input(c, schemas.externalSwap);
    return c.json(controls.externalSwap(instanceId, how));
  });
  app.post("/instances/:id", async (c) => {
    controls.setInstance(c.req.param("id"), await input(c, schemas.instancePatch));
    return c.body(null, 204);
  });
  app.post("/instances/:id/end-swaps", async (c) => {
    const { ending } = await input(c, schemas.endSwaps);
    controls.endSwaps(c.req.param("id"), ending);
    return c.body(null, 204);
  });
  app.post("/instances/:id/tasks", async (c) => {
    const id = controls.addTask(c.req.param("id"), await input(c, schemas.taskSpec));
    return c.json({ id });
  });

  app.notFound((c) => c.json({ error: "no such admin path", paths: PATHS }, 404));
  return app;
}

class InputError extends Error {}

const input = async <Schema extends v.GenericSchema>(c: Context, schema: Schema): Promise<v.InferOutput<Schema>> =>
  check(schema, await json(c));

/** The body; none at all means an empty object. */
async function json(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError("the body is not JSON");
  }
}

function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const reasons = parsed.issues.map((issue) => {
    const path = v.getDotPath(issue);
    return path === null ? issue.message : `${path}: ${issue.message}`;
  });
  throw new InputError(reasons.join("; "));
}
