import { subscribe } from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";

const cancelled = new AbortController();

/** Aborted when the engine has told this plugin to stop (Ctrl-C or SIGTERM at `pulumi up`), and when the engine is gone. @internal */
export const cancellation: AbortSignal = cancelled.signal;

/**
 * The SDK's dynamic provider takes the engine's Cancel call and does nothing with it, and goes on when the engine was killed. Both are seen on the
 * HTTP/2 requests to this process, which Node announces on a diagnostics channel (since 22.17). Without the channel a run just goes on to the
 * end of its waits.
 */
subscribe("http2.server.stream.start", (message) => {
  const { headers, stream } = message as { headers?: Record<string, unknown>; stream?: EventEmitter };
  const path = headers?.[":path"];
  if (path === "/pulumirpc.ResourceProvider/Cancel") cancelled.abort(new Error("the update was interrupted"));
  if (path === "/pulumirpc.ResourceProvider/Create" || path === "/pulumirpc.ResourceProvider/Update") {
    // Emitted only where the far side goes away before it has its answer.
    stream?.once("aborted", () => cancelled.abort(new Error("the engine is gone")));
  }
});
