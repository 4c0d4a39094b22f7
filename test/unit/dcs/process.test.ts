import { spawn } from "node:child_process";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selfSigned } from "./support/certificate.js";
import { INSTANCE, KEYS, PROJECT } from "./support/clients.js";
import { compiledClient } from "./support/compiled.js";
import { httpServer, tcpServer, tlsServer } from "./support/servers.js";

let entry = "";
let remove: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  ({ entry, remove } = await compiledClient());
});
afterAll(() => remove());

/** Runs a script that has `client` in a process of its own, to its own end. */
async function run(endpoint: string, body: string, env: NodeJS.ProcessEnv = {}) {
  const script = `
    const { DcsClient, diagnose, connect } = require(${JSON.stringify(entry)});
    const client = new DcsClient({
      endpoint: ${JSON.stringify(endpoint)}, region: "test-1", projectId: ${JSON.stringify(PROJECT)},
      credentials: async () => (${JSON.stringify(KEYS)}),
    });
    const INSTANCE = ${JSON.stringify(INSTANCE)};
    (async () => { ${body} })().catch((error) => { console.error(error); console.log(JSON.stringify(error)); process.exitCode = 1; });
  `;
  const child = spawn(process.execPath, ["-e", script], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let lastWord = 0;
  child.stdout.on("data", (bytes) => {
    stdout += String(bytes);
    lastWord = performance.now();
  });
  child.stderr.on("data", (bytes) => (stderr += String(bytes)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { stdout, stderr, code, lingeredMs: performance.now() - lastWord };
}

describe("a process that has called", () => {
  it("ends by itself at once, with connections kept alive on both sides", async () => {
    const { url } = await httpServer((_request, response) => {
      response.writeHead(204, { connection: "keep-alive", "keep-alive": "timeout=600" }).end();
    });
    const { stdout, code, lingeredMs } = await run(
      url,
      `await client.swap(INSTANCE); await client.swap(INSTANCE); console.log("done");`,
    );
    expect(stdout).toBe("done\n");
    expect(code).toBe(0);
    expect(lingeredMs).toBeLessThan(3_000);
  });

  it("ends by itself at once after a call that was given up or ran out of time", async () => {
    const { url } = await tcpServer(() => undefined);
    const { stdout, lingeredMs } = await run(
      url,
      `const signal = AbortSignal.timeout(100);
       await client.swap(INSTANCE, { signal }).catch((error) => console.log(error.code));`,
    );
    expect(stdout).toBe("ABORTED\n");
    expect(lingeredMs).toBeLessThan(3_000);
  });

  it("ends by itself at once after a call that was given up while connecting", async () => {
    const { port } = await tcpServer(() => undefined);
    const { stdout, lingeredMs } = await run(
      `https://127.0.0.1:${port}`,
      `const signal = AbortSignal.timeout(1_000);
       await client.swap(INSTANCE, { signal }).catch((error) => console.log(error.code, error.disposition));`,
    );
    expect(stdout).toBe("ABORTED not-sent\n");
    expect(lingeredMs).toBeLessThan(3_000);
  });

  it("ends although it only made a client", async () => {
    const { code, stdout } = await run("https://dcs.example", `console.log("made");`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "made\n" });
  });
});

describe("TLS", () => {
  const host = "dcs.test-1.example";
  const identity = selfSigned(host);
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dcs-ca-"));
    await writeFile(join(folder, "ca.pem"), identity.cert);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const NO_CONTENT = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

  /** A proxy that leads every name to one port; `tunnels` collects what it was asked for. */
  async function proxyTo(port: number, status = "200 Connection established") {
    const tunnels: string[] = [];
    const authorizations: (string | undefined)[] = [];
    const server = createServer();
    const sockets = new Set<{ destroy(): void }>();
    server.on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      authorizations.push(request.headers["proxy-authorization"]);
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
      if (!status.startsWith("200")) return void socket.end();
      const target = connectTcp(port, "127.0.0.1");
      target.on("error", () => socket.destroy());
      target.pipe(socket).pipe(target);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    return { tunnels, authorizations, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }

  const swap = `console.log(JSON.stringify(await client.swap(INSTANCE)));`;
  const swapFails = `await client.swap(INSTANCE).then(() => console.log("no error"), (error) => console.log(JSON.stringify(error)));`;

  it("through the proxy of HTTPS_PROXY reaches an endpoint whose authority NODE_EXTRA_CA_CERTS names", async () => {
    const { port } = await tlsServer(identity, NO_CONTENT);
    const proxy = await proxyTo(port);
    const env = { HTTPS_PROXY: `http://user:hunter2@${proxy.address}`, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
    const { stdout } = await run(`https://${host}`, swap, env);
    await proxy.close();
    expect(JSON.parse(stdout)).toEqual({ status: 204 });
    expect(proxy.tunnels).toEqual([`${host}:443`]);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("user:hunter2").toString("base64")}`]);
  });

  it("is not trusted without that authority, and nothing is sent", async () => {
    const { port } = await tlsServer(identity, NO_CONTENT);
    const proxy = await proxyTo(port);
    const { stdout } = await run(`https://${host}`, swapFails, { https_proxy: `http://${proxy.address}` });
    await proxy.close();
    expect(JSON.parse(stdout)).toMatchObject({
      reason: "tls",
      disposition: "not-sent",
      remedy: expect.stringContaining("NODE_EXTRA_CA_CERTS") as string,
    });
  });

  it("goes past the proxy for hosts in NO_PROXY", async () => {
    const { port } = await tlsServer(identity, NO_CONTENT);
    const proxy = await proxyTo(port);
    const { stdout } = await run(`https://${host}`, swapFails, {
      HTTPS_PROXY: `http://${proxy.address}`,
      NO_PROXY: ".example",
    });
    await proxy.close();
    expect(JSON.parse(stdout)).toMatchObject({ reason: "dns", disposition: "not-sent" });
    expect(proxy.tunnels).toEqual([]);
  });

  it("goes past the proxy for loopback hosts", async () => {
    const proxies = { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1" };
    const { url } = await httpServer((_request, response) => response.writeHead(204).end());
    expect(JSON.parse((await run(url, swap, proxies)).stdout)).toEqual({ status: 204 });
    const local = selfSigned("localhost");
    await writeFile(join(folder, "localhost.pem"), local.cert);
    const { port } = await tlsServer(local, NO_CONTENT);
    const env = { ...proxies, NODE_EXTRA_CA_CERTS: join(folder, "localhost.pem") };
    expect(JSON.parse((await run(`https://localhost:${port}`, swap, env)).stdout)).toEqual({ status: 204 });
  });

  it("is not sent through a proxy that refuses, and the proxy's password is not told", async () => {
    const proxy = await proxyTo(1, "407 Proxy Authentication Required");
    const { stdout, stderr } = await run(`https://${host}`, swapFails, {
      HTTPS_PROXY: `http://user:hunter2@${proxy.address}`,
    });
    await proxy.close();
    expect(JSON.parse(stdout)).toMatchObject({ reason: "proxy", disposition: "not-sent", stage: "connecting" });
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it("is not sent through a proxy that is not there, or that breaks off", async () => {
    const { port } = await tcpServer((socket) => socket.once("data", () => socket.destroy()));
    for (const address of [`127.0.0.1:${port}`, "127.0.0.1:1"]) {
      const { stdout } = await run(`https://${host}`, swapFails, { HTTPS_PROXY: `http://${address}` });
      expect(JSON.parse(stdout)).toMatchObject({ disposition: "not-sent", stage: "connecting" });
    }
  });

  it("needs a proxy address that is one", async () => {
    const { stdout } = await run(`https://${host}`, swapFails, { HTTPS_PROXY: "user:hunter2@proxy example" });
    expect(JSON.parse(stdout)).toMatchObject({ code: "CONFIG", what: "Reading HTTPS_PROXY" });
    expect(stdout).not.toContain("hunter2");
  });
});
