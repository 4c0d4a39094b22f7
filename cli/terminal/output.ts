import { once } from "node:events";
import type { Writable } from "node:stream";

/** Writes text piece by piece, no faster than its reader takes it. */
export async function write(pieces: Iterable<string>, stream: Writable = process.stdout): Promise<void> {
  let buffered = "";
  for (const piece of pieces) {
    buffered += piece;
    if (buffered.length < 64 * 1024) continue;
    const isTaken = stream.write(buffered);
    buffered = "";
    if (!isTaken) await once(stream, "drain");
  }
  if (buffered !== "") stream.write(buffered);
}
