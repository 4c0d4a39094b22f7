import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach } from "vitest";
import type { SelfSigned } from "./certificate.js";

const running: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A listening port, and how often somebody connected. */
export interface Listening {
  port: number;
  url: string;
  connections: () => number;
}

/** Takes connections and does with them whatever the test says; gone after the test. */
export async function tcpServer(onConnection: (socket: Socket) => void): Promise<Listening> {
  return listen(createTcpServer(onConnection), "http");
}

/** Answers every request as the test says; gone after the test. */
export async function httpServer(onRequest: RequestListener): Promise<Listening> {
  return listen(createHttpServer(onRequest), "http");
}

/** The same with TLS. `bytes` is the raw answer to whatever arrives. */
export async function tlsServer(identity: SelfSigned, bytes: string): Promise<Listening> {
  const server = createTlsServer(identity, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes));
  });
  server.on("tlsClientError", () => undefined);
  return listen(server, "https");
}

async function listen(server: Server, scheme: string): Promise<Listening> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push({ server, sockets });
  const { port } = server.address() as AddressInfo;
  return { port, url: `${scheme}://127.0.0.1:${port}`, connections: () => connections };
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
