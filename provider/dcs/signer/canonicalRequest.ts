import { canonicalHeaders } from "./canonicalHeaders.js";
import { canonicalQuery } from "./canonicalQuery.js";
import { canonicalUri } from "./canonicalUri.js";

/** What the canonical request is made of. */
export interface CanonicalRequestParts {
  method: string;
  /** As sent. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  /** All that are signed. */
  headers: Readonly<Record<string, string>>;
  /** Hex SHA-256, or the value of `X-Sdk-Content-Sha256`. */
  bodyHash: string;
}

/** Six parts, a line each; the block of header lines ends with a line feed of its own. */
export function canonicalRequest(parts: CanonicalRequestParts): { text: string; signedHeaders: string } {
  const { lines, signedHeaders } = canonicalHeaders(parts.headers);
  const uri = canonicalUri(parts.path);
  const query = canonicalQuery(parts.query);
  const text = `${parts.method}\n${uri}\n${query}\n${lines}\n${signedHeaders}\n${parts.bodyHash}`;
  return { text, signedHeaders };
}
