import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** Key material is prepared once per credentials object, and goes when that goes. */
const prepared = new WeakMap<object, { secretKey: string; key: KeyObject }>();

/** Hex HMAC-SHA256 of the string to sign, keyed by the secret key itself: this scheme derives no key. */
export function signature(credentials: { readonly secretKey: string }, stringToSign: string): string {
  return createHmac("sha256", keyOf(credentials)).update(stringToSign).digest("hex");
}

function keyOf(credentials: { readonly secretKey: string }): KeyObject {
  const known = prepared.get(credentials);
  if (known !== undefined && known.secretKey === credentials.secretKey) return known.key;
  const key = createSecretKey(credentials.secretKey, "utf8");
  prepared.set(credentials, { secretKey: credentials.secretKey, key });
  return key;
}
