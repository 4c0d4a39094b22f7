/** A URL in the parts that the signature needs, as they are on the wire. */
export interface UrlParts {
  host: string;
  path: string;
  query: string;
}

/** An absolute http(s) URL with a plain host and port: nothing for a parser to normalise. */
const PLAIN_ORIGIN = /^https?:\/\/([a-z0-9.-]+(?::(?!80\b|443\b)\d+)?)(?=[/?#]|$)/;

/**
 * Splits without rewriting: a URL parser would collapse dot-segments, which are signed as they are. Only an unusual
 * origin (upper case, default port, IPv6) goes through the parser. Throws a TypeError for what is no http(s) URL.
 */
export function splitUrl(url: string | URL): UrlParts {
  const text = typeof url === "string" ? url : url.href;
  const match = PLAIN_ORIGIN.exec(text);
  const host = match === null ? parsedHost(text) : match[1]!;
  const start = match === null ? afterOrigin(text) : match[0].length;
  const fragment = text.indexOf("#", start);
  const end = fragment < 0 ? text.length : fragment;
  const mark = text.indexOf("?", start);
  const pathEnd = mark < 0 || mark > end ? end : mark;
  return { host, path: text.slice(start, pathEnd) || "/", query: text.slice(pathEnd + 1, end) };
}

/** The Host header's value: lower case, without a default port. */
function parsedHost(text: string): string {
  const { protocol, host } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") throw new TypeError("Only http and https URLs can be signed");
  return host;
}

function afterOrigin(text: string): number {
  const start = text.indexOf("//") + 2;
  const rest = /[/?#]/.exec(text.slice(start));
  return rest === null ? text.length : start + rest.index;
}
