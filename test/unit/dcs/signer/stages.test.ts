import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHeaders } from "../../../../provider/dcs/signer/canonicalHeaders.js";
import { canonicalQuery } from "../../../../provider/dcs/signer/canonicalQuery.js";
import { canonicalUri } from "../../../../provider/dcs/signer/canonicalUri.js";
import { signature } from "../../../../provider/dcs/signer/signature.js";
import { signingDate } from "../../../../provider/dcs/signer/signingDate.js";
import { signRequest, signingStages } from "../../../../provider/dcs/index.js";
import { splitUrl } from "../../../../provider/dcs/signer/splitUrl.js";

const key = { accessKey: "HPUAEXAMPLE0000AK001", secretKey: "ExampleSecretKey0123456789abcdefABCDEF00" };
const date = new Date("2024-01-02T03:04:05Z");

describe("the canonical URI", () => {
  it.each([
    ["/v2/a", "/v2/a/"],
    ["/v2/a/", "/v2/a/"],
    ["/", "/"],
    ["/v2//x", "/v2//x/"],
    ["/a/../b/./c", "/a/../b/./c/"],
    ["/me@home:1", "/me%40home%3A1/"],
    ["/%e5%ae%9e", "/%E5%AE%9E/"],
    ["/%41%7E", "/A~/"],
    ["/100%25", "/100%25/"],
    ["/a+b", "/a%2Bb/"],
    ["/a%2Fb", "/a%2Fb/"],
  ])("of %s is %s", (path, expected) => {
    expect(canonicalUri(path)).toBe(expected);
  });

  it.each(["/%", "/%zz", "/%ff"])("of %s does not exist: the escape is broken", (path) => {
    expect(() => canonicalUri(path)).toThrow(URIError);
  });
});

describe("the canonical query", () => {
  it.each([
    ["", ""],
    ["a", "a="],
    ["a=", "a="],
    ["=a", "=a"],
    ["&&b=2&&a=1&", "a=1&b=2"],
    ["a=b=c", "a=b%3Dc"],
    ["a=b%3Dc", "a=b%3Dc"],
    ["a+b=c+d", "a%20b=c%20d"],
    ["a=1%2B1", "a=1%2B1"],
    ["a%5Fb=%41%2D%2E%7E", "a_b=A-.~"],
    ["a%5Fb=1", "a_b=1"],
    ["a=%2f", "a=%2F"],
    ["a=!'()*", "a=%21%27%28%29%2A"],
    ["a=2&a=10&a=1", "a=1&a=10&a=2"],
    ["a-b=1&a=2", "a=2&a-b=1"],
    ["%7Eb=1&%7Ca=2&z=3", "z=3&%7Ca=2&~b=1"],
    ["a=%F0%9F%9A%80&a=%EF%BF%BD", "a=%EF%BF%BD&a=%F0%9F%9A%80"],
  ])("of %s is %s", (query, expected) => {
    expect(canonicalQuery(query)).toBe(expected);
  });

  it("refuses a broken escape", () => {
    expect(() => canonicalQuery("a=%")).toThrow(URIError);
  });
});

describe("the canonical headers", () => {
  it("are sorted by lower-case name, trimmed outside and kept inside", () => {
    expect(canonicalHeaders({ "X-B": "  a  b ", Host: "h", "X-A": "" })).toEqual({
      lines: "host:h\nx-a:\nx-b:a  b\n",
      signedHeaders: "host;x-a;x-b",
    });
  });

  it("leave out names with an underscore", () => {
    expect(canonicalHeaders({ Host: "h", X_A: "1" }).signedHeaders).toBe("host");
  });

  it("sign a content type unless it is multipart, whatever was signed before", () => {
    const names = (type: string): string => canonicalHeaders({ Host: "h", "Content-Type": type }).signedHeaders;
    expect(names("application/json")).toBe("content-type;host");
    expect(names("Multipart/form-data; boundary=x")).toBe("host");
    expect(names("application/json")).toBe("content-type;host");
  });

  it("refuse a name given twice", () => {
    expect(() => canonicalHeaders({ "X-A": "1", "x-a": "2" })).toThrow("The header x-a is given twice");
  });
});

describe("the signature", () => {
  it("is HMAC-SHA256 for keys and texts of any length", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 100 }),
        fc.string({ unit: "grapheme-ascii", maxLength: 200 }),
        (secretKey, ascii) => {
          const expected = createHmac("sha256", Buffer.from(secretKey)).update(ascii).digest("hex");
          expect(signature({ secretKey }, ascii)).toBe(expected);
        },
      ),
      {
        seed: 1,
        numRuns: 1_000,
        examples: [
          ["k".repeat(64), "x"],
          ["k".repeat(65), "x"],
          ["", ""],
        ],
      },
    );
  });

  it("follows a credentials object whose secret key changes", () => {
    const credentials = { secretKey: "one" };
    const before = signature(credentials, "text");
    credentials.secretKey = "two";
    expect(signature(credentials, "text")).toBe(signature({ secretKey: "two" }, "text"));
    expect(signature(credentials, "text")).not.toBe(before);
  });
});

