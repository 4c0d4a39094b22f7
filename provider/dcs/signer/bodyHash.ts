import { hash } from "node:crypto";
import { EMPTY_BODY_HASH } from "./constants.js";

/** Hex SHA-256 of the bytes sent; text counts as UTF-8. */
export function bodyHash(body: string | Uint8Array | null | undefined): string {
  return body === undefined || body === null || body.length === 0 ? EMPTY_BODY_HASH : hash("sha256", body, "hex");
}
