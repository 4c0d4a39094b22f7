import { hash } from "node:crypto";

/** SHA-256's block, in bytes. */
const BLOCK = 64;
const DIGEST = 32;

/** A key mixed into the first block of HMAC's two hashes, with room behind it for what is hashed. */
interface PreparedKey {
  secretKey: string;
  inner: Buffer;
  outer: Buffer;
}

/** Prepared once per credentials object, and gone when that is. */
const prepared = new WeakMap<object, PreparedKey>();

/**
 * Hex HMAC-SHA256 of the string to sign, keyed by the secret key itself: this scheme derives no key.
 * It is RFC 2104 spelled out on one-shot hashes, since making an Hmac object takes longer than all else in signing
 * (bench/signing.mjs); the tests hold it against `createHmac`.
 * @param stringToSign ASCII, as every string to sign is
 */
export function signature(credentials: { readonly secretKey: string }, stringToSign: string): string {
  const key = prepare(credentials);
  const end = BLOCK + stringToSign.length;
  if (key.inner.length !== end) key.inner = Buffer.concat([key.inner.subarray(0, BLOCK)], end);
  key.inner.write(stringToSign, BLOCK, "latin1");
  key.outer.write(hash("sha256", key.inner, "binary"), BLOCK, "latin1");
  return hash("sha256", key.outer, "hex");
}

function prepare(credentials: { readonly secretKey: string }): PreparedKey {
  const { secretKey } = credentials;
  const known = prepared.get(credentials);
  if (known !== undefined && known.secretKey === secretKey) return known;
  const bytes = Buffer.from(secretKey, "utf8");
  const material = bytes.length > BLOCK ? hash("sha256", bytes, "buffer") : bytes;
  const fresh = { secretKey, inner: Buffer.alloc(BLOCK, 0x36), outer: Buffer.alloc(BLOCK + DIGEST, 0x5c) };
  for (const [i, byte] of material.entries()) {
    fresh.inner[i] = byte ^ 0x36;
    fresh.outer[i] = byte ^ 0x5c;
  }
  prepared.set(credentials, fresh);
  return fresh;
}
