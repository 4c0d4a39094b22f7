/** Key that the engine puts into every special value of a state, and its value for secrets (Pulumi SDK, `specialSigKey`, `specialSecretSig`). */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Revealed =
  | { kind: "plain"; value: unknown }
  /** Was a secret, and the state holds it in clear text: exported with `--show-secrets`. */
  | { kind: "shown"; value: unknown }
  | { kind: "sealed"; ciphertext: string };

/** What a value of a state is, secret or not. Looks at the value itself, not inside it. */
export function reveal(value: unknown): Revealed {
  if (!isSpecial(value) || value[SIGNATURE_KEY] !== SECRET) return { kind: "plain", value };
  const { plaintext, ciphertext } = value;
  if (typeof plaintext === "string") {
    try {
      return { kind: "shown", value: JSON.parse(plaintext) as unknown };
    } catch {
      return { kind: "sealed", ciphertext: "" };
    }
  }
  return { kind: "sealed", ciphertext: typeof ciphertext === "string" ? ciphertext : "" };
}

/** A secret as a state file holds it. */
export function sealedValue(ciphertext: string): Record<string, string> {
  return { [SIGNATURE_KEY]: SECRET, ciphertext };
}

export interface Opened {
  value: unknown;
  /** Whether anything in it is, or was, a secret. */
  secret: boolean;
  /** Secrets that only the stack's passphrase or key opens. */
  sealed: string[];
}

/** A value with all secrets in it opened as far as they can be; what stays sealed becomes undefined. */
export function open(value: unknown): Opened {
  // Most histories hold none, and copying them would take longer than all else that is done with them.
  if (!holdsSpecial(value)) return { value, secret: false, sealed: [] };
  const sealed: string[] = [];
  let secret = false;
  const walk = (inner: unknown): unknown => {
    const found = reveal(inner);
    if (found.kind !== "plain") secret = true;
    if (found.kind === "sealed") {
      sealed.push(found.ciphertext);
      return undefined;
    }
    const plain = found.value;
    if (Array.isArray(plain)) return plain.map(walk);
    if (plain === null || typeof plain !== "object") return plain;
    return Object.fromEntries(Object.entries(plain).map(([key, item]) => [key, walk(item)]));
  };
  return { value: walk(value), secret, sealed };
}

const holdsSpecial = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (isSpecial(value) || Object.values(value).some(holdsSpecial));

function isSpecial(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && SIGNATURE_KEY in value;
}
