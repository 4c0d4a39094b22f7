import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  ApiError,
  AuthError,
  BusyError,
  ConfigError,
  CredentialsError,
  DcsError,
  ForbiddenError,
  NotFoundError,
  NotSupportedError,
  ServerError,
  SwapFailedError,
  ThrottledError,
} from "../../../provider/dcs/index.js";
import { clientOf, failure, INSTANCE, KEYS, PROJECT } from "./support/clients.js";
import { httpServer } from "./support/servers.js";

type Json = Record<string, unknown>;

/** What a swap gives that is answered so, by a client that knows the instance's type if `cacheMode` is given. */
async function swapAnswered(
  status: number,
  body: Json | string = "",
  headers: Record<string, string> = {},
  cacheMode?: string,
) {
  const { url } = await httpServer((request, response) => {
    if (request.method === "GET") {
      response.end(JSON.stringify({ instance_id: INSTANCE, status: "RUNNING", cache_mode: cacheMode }));
      return;
    }
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const { client } = clientOf(url);
  const error = await failure(client.swap(INSTANCE));
  if (!(error instanceof DcsError)) throw error;
  return { error, url };
}

const dcs = (code: string, message: string): Json => ({ error_code: code, error_msg: message, error_ext_msg: null });
const gateway = (code: string, message: string): Json => ({ error_code: code, error_msg: message, request_id: "gw-1" });

describe("an error", () => {
  it("reads as what, why and remedy, in one text", async () => {
    const { error } = await swapAnswered(400, dcs("DCS.4026", "The current instance status does not allow it."));
    const { what, why, remedy, message } = error;
    expect(what).toBe(`Switching over instance ${INSTANCE} in test-1`);
    expect(message).toBe(`${what}: ${why}. ${remedy}`);
  });

  it("carries status, code, request id and disposition, and nothing that is not known", async () => {
    const { error } = await swapAnswered(400, dcs("DCS.4026", "busy"), { "x-request-id": "r-7" });
    expect(Object.assign({}, error)).toEqual({
      name: "BusyError",
      code: "BUSY",
      what: error.what,
      why: error.why,
      remedy: error.remedy,
      retryable: true,
      status: 400,
      errorCode: "DCS.4026",
      requestId: "r-7",
      disposition: "refused",
    });
  });

  it("survives JSON and inspect with its message", async () => {
    const { error } = await swapAnswered(500);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: "ServerError",
      message: error.message,
      code: "SERVER",
    });
    expect(inspect(error)).toContain(error.message);
  });

  it("is known as ours even if another copy of the package threw it", async () => {
    const { error } = await swapAnswered(500);
    const foreign: unknown = Object.assign(Object.create(Error.prototype) as object, error);
    const brand = Object.getOwnPropertySymbols(error)[0];
    if (brand === undefined) throw new Error("no brand");
    Object.defineProperty(foreign, brand, { value: true });
    expect(DcsError.isInstance(foreign)).toBe(true);
    expect(DcsError.isInstance(error)).toBe(true);
    expect(DcsError.isInstance(new Error("x"))).toBe(false);
    expect(DcsError.isInstance(null)).toBe(false);
    expect(DcsError.isInstance("x")).toBe(false);
  });

  it("says no instance id that could not be one, and calls nothing", async () => {
    const { client } = clientOf("http://127.0.0.1:1");
    for (const id of ["", "a/b", "../x", "a?b", "ü", "a".repeat(65)]) {
      const error = await failure(client.swap(id));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({ code: "CONFIG" });
    }
  });

  it("keeps its class, so that callers can tell kinds apart", () => {
    for (const kind of [
      AuthError,
      ForbiddenError,
      NotFoundError,
      ThrottledError,
      BusyError,
      NotSupportedError,
      SwapFailedError,
      ServerError,
    ]) {
      const error = new kind({ code: "SERVER", what: "a", why: "b", remedy: "c" });
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(kind.name);
    }
    expect(new CredentialsError({ what: "a", why: "b!", remedy: "" }).message).toBe("a: b!");
  });
});

