import { decodePercent, encodeRfc3986 } from "./encode.js";

const PLAIN = /^[A-Za-z0-9\-_.~/]*$/;

/**
 * The path as the signature sees it: each segment decoded and encoded afresh, and a slash at the end even if the path
 * sent has none. Nothing is collapsed: no dot-segments, no double slashes.
 */
export function canonicalUri(path: string): string {
  const encoded = PLAIN.test(path)
    ? path
    : path
        .split("/")
        .map((segment) => encodeRfc3986(decodePercent(segment)))
        .join("/");
  return encoded.endsWith("/") ? encoded : `${encoded}/`;
}
