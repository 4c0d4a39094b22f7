// @ts-check
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A wire between a client and a server on this machine that counts what passes: headers and framing too, which no journal of
 * requests shows.
 *
 * @param {string} target the server's URL
 */
export async function startMeter(target) {
  const { hostname, port } = new URL(target);
  const counted = { connections: 0, sent: 0, received: 0 };
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const server = createServer((client) => {
    counted.connections += 1;
    const upstream = connect(Number(port), hostname);
    client.on("data", (chunk) => (counted.sent += chunk.length)).pipe(upstream);
    upstream.on("data", (chunk) => (counted.received += chunk.length)).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // A client that exits resets its idle connections.
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the meter has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** What passed since the last call. */
    take: () => {
      const taken = { ...counted };
      Object.assign(counted, { connections: 0, sent: 0, received: 0 });
      return taken;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
