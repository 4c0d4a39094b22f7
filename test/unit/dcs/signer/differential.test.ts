import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signRequest } from "../../../../provider/dcs/index.js";
import { referenceAuthorization, type RawRequest } from "./reference.js";

const RUNS = 6_000;
/** Fixed, so that a run can be repeated; any other does as well. */
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 20_261_124);

const key = { accessKey: "HPUAEXAMPLE0000AK001", secretKey: "ExampleSecretKey0123456789abcdefABCDEF00" };

const unicode = fc.string({ unit: "grapheme", maxLength: 8 });
const reserved = fc.string({ unit: fc.constantFrom(...Array.from(" !*'()%+,;:=@&$-_.~[]aZ0é環")), maxLength: 10 });
const text = fc.oneof(unicode, reserved, fc.string({ maxLength: 8 }), fc.constant(""));
/** No line breaks, and no spaces outside: those have a test of their own. */
const headerValue = fc
  .oneof(fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/), fc.constant(""))
  .filter((value) => value === value.trim());
const headerName = fc.oneof(
  fc.stringMatching(/^[Xx]-[A-Za-z0-9]{1,6}(-[A-Za-z0-9]{1,4})?$/),
  fc.constantFrom("X-Project-Id", "X-Domain-Id", "Accept", "X-Language", "x-PROJECT-name"),
);
const json = fc.dictionary(
  fc.string({ maxLength: 5 }),
  fc.oneof(unicode, fc.integer(), fc.boolean(), fc.constant(null)),
);

interface Generated {
  request: RawRequest;
  data: Record<string, unknown> | undefined;
  /** How each value is spelled on the wire. */
  spelling: number;
}

const generated: fc.Arbitrary<Generated> = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"),
    host: fc.constantFrom("dcs.cn-north-4.myhuaweicloud.com", "127.0.0.1:8443", "iam.eu-west-101.myhuaweicloud.eu"),
    segments: fc.array(text, { maxLength: 5 }),
    query: fc.array(fc.tuple(text, text), { maxLength: 5 }),
    repeated: fc.boolean(),
    headers: fc.dictionary(headerName, headerValue, { maxKeys: 4 }),
    contentType: fc.option(
      fc.constantFrom(
        "application/json",
        "application/json;charset=UTF-8",
        "text/plain",
        "multipart/form-data; boundary=x",
      ),
    ),
    bodyHash: fc.option(fc.constantFrom("UNSIGNED-PAYLOAD", "0".repeat(64)), { freq: 10 }),
    token: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=._~-]{1,60}$/)),
    data: fc.option(json),
    second: fc.integer({ min: 0, max: 4_000_000_000 }),
    spelling: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ query, repeated, headers, contentType, bodyHash, token, data, second, spelling, ...rest }) => {
    const stamp = new Date(second * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    return {
      request: {
        ...rest,
        stamp,
        query: repeated ? query.concat(query.map(([name], i): [string, string] => [name, String(i)])) : query,
        headers: {
          ...headers,
          ...(contentType === null ? {} : { "content-type": contentType }),
          ...(bodyHash === null ? {} : { "X-Sdk-Content-Sha256": bodyHash }),
          ...(token === null ? {} : { "X-Security-Token": token }),
        },
        body: data === null ? "" : JSON.stringify(data),
      },
      data: data ?? undefined,
      spelling,
    };
  })
  .filter(
    ({ request }) =>
      new Set(Object.keys(request.headers).map((n) => n.toLowerCase())).size === Object.keys(request.headers).length,
  );

function ours({ request, spelling }: Generated): string {
  const { method, host, segments, query, headers, body, stamp } = request;
  const path = segments.map((segment) => spell(segment, spelling)).join("/");
  const pairs = query.map(([name, value]) =>
    value === "" && spelling === 3 && name !== ""
      ? spell(name, spelling)
      : `${spell(name, spelling)}=${spell(value, spelling)}`,
  );
  const url = `https://${host}/${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
  const date = new Date(stamp.replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
  return signRequest({ method, url, headers, body }, key, date)["Authorization"] ?? "";
}

/** The same value in different spellings, as HTTP clients differ: all must sign alike. */
function spell(value: string, spelling: number): string {
  const encoded = encodeURIComponent(value);
  if (spelling === 1) return encoded.replaceAll(/%../g, (escape) => escape.toLowerCase());
  if (spelling === 2) return encoded.replaceAll(/[a-z!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  if (spelling === 3) return encoded.replaceAll("%3A", ":").replaceAll("%40", "@").replaceAll("%24", "$");
  return encoded;
}

function official({ request, data }: Generated): string {
  const queryParams: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of request.query) (queryParams[name] ??= []).push(value);
  const headers = AKSKSigner.sign(
    {
      method: request.method,
      endpoint: `https://${request.host}/${request.segments.join("/")}`,
      queryParams,
      headers: { ...request.headers, "X-Sdk-Date": request.stamp },
      ...(data === undefined ? {} : { data }),
    },
    new BasicCredentials().withAk(key.accessKey).withSk(key.secretKey),
  ) as Record<string, string>;
  return headers["Authorization"] ?? "";
}

/**
 * Where the official Node signer stands against the others, which we follow:
 * - it encodes these characters of a path twice, and cannot be given a raw `?`, `#` or `/` in a segment;
 */
const TWICE_ENCODED = /[\s\p{Cc}'"<>{}|\\^`?#/]/u;

function nodeAgrees({ request }: Generated): boolean {
  const names = [...Object.keys(request.headers), "host", "x-sdk-date"].map((name) => name.toLowerCase());
  const values = request.query.flat();
  return (
    !request.segments.some((segment) => TWICE_ENCODED.test(segment)) &&
    // - it orders header lines by the locale, unlike its own list of names, where digits meet letters;
    sameOrder(names, (a, b) => a.localeCompare(b), codeUnits) &&
    // - it sorts the query by UTF-16 units: astral characters come too early.
    sameOrder(values, codeUnits, (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  );
}

type Order = (a: string, b: string) => number;
const codeUnits: Order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function sameOrder(values: readonly string[], one: Order, other: Order): boolean {
  return values.toSorted(one).join("\n") === values.toSorted(other).join("\n");
}

describe("signing generated requests", () => {
  it(`agrees with the official Node SDK's signer on ${RUNS} requests`, { timeout: 120_000 }, () => {
    let compared = 0;
    fc.assert(
      fc.property(generated.filter(nodeAgrees), (one) => {
        compared++;
        expect(ours(one)).toBe(official(one));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(compared).toBeGreaterThanOrEqual(5_000);
  });

  it("follows the rules where the official signers disagree among themselves", { timeout: 120_000 }, () => {
    const padded = fc.tuple(generated, fc.constantFrom("", " ", "  ", "\t")).map(([one, pad]) => {
      const headers = Object.entries(one.request.headers).map(
        ([name, value]) => [name, `${pad}${value}${pad}`] as const,
      );
      return {
        ...one,
        request: {
          ...one.request,
          headers: { ...Object.fromEntries(headers), x_dropped: "1", "X-1": "2", "X-A1": "3" },
        },
      };
    });
    const distinct = padded.filter(
      ({ request }) =>
        new Set(Object.keys(request.headers).map((n) => n.toLowerCase())).size === Object.keys(request.headers).length,
    );
    fc.assert(
      fc.property(distinct, (one) => {
        expect(ours(one)).toBe(referenceAuthorization(one.request, key.accessKey, key.secretKey));
      }),
      { numRuns: 3_000, seed: SEED },
    );
  });
});
