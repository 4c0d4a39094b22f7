import { subscribe } from "node:diagnostics_channel";

const cancelled = new AbortController();

/** Aborted when the engine has told this plugin to stop (Ctrl-C or SIGTERM at `pulumi up`). @internal */
export const cancellation: AbortSignal = cancelled.signal;

/**
 * The SDK's dynamic provider takes the engine's Cancel call and does nothing with it. The call is an HTTP/2 request to this process, which Node
 * announces on a diagnostics channel of its own; a Node without the channel just goes on to the end of its waits.
 */
subscribe("http2.server.stream.start", (message) => {
  const headers = (message as { headers?: Record<string, unknown> }).headers;
  if (headers?.[":path"] === "/pulumirpc.ResourceProvider/Cancel")
    cancelled.abort(new Error("the update was interrupted"));
});
