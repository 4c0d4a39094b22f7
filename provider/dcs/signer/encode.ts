const UNRESERVED = /^[A-Za-z0-9\-_.~]*$/;
// encodeURIComponent leaves these alone, RFC 3986 does not.
const LEFT_OVER = /[!'()*]/g;

/** Percent-encodes all but RFC 3986's unreserved characters, with upper-case hex of the UTF-8 bytes. Throws a URIError for half a surrogate pair. */
export function encodeRfc3986(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(LEFT_OVER, hex);
}

/** Undoes percent-encoding. Throws a URIError for a broken escape or bytes that are no UTF-8. */
export function decodePercent(text: string): string {
  return text.includes("%") ? decodeURIComponent(text) : text;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
