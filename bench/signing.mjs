/**
 * Signatures per second: ours, the official Node SDK's, and the bare hash and HMAC calls that no signer does without.
 * All three take turns in one process on the same requests, so that a noisy machine is noisy for all; the best round of
 * each counts.
 *
 *   npm run build && node bench/signing.mjs [--rounds 20]
 *
 * Exit code 1 if a goal is missed: 4 times the SDK's signer, 0.7 of the bare calls.
 */
import { createHash, createHmac } from "node:crypto";
import { parseArgs } from "node:util";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { signRequest, signingStages } from "pulumi-dcs-switchover/dcs";

const GOALS = { sdk: 4, bare: 0.7 };
const DISTINCT_REQUESTS = 1_000;
const CALLS_PER_ROUND = 20_000;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = Number(values.rounds);

const key = { accessKey: "HPUAEXAMPLE0000AK001", secretKey: "ExampleSecretKey0123456789abcdefABCDEF00" };
const credentials = new BasicCredentials().withAk(key.accessKey).withSk(key.secretKey);
const origin = "https://dcs.cn-north-4.myhuaweicloud.com";
const project = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const headers = { "X-Project-Id": project, "Content-Type": "application/json" };

/** @typedef {{ name: string, method: string, path: (id: string) => string, query?: Record<string, string>, data?: object }} Workload */
/** @type {Workload[]} */
const workloads = [
  { name: "swap (POST, no body)", method: "POST", path: (id) => `/v2/${project}/instances/${id}/swap` },
  {
    name: "tasks (GET, query)",
    method: "GET",
    path: (id) => `/v2/${project}/instances/${id}/tasks`,
    query: { offset: "100", limit: "100", name: "orders cache" },
  },
  {
    name: "tags (POST, JSON body)",
    method: "POST",
    path: (id) => `/v2/${project}/dcs/${id}/tags/action`,
    data: { action: "create", tags: [{ key: "环境", value: "生产" }] },
  },
];

/**
 * The same request for each contender. Every one has another id: nothing may be gained by remembering a request.
 * @param {Workload} workload
 * @param {number} i
 */
function contend({ method, path, query = {}, data }, i) {
  const endpoint = origin + path(`5560df16-cebf-4473-95c4-${String(i).padStart(12, "0")}`);
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url = pairs.length === 0 ? endpoint : `${endpoint}?${pairs.join("&")}`;
  const body = data === undefined ? null : JSON.stringify(data);
  const forSdk = { method, endpoint, queryParams: query, headers, ...(data === undefined ? {} : { data }) };
  const { canonicalRequest, stringToSign } = signingStages({ method, url, headers, body }, key, new Date());
  return {
    ours: () => signRequest({ method, url, headers, body }, key, new Date()),
    sdk: () => AKSKSigner.sign(forSdk, credentials),
    bare: () => {
      if (body !== null) createHash("sha256").update(body).digest("hex");
      createHash("sha256").update(canonicalRequest).digest("hex");
      return createHmac("sha256", key.secretKey).update(stringToSign).digest("hex");
    },
  };
}

/**
 * Calls per second.
 * @param {(() => unknown)[]} calls
 */
function measure(calls) {
  const began = performance.now();
  for (let done = 0; done < CALLS_PER_ROUND; done += calls.length) for (const call of calls) call();
  return (CALLS_PER_ROUND / (performance.now() - began)) * 1000;
}

let missed = false;
const table = workloads.map((workload) => {
  const requests = Array.from({ length: DISTINCT_REQUESTS }, (_, i) => contend(workload, i));
  const calls = {
    ours: requests.map(({ ours }) => ours),
    sdk: requests.map(({ sdk }) => sdk),
    bare: requests.map(({ bare }) => bare),
  };
  const best = { ours: 0, sdk: 0, bare: 0 };
  for (let round = 0; round < rounds; round++) {
    best.ours = Math.max(best.ours, measure(calls.ours));
    best.sdk = Math.max(best.sdk, measure(calls.sdk));
    best.bare = Math.max(best.bare, measure(calls.bare));
  }
  const ratios = { sdk: best.ours / best.sdk, bare: best.ours / best.bare };
  missed ||= ratios.sdk < GOALS.sdk || ratios.bare < GOALS.bare;
  return {
    request: workload.name,
    "ours/s": Math.round(best.ours),
    "SDK/s": Math.round(best.sdk),
    "bare/s": Math.round(best.bare),
    "ours : SDK": Number(ratios.sdk.toFixed(2)),
    "ours : bare": Number(ratios.bare.toFixed(2)),
  };
});
console.table(table);
const goals = `ours : SDK at least ${GOALS.sdk}, ours : bare at least ${GOALS.bare}`;
console.log(missed ? `A goal is missed (${goals}).` : `Both goals are met (${goals}).`);
process.exitCode = missed ? 1 : 0;
