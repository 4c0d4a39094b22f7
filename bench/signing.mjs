// @ts-check
import { createHash, createHmac, hash } from "node:crypto";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { signRequest, signingStages } from "pulumi-dcs-switchover/dcs";

import { numberText, spreadText } from "./markdown.mjs";
import { ratiosOf, spreadOf } from "./statistics.mjs";

const CALLS_PER_TURN = 20_000;
const DISTINCT_REQUESTS = 1_000;
const contenders = /** @type {const} */ (["ours", "sdk", "bare", "oneShot"]);

const key = { accessKey: "HPUAEXAMPLE0000AK001", secretKey: "ExampleSecretKey0123456789abcdefABCDEF00" };
const credentials = new BasicCredentials().withAk(key.accessKey).withSk(key.secretKey);
const origin = "https://dcs.cn-north-4.myhuaweicloud.com";
const project = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const outer = Buffer.alloc(64 + 32);
const headers = { "X-Project-Id": project, "Content-Type": "application/json" };

/** Fresh ids each time: nothing may be gained by remembering a request. @param {number} i */
const id = (i) => `5560df16-cebf-4473-95c4-${String(i).padStart(12, "0")}`;

/** @typedef {{ method: "GET" | "POST", path: string, query: Record<string, string>, data?: unknown }} Call */

/** @type {Record<string, (i: number) => Call>} */
const workloads = {
  "swap (POST, no body)": (i) => ({ method: "POST", path: `/v2/${project}/instances/${id(i)}/swap`, query: {} }),
  "list (GET, query)": (i) => ({
    method: "GET",
    path: `/v2/${project}/instances`,
    query: { offset: `${i}`, limit: "100", name: "orders cache" },
  }),
  "tags (POST, JSON body)": (i) => ({
    method: "POST",
    path: `/v2/${project}/dcs/${id(i)}/tags/action`,
    query: {},
    data: { action: "create", tags: [{ key: "环境", value: `生产 ${i}` }] },
  }),
};

/**
 * Signatures per second: ours, the official Node SDK's, and the bare hash and HMAC calls that no signer does without. All take
 * turns in one process on the same requests, so that a noisy machine is noisy for all.
 *
 * @param {{ rounds: number, log: (line: string) => void }} options
 * @returns {import("./markdown.mjs").Part}
 */
export function measureSigning({ rounds, log }) {
  /** @type {string[][]} */
  const rows = [];
  const worst = { sdk: Infinity, bare: Infinity };
  for (const [name, make] of Object.entries(workloads)) {
    const { ours, sdk, bare, oneShot } = ratesOf(make, rounds * 2);
    const [overSdk, overBare] = [ratiosOf(ours, sdk), ratiosOf(ours, bare)];
    worst.sdk = Math.min(worst.sdk, overSdk.median);
    worst.bare = Math.min(worst.bare, overBare.median);
    rows.push([
      name,
      ...[ours, sdk, bare, oneShot].map((rates) => numberText(spreadOf(rates).median)),
      spreadText(overSdk, 2),
      spreadText(overBare, 2),
      spreadText(ratiosOf(ours, oneShot), 2),
    ]);
    log(`signing, ${name}: done`);
  }
  return {
    title: "Signing",
    how:
      `Signatures per second of ${numberText(DISTINCT_REQUESTS)} distinct requests, ${numberText(CALLS_PER_TURN)} calls a turn: ours, the signer of the official Node SDK ` +
      "(`@huaweicloud/huaweicloud-sdk-core`), and two floors that start from finished canonical requests: `createHash` and `createHmac` of `node:crypto`, " +
      "as one writes them, and the same hashes with its one-shot `hash`, HMAC's two written out, which is the least that this machine can do.",
    tables: [
      {
        caption: "Rates are medians; ratios are of the same round, median (min … max)",
        head: [
          "request",
          "ours/s",
          "SDK/s",
          "floor/s",
          "one-shot floor/s",
          "ours : SDK",
          "ours : floor",
          "ours : one-shot floor",
        ],
        rows,
      },
    ],
    notes: [
      "What is left over the one-shot floor is taking the URL apart, sorting and joining headers and query, and encoding them: work on text that depends on the request.",
      "A switchover signs some dozens of requests: at these rates its signatures take well under a millisecond together, with any of these signers.",
    ],
    goals: [
      {
        goal: "at least 4 times the SDK (medians, each request)",
        measured: numberText(worst.sdk, 2),
        met: worst.sdk >= 4,
      },
      {
        goal: "at least 0.7 of the floor (medians, each request)",
        measured: numberText(worst.bare, 2),
        met: worst.bare >= 0.7,
      },
    ],
  };
}

/** @param {(i: number) => Call} make @param {number} rounds @returns {Record<typeof contenders[number], number[]>} */
function ratesOf(make, rounds) {
  const requests = Array.from({ length: DISTINCT_REQUESTS }, (_, i) => toRequest(make(i)));
  const sign = {
    ours: (/** @type {typeof requests[number]} */ { ours }) => signRequest(ours, key, new Date()),
    sdk: (/** @type {typeof requests[number]} */ { sdk }) => AKSKSigner.sign(sdk, credentials),
    bare: (/** @type {typeof requests[number]} */ { bare }) => {
      if (bare.body !== undefined) createHash("sha256").update(bare.body).digest("hex");
      createHash("sha256").update(bare.canonicalRequest).digest("hex");
      return createHmac("sha256", key.secretKey).update(bare.stringToSign).digest("hex");
    },
    oneShot: (/** @type {typeof requests[number]} */ { bare }) => {
      if (bare.body !== undefined) hash("sha256", bare.body, "hex");
      hash("sha256", bare.canonicalRequest, "hex");
      hash("sha256", bare.inner, "binary");
      return hash("sha256", outer, "hex");
    },
  };
  /** @type {Record<typeof contenders[number], number[]>} */
  const rates = { ours: [], sdk: [], bare: [], oneShot: [] };
  // The first round warms the compiler up and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const began = performance.now();
      for (let i = 0; i < CALLS_PER_TURN; i += 1) {
        const request = requests[i % DISTINCT_REQUESTS];
        if (request !== undefined) sign[contender](request);
      }
      if (round > 0) rates[contender].push((CALLS_PER_TURN / (performance.now() - began)) * 1000);
    }
  }
  return rates;
}

/** One call as each of the three takes it. @param {Call} call */
function toRequest({ method, path, query, data }) {
  const text = Object.entries(query)
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");
  const body = data === undefined ? {} : { body: JSON.stringify(data) };
  const ours = { method, url: `${origin}${path}${text === "" ? "" : `?${text}`}`, headers, ...body };
  const sdk = { method, endpoint: origin + path, queryParams: query, headers, ...(data === undefined ? {} : { data }) };
  const { canonicalRequest, stringToSign } = signingStages(ours, key, new Date());
  // HMAC hashes a block made of the key and the text, then another block made of the key and that hash.
  const inner = Buffer.alloc(64 + stringToSign.length);
  return { ours, sdk, bare: { canonicalRequest, stringToSign, inner, ...body } };
}
