import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { Client } from "undici";

/** Where to call, and as whom. */
export interface Access {
  url: string;
  projectId: string;
  accessKey: string;
  secretKey: string;
}

export interface CallOptions {
  query?: Record<string, string>;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Changes the signed headers just before they are sent. */
  spoil?: (headers: Record<string, string>) => void;
}

export interface CallResult {
  status: number;
  headers: Record<string, string>;
  text: string;
  json: Json;
}

/** JSON of any shape, for tests to reach into; what is not there is undefined. */
export interface Json {
  [key: string]: Json;
}

/**
 * Calls the sandbox with one request on a connection of its own, signed by the vendor's signer: these tests say nothing
 * about our own client, and need none.
 */
export async function call(
  access: Access,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<CallResult> {
  const target = path.replace("{project}", access.projectId);
  const credentials = new BasicCredentials().withAk(access.accessKey).withSk(access.secretKey);
  const headers = AKSKSigner.sign(
    {
      method,
      endpoint: access.url + target,
      queryParams: options.query ?? {},
      headers: { "content-type": "application/json", ...options.headers },
      ...(options.body === undefined ? {} : { data: options.body }),
    },
    credentials,
  ) as Record<string, string>;
  options.spoil?.(headers);
  const query = new URLSearchParams(options.query).toString();
  const client = new Client(access.url);
  try {
    const answer = await client.request({
      method,
      path: query === "" ? target : `${target}?${query}`,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      text,
      json: parseJson(text),
    };
  } finally {
    await client.destroy();
  }
}

/** Text that is no JSON object or list gives an empty one. */
export function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : {};
  } catch {
    return {};
  }
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** A field that should be text; anything else is an error of the test. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Error(`expected text, got ${JSON.stringify(value)}`);
  return value;
}