describe("401", () => {
  it("of a wrong key says so, with the gateway's echo of the signed headers cut out", async () => {
    const echo = `verify aksk signature fail, canonicalRequest:POST|/v2/|authorization:x|x-security-token:${KEYS.securityToken}|`;
    const { error } = await swapAnswered(
      401,
      gateway("APIGW.0301", `Incorrect IAM authentication information: ${echo}`),
    );
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({
      code: "UNAUTHORIZED",
      status: 401,
      errorCode: "APIGW.0301",
      requestId: "gw-1",
      disposition: "refused",
    });
    expect(error.why).toContain("verify aksk signature fail, canonicalRequest:[redacted]");
    expect(error.why).toContain("the access key, the secret key or the security token is not right");
    expect(error.remedy).toContain("five failures in a row lock the key for five minutes");
    expect(error.retryable).toBe(false);
  });

  it("does not repeat the key that does not exist", async () => {
    const { error } = await swapAnswered(
      401,
      gateway("APIGW.0301", `Incorrect IAM authentication information: ak ${KEYS.accessKey} not exist`),
    );
    expect(error.why).toContain("ak [redacted] not exist");
  });

  it.each([
    ["20261124T094500Z", "20261124T100001Z", "15 min 1 s behind"],
    ["20261124T101600Z", "20261124T100000Z", "16 min 0 s ahead of"],
  ])("of a clock (signed %s, server %s) says by how much it is off", async (signed, server, expected) => {
    const message = `Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature time:${signed},server time:${server}`;
    const { error } = await swapAnswered(401, gateway("APIGW.0301", message));
    expect(error.why).toContain(`this machine's clock is ${expected} the cloud's, and 15 minutes are allowed`);
    expect(error.remedy).toContain("Set the clock");
  });

  it("of a clock is told from the Date header where the message does not tell", async () => {
    const date = new Date(Date.now() - 20 * 60_000 - 500).toUTCString();
    const { error } = await swapAnswered(401, gateway("APIGW.0303", "Incorrect IAM authentication information"), {
      date,
    });
    expect(error.why).toMatch(/this machine's clock is 20 min [0-2] s ahead of the cloud's/);
  });

  it("of a locked key says to wait", async () => {
    const { error } = await swapAnswered(401, gateway("APIGW.0301", "AK access failed to reach the limit,forbidden"));
    expect(error.why).toContain("the access key is locked");
    expect(error.remedy).toContain("Wait five minutes");
  });
});

describe("other answers", () => {
  it("403 names the IAM action of the call", async () => {
    const { error } = await swapAnswered(403, dcs("DCS.2003", "no permission"));
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(error.why).toContain("the IAM action dcs:instance:swap is not allowed");
    expect(error.remedy).toContain("Grant dcs:instance:swap");
  });

  it("403 names the action that the cloud names, where it does", async () => {
    const { error } = await swapAnswered(
      403,
      dcs("DCS.2007", "Policy doesn't allow dcs:instance:modify to be performed"),
    );
    expect(error.remedy).toContain("Grant dcs:instance:modify");
  });

  it("404 names the instance, the region and the project", async () => {
    const { error } = await swapAnswered(404, dcs("DCS.3022", "not found"));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.why).toContain(`there is no instance ${INSTANCE} in region test-1, project ${PROJECT}`);
  });

  it("404 of the gateway speaks of the endpoint instead", async () => {
    const { error, url } = await swapAnswered(404, gateway("APIGW.0101", "The API does not exist"));
    expect(error.why).toContain(`the endpoint ${url} does not serve this call`);
  });

  it("429 says how long to wait, if the cloud does", async () => {
    const asked = await swapAnswered(429, gateway("APIGW.0308", "throttling"), { "retry-after": "7" });
    expect(asked.error).toBeInstanceOf(ThrottledError);
    expect(asked.error).toMatchObject({ retryAfterMs: 7_000, disposition: "refused", retryable: true });
    expect(asked.error.remedy).toContain("Wait 7 s");
    const open = await swapAnswered(429);
    expect(open.error.remedy).toContain("Wait a minute");
  });

  it.each([
    ["DCS.4026", "does not allow it"],
    ["DCS.4096", "being backed up"],
    ["DCS. 4111", "restarting"],
    ["111400113", "being extended"],
  ])("busy code %s says what keeps the instance busy", async (code, expected) => {
    const { error } = await swapAnswered(400, dcs(code, "no"));
    expect(error).toBeInstanceOf(BusyError);
    expect(error).toMatchObject({ code: "BUSY", disposition: "refused", retryable: true });
    expect(error.why).toContain(expected);
  });

  it("DCS.4855 says of which type the instance is, reading it if need be", async () => {
    const { error } = await swapAnswered(400, dcs("DCS.4855", "Master standby swap is not supported."), {}, "single");
    expect(error).toBeInstanceOf(NotSupportedError);
    expect(error).toMatchObject({
      code: "NOT_SUPPORTED",
      disposition: "refused",
      retryable: false,
      errorCode: "DCS.4855",
    });
    expect(error.why).toContain('Master standby swap is not supported: the instance is of type "single"');
    expect(error.remedy).toContain('"ha"');
  });

  it("the older number 111400086 says the same", async () => {
    const { error } = await swapAnswered(
      400,
      { error: { code: "111400086", message: "no", ext_message: null } },
      {},
      "cluster",
    );
    expect(error).toMatchObject({ code: "NOT_SUPPORTED", errorCode: "DCS.4086" });
    expect(error.why).toContain('of type "cluster"');
  });

  it("DCS.4855 stands without the type if that cannot be read", async () => {
    const { url } = await httpServer((request, response) => {
      response.writeHead(request.method === "GET" ? 403 : 400);
      response.end(JSON.stringify(dcs("DCS.4855", "Master standby swap is not supported.")));
    });
    const error = await failure(clientOf(url).client.swap(INSTANCE));
    expect(error).toMatchObject({ code: "NOT_SUPPORTED", errorCode: "DCS.4855" });
  });

  it("DCS.4253 speaks of priorities, not of the type", async () => {
    const { error } = await swapAnswered(400, dcs("DCS.4253", "no"));
    expect(error).toMatchObject({ code: "NOT_SUPPORTED", retryable: false });
    expect(error.remedy).toContain("priority above 0");
  });

  it("DCS.5094 is the cloud's word that it failed, to be checked", async () => {
    const { error } = await swapAnswered(500, dcs("DCS.5094", "Master standby swap failed."));
    expect(error).toBeInstanceOf(SwapFailedError);
    expect(error).toMatchObject({ code: "SWAP_FAILED", disposition: "unknown", retryable: false });
  });

  it("504 says that it may have happened, and gives the request id for the vendor", async () => {
    const { error } = await swapAnswered(504, gateway("APIGW.0201", "Service DCS timed out (30000 ms)"));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "SERVER", disposition: "unknown", retryable: false, requestId: "gw-1" });
    expect(error.remedy).toContain("may have been carried out");
    expect(error.remedy).toContain("request id gw-1");
  });

  it("an unlisted 400 is passed on as it is", async () => {
    const { error } = await swapAnswered(400, dcs("DCS.4999", "Something new."));
    expect(error).toMatchObject({
      name: "ApiError",
      code: "REFUSED",
      disposition: "refused",
      retryable: false,
      errorCode: "DCS.4999",
    });
    expect(error.why).toBe("the cloud answered 400 DCS.4999: Something new");
  });
});

