/** The header lines and the list of their names, both sorted. */
export interface CanonicalHeaders {
  /** `name:value\n` for each, so the block ends with a line feed. */
  lines: string;
  /** `a;b;c` */
  signedHeaders: string;
}

/**
 * Lower-case names in code unit order, values trimmed with inner spaces kept (two of the official signers do not trim,
 * but no HTTP client sends the outer spaces that they sign).
 * Not signed: names with an underscore, which gateways drop, and a multipart content type, whose boundary comes later.
 */
export function canonicalHeaders(headers: readonly (readonly [lowerName: string, value: string])[]): CanonicalHeaders {
  const signed = headers.filter(([name, value]) => isSigned(name, value)).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  let lines = "";
  let names = "";
  for (const [name, value] of signed) {
    lines += `${name}:${value.trim()}\n`;
    names += names === "" ? name : `;${name}`;
  }
  return { lines, signedHeaders: names };
}

function isSigned(name: string, value: string): boolean {
  return !name.includes("_") && !(name === "content-type" && /^\s*multipart\//i.test(value));
}
