import { spawn } from "node:child_process";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redact } from "../../../provider/dcs/redact.js";
import { deadPort } from "./support/servers.js";
import { compiledClient } from "./support/compiled.js";
import { INSTANCE, KEYS, PROJECT } from "./support/clients.js";

/** Every form in which a secret may come out. */
const FORMS = Object.values(KEYS).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  JSON.stringify(secret).slice(1, -1),
]);

/** A signature, or anything else of 64 hex digits. */
const SIGNATURE = /[0-9a-f]{64}/;

function leaks(text: string): string[] {
  return [...FORMS.filter((form) => text.includes(form)), ...(SIGNATURE.exec(text) ?? [])];
}

/**
 * Answers of a server that does its worst: it sends back what it was sent, in every part of an answer that we show.
 * Each is raw HTTP; `{echo}` stands for the request's headers in one line.
 */
const hostile: string[] = [
  ...[400, 401, 403, 404, 429, 500, 502, 503, 504].flatMap((status) => [
    `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nX-Request-Id: {echo}\r\nConnection: close\r\n\r\n{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail, canonicalRequest:{echo}","request_id":"{echo}"}`,
    `HTTP/1.1 ${status} X\r\nConnection: close\r\n\r\n{"error":{"message":"{echo}","code":"{echo}"}}`,
    `HTTP/1.1 ${status} X\r\nConnection: close\r\n\r\n<html><title>{echo}</title><body>{echo}</body></html>`,
    `HTTP/1.1 ${status} X\r\nConnection: close\r\n\r\nupstream: {echo}`,
  ]),
  `HTTP/1.1 400 X\r\nConnection: close\r\n\r\n{"error_code":"{echo}","error_msg":"ak ${KEYS.accessKey} not exist"}`,
  `HTTP/1.1 307 X\r\nLocation: https://evil.example/?{echo}\r\nConnection: close\r\n\r\n`,
  `HTTP/1.1 200 OK\r\nX-Request-Id: {echo}\r\nConnection: close\r\n\r\n{"{echo}":"{echo}"}`,
  `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{echo}`,
  `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{echo}`,
  `HTTP/1.1 200 {echo}\u0001\r\n\r\n`,
  `{echo}`,
  ``,
];

/** Serves the hostile answers in turn. */
const SERVER = createTcpServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (bytes) => {
    const lines = bytes.toString("latin1").split("\r\n\r\n")[0] ?? "";
    const echo = lines.replaceAll(/["\\]/g, "").split("\r\n").join("|");
    const answer = hostile[turn++ % hostile.length] ?? "";
    socket.end(answer.replaceAll("{echo}", echo));
  });
});
let turn = 0;
let port = 0;
let entry = "";
let remove: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  ({ entry, remove } = await compiledClient());
  await new Promise<void>((resolve) => SERVER.listen(0, "127.0.0.1", resolve));
  ({ port } = SERVER.address() as AddressInfo);
});
afterAll(async () => {
  SERVER.close();
  await remove();
});

