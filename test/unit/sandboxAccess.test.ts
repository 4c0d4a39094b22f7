import { afterEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/index.js";
import { call } from "./sandboxClient.js";

let sandbox: Sandbox;
const start = async (options?: SandboxOptions): Promise<Sandbox> => (sandbox = await startSandbox(options));
afterEach(() => sandbox.close());

const LIST = "/v2/{project}/instances";

describe("a request with a wrong key", () => {
  it("is 401 in the gateway's envelope, echoing the signed headers", async () => {
    await start();
    const answer = await call({ ...sandbox, secretKey: "wrong" }, "GET", LIST, { headers: { "X-Trace": "abc" } });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ error_code: "APIGW.0301", request_id: answer.headers["x-request-id"] });
    expect(answer.text).toContain("verify aksk signature fail, canonicalRequest:GET|/v2/");
    expect(answer.text).toContain("|x-trace:abc|");
  });

  it("reaches no route, and the journal says so", async () => {
    await start();
    const path = `/v2/{project}/instances/${sandbox.instances[0]?.id}/swap`;
    await call({ ...sandbox, secretKey: "wrong" }, "POST", path);
    expect(sandbox.swaps()).toEqual([]);
    expect(sandbox.requests()).toMatchObject([
      { operation: "swap", status: 401, errorCode: "APIGW.0301", handled: false },
    ]);
  });

  it("locks the key for everyone after more than five in a row", async () => {
    await start();
    for (let n = 0; n < 6; n += 1) await call({ ...sandbox, secretKey: "wrong" }, "GET", LIST);
    const answer = await call(sandbox, "GET", LIST);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain("AK access failed to reach the limit,forbidden");
  });

  it("locks nothing at five, if then a right one comes", async () => {
    await start();
    for (const n of [5, 5]) {
      for (let i = 0; i < n; i += 1) await call({ ...sandbox, secretKey: "wrong" }, "GET", LIST);
      expect(await call(sandbox, "GET", LIST)).toMatchObject({ status: 200 });
    }
  });

  it("locks nothing where that is switched off", async () => {
    await start({ behaviour: { lockKeyAfterFailures: 0 } });
    for (let n = 0; n < 8; n += 1) await call({ ...sandbox, secretKey: "wrong" }, "GET", LIST);
    expect(await call(sandbox, "GET", LIST)).toMatchObject({ status: 200 });
  });
});

describe("the sandbox's clock", () => {
  it("stamps the Date of every answer, refusals too", async () => {
    await start({ behaviour: { clockOffsetSeconds: 600 } });
    for (const access of [sandbox, { ...sandbox, secretKey: "wrong" }]) {
      const date = Date.parse((await call(access, "GET", LIST)).headers["date"] ?? "");
      expect(Math.abs(date - Date.now() - 600_000)).toBeLessThan(5000);
    }
  });

  it("refuses signatures when it is more than 15 minutes off, and tells its own time", async () => {
    await start({ behaviour: { clockOffsetSeconds: 960 } });
    const answer = await call(sandbox, "GET", LIST);
    expect(answer.status).toBe(401);
    expect(answer.text).toMatch(/signature expired, signature time:\d{8}T\d{6}Z,server time:\d{8}T\d{6}Z/);
    sandbox.setBehaviour({ clockOffsetSeconds: 840 });
    expect(await call(sandbox, "GET", LIST)).toMatchObject({ status: 200 });
  });
});

describe("keys", () => {
  it("of a temporary kind need their token", async () => {
    await start({ securityToken: "token-1" });
    expect((await call(sandbox, "GET", LIST)).text).toContain("Get secretKey failed");
    const answer = await call(sandbox, "GET", LIST, { headers: { "X-Security-Token": "token-1" } });
    expect(answer.status).toBe(200);
    expect(sandbox.env).toMatchObject({ HUAWEICLOUD_SDK_SECURITY_TOKEN: "token-1" });
  });

  it("of several users tell them apart in the task log", async () => {
    await start({ swapSeconds: 0, users: [{ accessKey: "OPSKEY", secretKey: "ops-secret", name: "ops" }] });
    const path = `/v2/{project}/instances/${sandbox.instances[0]?.id}/swap`;
    await call(sandbox, "POST", path);
    await call({ ...sandbox, accessKey: "OPSKEY", secretKey: "ops-secret" }, "POST", path);
    expect(sandbox.swaps().map((swap) => swap.user)).toEqual(["sandbox-user", "ops"]);
  });

  it("of one project open no other", async () => {
    await start();
    const answer = await call({ ...sandbox, projectId: "0".repeat(32) }, "GET", LIST);
    expect(answer).toMatchObject({ status: 401, json: { error_code: "DCS.1004" } });
  });
});