describe("the signing date", () => {
  it("is the second in UTC, in basic format", () => {
    expect(signingDate(new Date("2024-01-02T03:04:05.999Z"))).toBe("20240102T030405Z");
    expect(signingDate(new Date("2024-01-02T03:04:06.000Z"))).toBe("20240102T030406Z");
    expect(() => signingDate(new Date(Number.NaN))).toThrow(RangeError);
  });
});

describe("splitting a URL", () => {
  it.each([
    ["https://h.example/a/b?c=d", "h.example", "/a/b", "c=d"],
    ["https://h.example", "h.example", "/", ""],
    ["https://h.example?a=/", "h.example", "/", "a=/"],
    ["https://h.example/a#b?c", "h.example", "/a", ""],
    ["https://h.example/a?b#c", "h.example", "/a", "b"],
    ["https://h.example/a/../b", "h.example", "/a/../b", ""],
    ["https://h.example:8443/a", "h.example:8443", "/a", ""],
    ["https://h.example:4430/a", "h.example:4430", "/a", ""],
    ["https://h.example:443/a", "h.example", "/a", ""],
    ["https://H.Example/A", "h.example", "/A", ""],
    ["http://[::1]:80/a?b", "[::1]", "/a", "b"],
  ])("%s", (url, host, path, query) => {
    expect(splitUrl(url)).toEqual({ host, path, query });
    if (!url.includes("..")) expect(splitUrl(new URL(url)).host).toBe(host);
  });

  it.each(["/a", "ftp://h/a", "h.example/a", ""])("refuses %s", (url) => {
    expect(() => splitUrl(url)).toThrow(TypeError);
  });
});

describe("signRequest", () => {
  const url = "https://dcs.example/v2/p/instances/i/swap";

  it("gives all headers to send: the caller's, host, date, token and authorization", () => {
    const headers = signRequest(
      { method: "post", url, headers: { "X-Project-Id": "p" } },
      { ...key, securityToken: "t" },
      date,
    );
    expect(Object.keys(headers)).toEqual(["X-Project-Id", "Host", "X-Sdk-Date", "X-Security-Token", "Authorization"]);
    expect(headers["Authorization"]).toContain("SignedHeaders=host;x-project-id;x-sdk-date;x-security-token,");
  });

  it("signs a token that the caller gives as a header, unless the key has one", () => {
    const request = { method: "GET", url, headers: { "x-security-token": "theirs" } };
    expect(signRequest(request, key, date)["x-security-token"]).toBe("theirs");
    const ours = signRequest(request, { ...key, securityToken: "ours" }, date);
    expect(ours["X-Security-Token"]).toBe("ours");
    expect(ours["x-security-token"]).toBeUndefined();
  });

  it("takes a host that is given, and replaces an old date and authorization", () => {
    const headers = signRequest(
      { method: "GET", url, headers: { host: "other", authorization: "old", "x-sdk-date": "old" } },
      key,
      date,
    );
    expect(headers["host"]).toBe("other");
    expect(headers["Host"]).toBeUndefined();
    expect(headers["authorization"]).toBeUndefined();
    expect(headers["x-sdk-date"]).toBeUndefined();
    expect(headers["X-Sdk-Date"]).toBe("20240102T030405Z");
  });

  it("refuses a line break in a header's value, which would forge another header", () => {
    expect(() => signRequest({ method: "GET", url, headers: { "X-A": "1\nhost:evil" } }, key, date)).toThrow(TypeError);
    expect(() => signRequest({ method: "GET", url, headers: { "X-A": "1\r" } }, key, date)).toThrow(TypeError);
  });

  it("hashes text and bytes alike, and no body like an empty one", () => {
    const last = (body: string | Uint8Array | null | undefined) =>
      signingStages({ method: "PUT", url, body }, key, date).canonicalRequest.split("\n").at(-1);
    expect(last("é")).toBe(last(new TextEncoder().encode("é")));
    expect(new Set([last(""), last(null), last(undefined), last(new Uint8Array())]).size).toBe(1);
    expect(last("é")).not.toBe(last(""));
  });

  it("does not change what it is given", () => {
    const request = Object.freeze({ method: "GET", url, headers: Object.freeze({ "X-A": "1" }) });
    signRequest(request, Object.freeze({ ...key }), date);
    expect(request.headers).toEqual({ "X-A": "1" });
  });
});
