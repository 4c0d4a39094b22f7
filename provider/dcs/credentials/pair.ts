import type { SourceOutcome } from "./source.js";

/** What a header can carry and keys are made of. */
const PRINTABLE = /^[!-~]+$/;

/** The two keys and the token, each with the name by which the user knows it. */
export interface NamedKeys {
  accessKey: [name: string, value: string | undefined];
  secretKey: [name: string, value: string | undefined];
  securityToken?: [name: string, value: string | undefined];
}

/** A pair is whole, absent, or half: and half of one is an error that names the missing part. */
export function pair(keys: NamedKeys, place: string): SourceOutcome {
  // A trailing line feed, from a file or a pasted secret, belongs to no key.
  const parts = [keys.accessKey, keys.secretKey, ...(keys.securityToken === undefined ? [] : [keys.securityToken])].map(
    ([name, value]) => ({ name, value: value?.trim() ?? "" }),
  );
  const [access, secret, token] = parts;
  if (access === undefined || secret === undefined) return { kind: "absent", why: "not set" };
  const present = parts.filter((part) => part.value !== "").map((part) => part.name);
  if (present.length === 0) return { kind: "absent", why: "not set" };
  const missing = [access, secret].filter((part) => part.value === "").map((part) => part.name);
  if (missing.length > 0) {
    return {
      kind: "broken",
      why: `${present.join(" and ")} ${present.length === 1 ? "is" : "are"} set in ${place}, but ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing there`,
      remedy: `Set ${missing.join(" and ")} as well, or unset ${present.join(" and ")} to use another source.`,
    };
  }
  const odd = parts.find((part) => part.value !== "" && !PRINTABLE.test(part.value));
  if (odd !== undefined) {
    return {
      kind: "broken",
      why: `${odd.name} in ${place} holds a space, a line break or another character that no key has`,
      remedy: `Copy ${odd.name} again, without quotes or anything around it.`,
    };
  }
  const credentials = {
    accessKey: access.value,
    secretKey: secret.value,
    ...(token === undefined || token.value === "" ? {} : { securityToken: token.value }),
  };
  return { kind: "found", where: `${present.join(", ")} in ${place}`, credentials: () => Promise.resolve(credentials) };
}