describe("envelopes", () => {
  it.each<[string, Json | string, string | undefined, string]>([
    ["DCS v2", dcs("DCS.4999", "text"), "DCS.4999", "text"],
    ["DCS v1", { error: { code: "DCS.4927", message: "text", ext_message: null } }, "DCS.4927", "text"],
    ["camel case", { errorCode: "DCS.4999", errorMsg: "text" }, "DCS.4999", "text"],
    ["plain", { code: "X.1", message: "text" }, "X.1", "text"],
    ["Keystone, whose code is a number", { error: { message: "text", code: 400, title: "t" } }, "400", "text"],
    ["an older gateway", { error_code: "APIG.0101", error_msg: "text" }, "APIGW.0101", "text"],
    [
      "IAM v5",
      { error_code: "PAP5.0011", error_msg: "text", encoded_authorization_message: "abc" },
      "PAP5.0011",
      "text",
    ],
    ["a message alone", { error_msg: "text" }, undefined, "text"],
    ["nothing", "", undefined, "an empty body"],
    ["HTML", "<html><head><title>502 Bad Gateway</title></head></html>", undefined, 'an HTML page "502 Bad Gateway"'],
    ["HTML without a title", "<!DOCTYPE html><p>x</p>", undefined, "an HTML page (23 bytes)"],
    ["text", "upstream connect error", undefined, 'text that is not JSON (22 bytes): "upstream connect error"'],
    ["other JSON", "[1,2]", undefined, "JSON of another shape"],
    ["null", "null", undefined, "JSON of another shape"],
  ])("of %s are read", async (_name, body, code, message) => {
    const { error } = await swapAnswered(400, body);
    expect(error.errorCode).toBe(code);
    expect(error.why).toContain(message);
  });

  it("give the request id of the header, the body, or IAM's trace", async () => {
    const both = await swapAnswered(400, gateway("X", "y"), { "x-request-id": "header" });
    expect(both.error.requestId).toBe("header");
    const trace = await swapAnswered(400, {}, { "x-iam-trace-id": "trace" });
    expect(trace.error.requestId).toBe("trace");
  });

  it("are cut to a readable length, in one line", async () => {
    const { error } = await swapAnswered(400, dcs("X", `one\n\ttwo\u0007 ${"long ".repeat(1_000)}`));
    expect(error.why).toContain("one two long long");
    expect(error.message.length).toBeLessThan(700);
    expect(error.message).not.toMatch(/[\n\t\p{Cc}]/u);
  });
});
