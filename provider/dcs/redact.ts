const PATTERNS: readonly [RegExp, string][] = [
  // The gateway's 401 echoes the whole canonical request, signed headers with their values included.
  [/canonical\s*request\s*[:=].*/is, "canonicalRequest:[redacted]"],
  [/\b(authorization|x-security-token|x-auth-token|x-subject-token)\s*[:=]\s*[^|\r\n"]+/gi, "$1:[redacted]"],
  [/\b(Access|Signature|Credential)=[^\s,;|"]+/g, "$1=[redacted]"],
  [/\bak\s+\S+(?=\s+not\s+exist)/gi, "ak [redacted]"],
  // A signature or a hash.
  [/\b[0-9a-f]{64}\b/gi, "[redacted]"],
];

/**
 * Text from the far side or from a library, made fit for an error or a log: the given secrets and everything that looks
 * like one is cut out, line breaks become spaces, and it is not longer than `max` characters.
 */
export function redact(text: string, secrets: readonly string[], max = 300): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      if (form !== "") clean = clean.replaceAll(form, "[redacted]");
    }
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  clean = clean.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return clean.length > max ? `${clean.slice(0, max)}…` : clean;
}
