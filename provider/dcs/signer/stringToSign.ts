import { hash } from "node:crypto";
import { ALGORITHM } from "./constants.js";

/** Three lines: the scheme, the `X-Sdk-Date`, and the hex SHA-256 of the canonical request. */
export function stringToSign(date: string, canonicalRequest: string): string {
  return `${ALGORITHM}\n${date}\n${hash("sha256", canonicalRequest, "hex")}`;
}
