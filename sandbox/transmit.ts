import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { render, type Answer } from "./answer.js";
import type { Fault, RequestEntry } from "./types.js";

/**
 * Puts an answer on the wire, spoilt as the fault says, and notes in the journal what went out. Settles when all is
 * said that was meant to be; false if the client went away before.
 */
export async function send(res: ServerResponse, answer: Answer, entry: RequestEntry, fault?: Fault): Promise<boolean> {
  entry.status = answer.status;
  const code = errorCode(answer);
  if (code !== undefined) entry.errorCode = code;
  if (fault?.kind === "trickle") return trickle(res, answer, entry, fault.chunkBytes ?? 1, fault.everyMs ?? 50);
  if (fault?.kind === "cut") return sendHalf(res, answer, entry, () => res.socket?.end());
  if (fault?.kind === "reset-mid-answer") return sendHalf(res, answer, entry, () => res.socket?.resetAndDestroy());
  if (fault?.kind !== "truncate") return sendWhole(res, answer, entry);
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  return sendWhole(res, { ...answer, body: half }, entry);
}

/** Ends a connection with no answer at all. */
export function abandon(res: ServerResponse, how: "drop" | "reset"): void {
  if (how === "reset") res.socket?.resetAndDestroy();
  else res.socket?.destroy();
}

async function sendWhole(res: ServerResponse, answer: Answer, entry: RequestEntry): Promise<boolean> {
  entry.bytesOut = answer.body.length;
  const bodiless = answer.status === 204 || answer.status === 304;
  const length = bodiless ? {} : { "content-length": String(answer.body.length) };
  res.writeHead(answer.status, { ...answer.headers, ...length });
  await new Promise<void>((resolve) => {
    res.once("close", resolve);
    res.end(bodiless ? undefined : answer.body);
  });
  return res.writableFinished;
}

/** Half of the body; of an answer without one, half of its head. */
async function sendHalf(res: ServerResponse, answer: Answer, entry: RequestEntry, end: () => void): Promise<boolean> {
  const bytes = render(answer);
  const head = bytes.length - answer.body.length;
  const length = answer.body.length === 0 ? Math.floor(head / 2) : head + Math.floor(answer.body.length / 2);
  entry.bytesOut = Math.max(0, length - head);
  await writeRaw(res, bytes.subarray(0, length));
  // A reset that overtakes the bytes would be a reset before the answer: give them a moment on the way.
  await sleep(20, undefined, { ref: false });
  const there = isOpen(res);
  end();
  return there;
}

async function trickle(
  res: ServerResponse,
  answer: Answer,
  entry: RequestEntry,
  chunkBytes: number,
  everyMs: number,
): Promise<boolean> {
  const bytes = render({ ...answer, headers: { ...answer.headers, connection: "close" } });
  const head = bytes.length - answer.body.length;
  for (let at = 0; at < bytes.length && isOpen(res); at += chunkBytes) {
    await writeRaw(res, bytes.subarray(at, at + chunkBytes));
    entry.bytesOut = Math.max(0, Math.min(at + chunkBytes, bytes.length) - head);
    await sleep(everyMs, undefined, { ref: false });
  }
  const there = isOpen(res);
  res.socket?.end();
  return there;
}

const isOpen = (res: ServerResponse): boolean => res.socket !== null && !res.socket.destroyed;

const writeRaw = (res: ServerResponse, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (res.socket) res.socket.write(bytes, () => resolve());
    else resolve();
  });

function errorCode(answer: Answer): string | undefined {
  if (answer.status < 400) return undefined;
  const match = /"error_code":"([^"]+)"/.exec(answer.body.toString("latin1", 0, 1000));
  return match?.[1];
}
