import { createHash } from "node:crypto";

/**
 * JSON with sorted keys and without `undefined`: the same text for the same value, whatever the order in which an
 * engine, a language or a state file happened to write its properties. Numbers of ours are integers, so the text is
 * also that of RFC 8785.
 * @internal
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** SHA-256 of the canonical JSON, in hex. @internal */
export function canonicalHash(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(value) ?? "null")
    .digest("hex");
}
