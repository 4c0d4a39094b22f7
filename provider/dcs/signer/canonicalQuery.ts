import { byCodePoint } from "./compare.js";
import { decodePercent, encodeRfc3986 } from "./encode.js";

/**
 * The query as the signature sees it: `key=value` pairs, both decoded and encoded afresh, sorted by raw key and then raw
 * value (one of the official signers sorts after escaping; the others agree on this). A key without a value gets its `=`.
 * A plus is read as a space, as servers read it: send `%2B` for a plus.
 */
export function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs: [key: string, value: string][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    pairs.push(at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
  }
  pairs.sort((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]));
  return pairs.map(([key, value]) => `${encodeRfc3986(key)}=${encodeRfc3986(value)}`).join("&");
}

function decode(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}