/** Provokes every failure in a process of its own and prints whatever is thrown in every way that there is. */
async function provoke(env: NodeJS.ProcessEnv): Promise<{ output: string; failures: number }> {
  const script = `
    const { DcsClient, connect, diagnose, signRequest } = require(${JSON.stringify(entry)});
    const { inspect } = require("node:util");
    const keys = ${JSON.stringify(KEYS)};
    const show = (label, value) => console.log(label, inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value), String(value), value && value.stack, value && value.cause && inspect(value.cause));
    const endpoints = [...Array(${hostile.length + 2}).fill("http://127.0.0.1:${port}"), "http://127.0.0.1:${await deadPort()}",
      "https://127.0.0.1:${port}", "https://dcs.does-not-exist.invalid"];
    let failures = 0;
    (async () => {
      for (const endpoint of endpoints) {
        for (const call of ["swap", "showInstance", "listTasks", "addTags"]) {
          const client = new DcsClient({ endpoint, region: "test-1", projectId: ${JSON.stringify(PROJECT)}, requestTimeoutMs: 2000,
            credentials: async () => ({ ...keys }), effects: { sleep: async () => {} } });
          try { await client[call](${JSON.stringify(INSTANCE)}, []); show("client", client); }
          catch (error) { failures++; show(call, error); show("client", client); }
        }
      }
      for (const settings of [keys, { ...keys, secretKey: "" }, { ...keys, secretKey: keys.secretKey + " x" }]) {
        try { await connect({ region: "test-1", endpoint: "http://127.0.0.1:${port}", ...settings }, { env: {}, home: "/nonexistent", metadataOrigin: "http://127.0.0.1:1" }); }
        catch (error) { failures++; show("connect", error); }
        show("diagnosis", await diagnose({ region: "test-1", endpoint: "http://127.0.0.1:${port}", projectId: "p", ...settings }, ${JSON.stringify(INSTANCE)},
          { env: {}, home: "/nonexistent", metadataOrigin: "http://127.0.0.1:1" }));
      }
      const never = { accessKey: keys.accessKey, secretKey: keys.secretKey, securityToken: keys.securityToken + "\\nx" };
      const client = new DcsClient({ endpoint: "http://127.0.0.1:1", region: "r", projectId: "p", credentials: async () => never });
      await client.swap("i").catch((error) => { failures++; show("unsignable", error); });
      const failing = new DcsClient({ endpoint: "http://127.0.0.1:1", region: "r", projectId: "p",
        credentials: async () => { throw new Error("could not use " + keys.secretKey); } });
      await failing.swap("i").catch((error) => { failures++; show("source", error); });
      console.log("FAILURES", failures);
    })();
  `;
  const child = spawn(process.execPath, ["-e", script], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (bytes) => (output += String(bytes)));
  child.stderr.on("data", (bytes) => (output += String(bytes)));
  await new Promise((resolve) => child.once("close", resolve));
  return { output, failures: Number(/FAILURES (\d+)/.exec(output)?.[1]) };
}

describe("keys, tokens and signatures", () => {
  it.each([
    ["", {}],
    [
      ", with everything that logs switched on",
      { DEBUG: "*", NODE_DEBUG: "undici,fetch,http,net,tls,stream,timer", HUAWEICLOUD_SDK_DEBUG: "true" },
    ],
  ])(
    "come out in nothing that is thrown or printed while every failure is provoked%s",
    { timeout: 120_000 },
    async (_how, env) => {
      const { output, failures } = await provoke(env);
      // All calls but the few that a 2xx satisfies fail.
      expect(failures).toBeGreaterThan(4 * hostile.length - 8);
      expect(leaks(output)).toEqual([]);
    },
  );

  it("would be found by this test if they did", () => {
    expect(leaks(inspect(new Error(`x ${KEYS.securityToken}`)))).toHaveLength(2);
    expect(leaks(`Signature=${"0a".repeat(32)}`)).toHaveLength(1);
  });
});

describe("redacting", () => {
  const secrets = Object.values(KEYS);
  it.each([
    [`key ${KEYS.secretKey}!`, "key [redacted]!"],
    [`?t=${encodeURIComponent(KEYS.securityToken)}&x`, "?t=[redacted]&x"],
    ["authorization:SDK-HMAC-SHA256 Access=abc, Signature=def|next", "authorization:[redacted]|next"],
    ["X-Security-Token: abc def\nnext", "X-Security-Token:[redacted] next"],
    ["Access=abc, SignedHeaders=host, Signature=def", "Access=[redacted], SignedHeaders=host, Signature=[redacted]"],
    ["canonicalRequest:GET|/|host:x", "canonicalRequest:[redacted]"],
    [`hash ${"ab".repeat(32)}.`, "hash [redacted]."],
    ["nothing to hide", "nothing to hide"],
    ["a\u0000b\r\nc\u001b[2J", "a b c [2J"],
  ])("%j gives %j", (text, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });

  it("leaves no part of a secret at the end of what is cut off", () => {
    expect(redact(`${"x".repeat(290)}${KEYS.secretKey}`, secrets)).not.toContain("SKZZ");
  });

  it("takes an empty secret for none", () => {
    expect(redact("abc", [""])).toBe("abc");
  });
});
