import { byCodePoint } from "./compare.js";
import { decodePercent, encodeRfc3986 } from "./encode.js";

/** Unreserved characters, separators, and upper-case escapes of ASCII characters that need one: spelled canonically. */
const CANONICAL = /^[A-Za-z0-9\-_.~=&]*(?:%(?:2[0-9A-CF]|3[A-F]|40|5[BCDE]|60|7[BCD])[A-Za-z0-9\-_.~=&]*)*$/;

/** A pair as the signature spells it. */
interface Pair {
  /** Encoded. */
  key: string;
  /** `key=value`, encoded. */
  text: string;
}

/**
 * The query as the signature sees it: `key=value` pairs, both decoded and encoded afresh, sorted by raw key and then raw
 * value (one of the official signers sorts after escaping; the others agree on this). A key without a value gets its `=`.
 * A plus is read as a space, as servers read it: send `%2B` for a plus.
 */
export function canonicalQuery(query: string): string {
  if (query === "") return "";
  const spell = CANONICAL.test(query) ? complete : respell;
  const pairs: Pair[] = [];
  for (let start = 0; start <= query.length;) {
    const found = query.indexOf("&", start);
    const end = found < 0 ? query.length : found;
    if (end > start) insert(pairs, spell(query.slice(start, end)));
    start = end + 1;
  }
  let text = "";
  for (const pair of pairs) text += text === "" ? pair.text : `&${pair.text}`;
  return text;
}

/** Keeps the list sorted: queries are short, and often in order already. */
function insert(sorted: Pair[], pair: Pair): void {
  let at = sorted.length;
  while (at > 0 && compare(sorted[at - 1]!, pair) > 0) {
    sorted[at] = sorted[at - 1]!;
    at--;
  }
  sorted[at] = pair;
}

/** A pair that is spelled canonically may still lack its equals sign, or have one too many. */
function complete(text: string): Pair {
  const equals = text.indexOf("=");
  if (equals < 0) return { key: text, text: `${text}=` };
  return text.includes("=", equals + 1) ? respell(text) : { key: text.slice(0, equals), text };
}

function respell(pair: string): Pair {
  const equals = pair.indexOf("=");
  const key = recode(equals < 0 ? pair : pair.slice(0, equals));
  return { key, text: `${key}=${equals < 0 ? "" : recode(pair.slice(equals + 1))}` };
}

function recode(text: string): string {
  return encodeRfc3986(decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text));
}

function compare(a: Pair, b: Pair): number {
  if (a.key === b.key) return byCodePoint(valueOf(a), valueOf(b));
  return byCodePoint(decodePercent(a.key), decodePercent(b.key));
}

function valueOf({ key, text }: Pair): string {
  return decodePercent(text.slice(key.length + 1));
}
