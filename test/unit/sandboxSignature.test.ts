import { describe, expect, it } from "vitest";
import { parseCompactTimestamp } from "../../sandbox/clock.js";
import { verifySignature, type RawRequest, type Signer, type Verdict } from "../../sandbox/signature.js";
import vectors from "./dcs/signer/vectors.json";

interface Vector {
  name: string;
  ak: string;
  sk: string;
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: string | null;
  date: string;
  authorization: string;
}

const all: Vector[] = vectors;

function requestOf(vector: Vector): RawRequest {
  const [, host = "", target = ""] = /^https?:\/\/([^/]+)(.*)$/.exec(vector.url) ?? [];
  const headers: Record<string, string> = { host };
  for (const [name, value] of Object.entries(vector.headers)) headers[name.toLowerCase()] = value ?? "";
  headers["x-sdk-date"] = vector.date;
  headers["authorization"] = vector.authorization;
  return { method: vector.method, target: target || "/", headers, body: Buffer.from(vector.body ?? "") };
}

function signerOf(vector: Vector): Signer {
  const token = requestOf(vector).headers["x-security-token"];
  const keys = { accessKey: vector.ak, secretKey: vector.sk, name: "someone" };
  return token === undefined ? keys : { ...keys, securityToken: token };
}

interface Change {
  request?: (request: RawRequest) => Partial<RawRequest>;
  headers?: Record<string, string | undefined>;
  signer?: Partial<Signer>;
  /** Seconds from the date of the signature to that of the check. */
  secondsLater?: number;
}

function verify(vector: Vector, change: Change = {}): Verdict {
  const request = { ...requestOf(vector), ...change.request?.(requestOf(vector)) };
  const changed = Object.entries({ ...request.headers, ...change.headers });
  request.headers = Object.fromEntries(
    changed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const signer = { ...signerOf(vector), ...change.signer };
  const now = (parseCompactTimestamp(vector.date) ?? 0) + (change.secondsLater ?? 0) * 1000;
  return verifySignature(request, now, (accessKey) => (accessKey === signer.accessKey ? signer : undefined));
}

function named(name: string): Vector {
  const vector = all.find((one) => one.name === name);
  if (!vector) throw new Error(`no vector ${name}`);
  return vector;
}

const withToken = named("show-instance-token");
const withBody = named("tags-action-body-unicode");

describe("the sandbox's signature check", () => {
  it.each(all)("accepts what the official signers agree on: $name", (vector) => {
    expect(verify(vector)).toMatchObject({ ok: true, signer: { accessKey: vector.ak } });
  });

  it.each(all)("refuses the same with another secret: $name", (vector) => {
    expect(verify(vector, { signer: { secretKey: `${vector.sk}x` } })).toMatchObject({ ok: false });
  });

  it("has vectors to go by", () => {
    expect(all.length).toBeGreaterThanOrEqual(48);
  });

  it("accepts a signature that leaves the host out, as the Go SDK's do", () => {
    // Made by the signer of the Go SDK v0.1.207.
    const signature = "c9933d4846433fcabf0ed57d1c7aec8493a653de9e0b4dc1eea8c7e844fa66ff";
    const vector = named("swap-project-id");
    const authorization = `SDK-HMAC-SHA256 Access=${vector.ak}, SignedHeaders=x-project-id;x-sdk-date, Signature=${signature}`;
    expect(verify({ ...vector, authorization }, { headers: { host: "anything" } })).toMatchObject({ ok: true });
  });

  it.each<[string, Vector, Change, string]>([
    ["another method", withToken, { request: () => ({ method: "PUT" }) }, "verify aksk signature fail"],
    ["another path", withToken, { request: ({ target }) => ({ target: `${target}x` }) }, "verify aksk signature fail"],
    [
      "a query that was not signed",
      withToken,
      { request: ({ target }) => ({ target: `${target}?a=1` }) },
      "verify aksk",
    ],
    ["another body", withBody, { request: () => ({ body: Buffer.from("{}") }) }, "verify aksk signature fail"],
    ["another host", withToken, { headers: { host: "other" } }, "verify aksk signature fail"],
    ["a signed header gone", withToken, { headers: { host: undefined } }, "signed header host is missing"],
    [
      "a date that was not signed",
      withToken,
      { headers: { authorization: dateUnsigned() } },
      "x-sdk-date is not signed",
    ],
    ["a malformed date", withToken, { headers: { "x-sdk-date": "yesterday" } }, "x-sdk-date yesterday is malformed"],
    [
      "an age of 15 minutes and 1 s",
      withToken,
      { secondsLater: 901 },
      "signature expired, signature time:20240615T101112Z",
    ],
    ["a date 15 minutes and 1 s ahead", withToken, { secondsLater: -901 }, "server time:20240615T095611Z"],
    ["an unknown key", withToken, { signer: { accessKey: "OTHER" } }, `ak ${withToken.ak} not exist`],
    ["another token", withToken, { signer: { securityToken: "other" } }, "decrypt token fail"],
    ["no token for a temporary key", named("swap-minimal"), { signer: { securityToken: "t" } }, "Get secretKey failed"],
    [
      "a token that was not signed",
      named("swap-minimal"),
      { headers: { "x-security-token": "t" }, signer: { securityToken: "t" } },
      "x-security-token is not signed",
    ],
    ["no Authorization", withToken, { headers: { authorization: undefined } }, "Authorization header is missing"],
    ["another scheme", withToken, { headers: { authorization: "Basic eA==" } }, "Authorization header format error"],
    [
      "a declared hash of another body",
      withBody,
      { headers: { "x-sdk-content-sha256": "0".repeat(64) } },
      "the body does not",
    ],
  ])("refuses %s", (_, vector, change, message) => {
    const verdict = verify(vector, change);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.ok ? "" : verdict.message).toContain(message);
  });

  it("accepts dates up to 15 minutes off in both directions", () => {
    expect(verify(withToken, { secondsLater: 900 })).toMatchObject({ ok: true });
    expect(verify(withToken, { secondsLater: -900 })).toMatchObject({ ok: true });
  });

  it("echoes the canonical request with the signed headers, as the gateway does", () => {
    const verdict = verify(withToken, { signer: { secretKey: "other" } });
    const token = requestOf(withToken).headers["x-security-token"];
    expect(verdict.ok ? "" : verdict.message).toContain(`|x-security-token:${token}|`);
  });
});

function dateUnsigned(): string {
  return withToken.authorization.replace("x-sdk-date", "x-sdk-late");
}
