import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { constants } from "node:buffer";
import { CliFailure } from "../failure.js";
import { parseDeployment, type DeploymentState } from "./deployment.js";

/** How much text one string can hold; a state is parsed as a whole. */
const MOST_BYTES = Math.min(constants.MAX_STRING_LENGTH, 512 * 1024 * 1024);

/**
 * Reads an exported state or a checkpoint from a file, plain or compressed by gzip or zstd as backends do.
 * @param path a file, or "-" for standard input
 * @throws CliFailure in plain words
 */
export async function readStateFile(
  path: string,
  stdin: Readable = process.stdin,
  keep?: (type: string) => boolean,
): Promise<DeploymentState> {
  const origin = path === "-" ? "standard input" : `the file ${path}`;
  return parseDeployment(await readText(path === "-" ? stdin : createReadStream(path), origin), origin, keep);
}

/** All text of a stream, decompressed. @throws CliFailure */
export async function readText(stream: Readable, origin: string): Promise<string> {
  const what = `Reading ${origin}`;
  try {
    const bytes = await decompress(await collect(stream, origin), origin);
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    if (/[\0\uFFFD]/.test(text.slice(0, 4096))) {
      throw new CliFailure({
        what,
        why: "it is no text: binary, or encrypted",
        remedy: "Give what `pulumi stack export` prints; decrypt it first if your backend or a tool encrypts it.",
      });
    }
    return text;
  } catch (error) {
    if (error instanceof CliFailure || !(error instanceof Error)) throw error;
    const code = "code" in error ? String(error.code) : "";
    throw new CliFailure({ what, why: WHY[code] ?? error.message, remedy: "" }, { cause: error });
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder, not a file",
  EACCES: "reading it is not allowed",
};

async function collect(stream: Readable, origin: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > MOST_BYTES) throw tooLarge(origin);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function decompress(bytes: Buffer, origin: string): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZstd = bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  if (!isGzip && !isZstd) return bytes;
  const stream = isGzip ? createGunzip() : createZstdDecompress();
  stream.end(bytes);
  try {
    return await collect(stream, origin);
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure({
      what: `Reading ${origin}`,
      why: `it is compressed by ${isGzip ? "gzip" : "zstd"}, and truncated or corrupt`,
      remedy: "Copy it again from the backend.",
    });
  }
}

function tooLarge(origin: string): CliFailure {
  return new CliFailure({
    what: `Reading ${origin}`,
    why: `it is larger than ${Math.floor(MOST_BYTES / 1024 / 1024)} MiB`,
    remedy:
      "Split the stack, or cut its state down to the SwitchoverTriggers: jq '.deployment.resources |= map(select(.type | endswith(\":SwitchoverTrigger\")))'.",
  });
}
