import type { Dispatcher } from "undici";
import * as v from "valibot";
import { parseJson } from "../envelope.js";
import { exchange, type Answer, type ExchangeLimits } from "../exchange.js";
import type { Credentials } from "./types.js";

/** The link-local address of the service that a cloud server asks about itself. Plain http: the request never leaves its host. */
export const METADATA_ORIGIN = "http://169.254.169.254";

/** Where there is such a service, it answers in milliseconds; elsewhere nobody shall wait long to find out. */
const LIMITS: ExchangeLimits = { headersMs: 3_000, bodyMs: 3_000, callMs: 3_000, maxBytes: 64 * 1024 };
const CONNECT_MS = 1_500;
const TOKEN_TTL_SECONDS = 21_600;
/** Older servers know no tokens and answer with one of these: then it goes without. */
const NO_TOKENS = new Set([404, 405, 503]);

/** What the service says. */
export type MetadataAnswer =
  | { kind: "credentials"; credentials: Credentials & { expiresAt: number } }
  | { kind: "absent"; why: string }
  | { kind: "broken"; why: string };

/** Made at first use; no proxy is ever asked for this address. */
let direct: Dispatcher | undefined;

const shape = v.object({
  credential: v.object({
    access: v.pipe(v.string(), v.minLength(1)),
    secret: v.pipe(v.string(), v.minLength(1)),
    securitytoken: v.pipe(v.string(), v.minLength(1)),
    // Six digits of a second: Date.parse takes them.
    expires_at: v.pipe(v.string(), v.transform(Date.parse), v.finite()),
  }),
});

/**
 * Asks for the temporary keys of the agency that the server has.
 * @see the metadata accessor of the official Go SDK (`core/auth/internal`), for paths, headers and statuses
 */
export async function askMetadataService(origin: string, signal?: AbortSignal): Promise<MetadataAnswer> {
  for (let attempt = 1; ; attempt++) {
    const token = await send(
      "PUT",
      `${origin}/meta-data/latest/api/token`,
      { "X-Metadata-Token-Ttl-Seconds": String(TOKEN_TTL_SECONDS) },
      signal,
    );
    if (typeof token === "string") return { kind: "absent", why: `no metadata service answers (${token})` };
    if (token.status !== 200 && !NO_TOKENS.has(token.status)) {
      return { kind: "absent", why: `the metadata service answers ${token.status} to the request for a token` };
    }
    const headers = token.status === 200 ? { "X-Metadata-Token": token.body.toString("latin1").trim() } : {};
    const answer = await send("GET", `${origin}/openstack/latest/securitykey`, headers, signal);
    if (typeof answer === "string") return { kind: "absent", why: `the metadata service breaks off (${answer})` };
    if (answer.status === 200) return readKeys(answer);
    const noAgency = answer.body.includes("Please configure Cloud Service Agency first");
    // A token that was taken just now and is refused already: one more, and no third.
    if (answer.status === 401 && !noAgency && token.status === 200 && attempt === 1) continue;
    const why = noAgency || answer.status === 404 ? "this server has no agency" : "the metadata service gives no keys";
    return { kind: "absent", why: `${why} (${answer.status})` };
  }
}

function readKeys(answer: Answer): MetadataAnswer {
  const parsed = v.safeParse(shape, parseJson(answer.body.toString("utf8")));
  if (!parsed.success) return { kind: "broken", why: "the metadata service gives keys in a form that is not known" };
  const { access, secret, securitytoken, expires_at } = parsed.output.credential;
  return {
    kind: "credentials",
    credentials: { accessKey: access, secretKey: secret, securityToken: securitytoken, expiresAt: expires_at },
  };
}

/** The answer, or in a few words why there is none. */
async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Answer | string> {
  direct ??= new (await import("undici")).Agent({ connectTimeout: CONNECT_MS, allowH2: false });
  const result = await exchange(direct, { method, url: new URL(url), headers }, LIMITS, { signal });
  return result.ok ? result.answer : result.failure.reason;
}
