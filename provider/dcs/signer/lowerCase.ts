/** Few names come again and again; whatever is beyond that is not kept. */
const MAX_KNOWN = 100;
const known = new Map<string, string>();

/** A header name in lower case. */
export function lowerCase(name: string): string {
  let lower = known.get(name);
  if (lower === undefined) {
    lower = name.toLowerCase();
    if (known.size < MAX_KNOWN) known.set(name, lower);
  }
  return lower;
}
