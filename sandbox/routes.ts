import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { errorEnvelope } from "./envelope.js";
import { refuseSwap } from "./fitness.js";
import type { Instance } from "./instances.js";
import { operations } from "./operations.js";
import {
  badParameter,
  forbidden,
  gatewayTimeout,
  internalError,
  notFound,
  unknownPath,
  wrongProject,
  type Refusal,
} from "./refusal.js";
import { instanceMatches, page, tasksShown } from "./queries.js";
import type { Signer } from "./signature.js";
import { startSwap, type RunningSwap, type SwapRequest } from "./swap.js";
import { changeTags } from "./tags.js";
import {
  groupsJson,
  jobJson,
  listedInstanceJson,
  logicalNodesJson,
  projectsJson,
  showInstanceJson,
  taskJson,
} from "./wire.js";
import type { World } from "./world.js";

/** What the outer layer knows of a request that has passed it. */
export interface Caller {
  signer: Signer;
  requestId: string;
}

type Env = { Bindings: Caller };

/** The API as the cloud would serve it to a request whose signature is good. */
export function createRoutes(world: World): Hono<Env> {
  const app = new Hono<Env>();
  const { behaviour } = world;

  app.use("/v2/:project/*", (c: Context<Env>, next) =>
    c.req.param("project") === world.projectId ? next() : Promise.resolve(refuse(c, wrongProject)),
  );

  /** The instance in the path, for a handler that needs one. */
  const withInstance =
    (handler: (c: Context<Env>, instance: Instance) => Response | Promise<Response>) => (c: Context<Env>) => {
      const id = c.req.param("instance") ?? "";
      const instance = world.instances.get(id);
      return instance ? handler(c, instance) : refuse(c, notFound(id));
    };

  const accept = (c: Context<Env>, instance: Instance, source: SwapRequest["source"]): RunningSwap | Refusal =>
    refuseSwap(instance, behaviour) ??
    startSwap(world, instance, { source, user: c.env.signer.name, requestId: c.env.requestId });

  app.post(
    operations.swap.path,
    withInstance(async (c, instance) => {
      const swap = accept(c, instance, "api");
      if ("code" in swap) return refuse(c, swap);
      const { answer, gatewayTimeoutSeconds } = behaviour;
      if (answer === "after-work") {
        const cutOff = new Promise<Refusal>((resolve) =>
          world.timers.after(gatewayTimeoutSeconds * 1000, () => resolve(gatewayTimeout(gatewayTimeoutSeconds))),
        );
        const end = await Promise.race([swap.ended, cutOff]);
        if (end !== "done") return refuse(c, end);
      }
      return c.body(null, 204);
    }),
  );

  app.put(
    operations.asyncSwap.path,
    withInstance((c, instance) => {
      const swap = accept(c, instance, "async");
      return "code" in swap ? refuse(c, swap) : c.json({ job_id: swap.job.id });
    }),
  );

  app.get(operations.showJob.path, (c) => {
    const job = world.jobs.get(c.req.param("job"));
    return job ? c.json(jobJson(job)) : refuse(c, { ...badParameter("job_id"), status: 404 });
  });

  app.get(
    operations.showInstance.path,
    withInstance((c, instance) => c.json(showInstanceJson(instance, behaviour))),
  );

  app.get(operations.listInstances.path, (c) => {
    const window = page(c.req.query(), { limit: 10, highest: 1000 });
    if ("code" in window) return refuse(c, window);
    const found = [...world.instances.values()].filter((instance) =>
      instanceMatches(instance, c.req.query(), behaviour),
    );
    const shown = found.slice(window.offset, window.offset + window.limit);
    return c.json({
      instance_num: found.length,
      instances: shown.map((instance) => listedInstanceJson(instance, behaviour)),
    });
  });

  /** Roles can be read of multi-node instances of Redis 4.0 and later. */
  const nodesUnreadable = (instance: Instance): Refusal | undefined => {
    if (behaviour.groups === "forbidden") return forbidden("dcs:instance:get");
    if (behaviour.groups === "unreadable") return internalError;
    const tooOld = Number.parseFloat(instance.engineVersion) < 4;
    const without = tooOld || instance.cacheMode === "single";
    return without
      ? { status: 400, code: "DCS.4027", message: "This operation is not supported on this node." }
      : undefined;
  };

  app.get(
    operations.listGroups.path,
    withInstance((c, instance) => {
      const refusal = nodesUnreadable(instance);
      return refusal ? refuse(c, refusal) : c.json(groupsJson(instance));
    }),
  );

  app.get(
    operations.listNodes.path,
    withInstance((c, instance) => {
      const refusal = nodesUnreadable(instance);
      return refusal ? refuse(c, refusal) : c.json(logicalNodesJson(instance));
    }),
  );

  app.get(
    operations.listTasks.path,
    withInstance((c, instance) => {
      if (behaviour.taskLog === "forbidden") return refuse(c, forbidden("dcs:instance:getBackgroundTask"));
      if (behaviour.taskLog === "unreadable") return refuse(c, internalError);
      const window = page(c.req.query(), { limit: 10, highest: 1000 });
      if ("code" in window) return refuse(c, window);
      const found = tasksShown(instance.tasks, c.req.query(), behaviour);
      const shown = found.slice(window.offset, window.offset + window.limit);
      return c.json({
        task_count: behaviour.wireTypes === "models" ? String(found.length) : found.length,
        tasks: shown.map(taskJson),
      });
    }),
  );

  app.delete(
    operations.deleteTask.path,
    withInstance((c, instance) => {
      const task = instance.tasks.find((one) => one.id === c.req.param("task"));
      // Only a finished record may be deleted.
      if (!task || !["SUCCESS", "FAILED"].includes(task.status)) return refuse(c, badParameter("task_id"));
      instance.tasks = instance.tasks.filter((one) => one !== task);
      return c.json({});
    }),
  );

  app.post(
    operations.changeTags.path,
    withInstance(async (c, instance) => {
      const refusal = changeTags(instance, await c.req.text());
      return refusal ? refuse(c, refusal) : c.body(null, 204);
    }),
  );

  app.get(
    operations.listTags.path,
    withInstance((c, instance) => c.json({ tags: instance.tags })),
  );

  app.get(operations.listProjects.path, (c) => {
    const wanted = c.req.query("name");
    const projects = projectsJson(world).filter(
      ({ name }) => !wanted || name === wanted || name.startsWith(`${wanted}_`),
    );
    const self = `https://iam.${world.region}.sandbox.example/v3/projects`;
    return c.json({ links: { self, previous: null, next: null }, projects });
  });

  app.notFound((c) => refuse(c, unknownPath));
  return app;
}

function refuse(c: Context<Env>, { status, code, message }: Refusal): Response {
  return c.json(errorEnvelope(code, message, c.env.requestId), status satisfies ContentfulStatusCode);
}
