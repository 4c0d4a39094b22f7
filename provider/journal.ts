import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { isAlive, startOf } from "./alive.js";
import type { Intent } from "./intent.js";

/** Older notes say nothing any more: no engine reruns an update with a week-old state unattended. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/** Notes that still mean something. @param now the cloud's clock, as the notes' own times are @internal */
export function fresh(intents: readonly Intent[], now: number): Intent[] {
  return intents.filter((intent) => now - Date.parse(intent.at) < MAX_AGE_MS);
}

const ENTRY = v.object({
  version: v.literal(1),
  triggersHash: v.string(),
  owner: v.string(),
  fingerprint: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  from: v.object({ nodeId: v.string(), ip: v.optional(v.string()), availabilityZone: v.optional(v.string()) }),
  host: v.string(),
  /** 0 when the process that wrote it has ended its work in good order. */
  pid: v.number(),
  /** See {@link startOf}. */
  start: v.optional(v.string()),
  /** After this moment by the machine's own clock the process is not waited for, whatever its number says. */
  busyUntil: v.pipe(v.string(), v.isoTimestamp()),
});

type Entry = v.InferOutput<typeof ENTRY>;

/** @internal */
export type NotedIntent = Pick<Intent, "triggersHash" | "fingerprint" | "at" | "from"> & { owner: string };

/** What the procedure needs of a journal; a machine without a writable home has one that remembers nothing. @internal */
export interface Journal {
  /** Every readable note about the instance, whoever made it. */
  read(instanceId: string): Promise<Intent[]>;
  /** Writes and syncs a note; returns its id. The process is taken to be at work on it for `busyMs` at most. */
  write(instanceId: string, intent: NotedIntent, busyMs: number): Promise<string>;
  /** Notes that the process is done with it: the note stays until the state is known to hold the record. */
  end(instanceId: string, id: string): Promise<void>;
  remove(instanceId: string, ids: readonly string[]): Promise<void>;
}

/** Where notes are kept: beside the engine's own files, since they outlive a working copy. @internal */
export function journalFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  return join(home, "dcs-switchover", "intents");
}

/** The intent journal of this machine: one small file a note, named by instance. Trigger values are never in it, only their hash. @internal */
export function fileJournal(folder: string): Journal {
  const of = (instanceId: string): string => join(folder, instanceId);
  return {
    async read(instanceId) {
      const names = await readdir(of(instanceId)).catch(() => [] as string[]);
      const intents = await Promise.all(
        names.filter((name) => name.endsWith(".json")).map((name) => readEntry(of(instanceId), name)),
      );
      return intents.filter((intent) => intent !== undefined);
    },
    async write(instanceId, { triggersHash, owner, fingerprint, at, from }, busyMs) {
      const id = randomUUID();
      const start = startOf(process.pid);
      const entry: Entry = {
        version: 1,
        triggersHash,
        owner,
        fingerprint,
        at,
        from,
        host: hostname(),
        pid: process.pid,
        ...(start === undefined ? {} : { start }),
        busyUntil: new Date(Date.now() + busyMs).toISOString(),
      };
      await mkdir(of(instanceId), { recursive: true, mode: 0o700 });
      await replaceFile(join(of(instanceId), `${id}.json`), `${JSON.stringify(entry)}\n`);
      await syncFolder(of(instanceId));
      return id;
    },
    async end(instanceId, id) {
      const path = join(of(instanceId), `${id}.json`);
      const entry = v.parse(ENTRY, JSON.parse(await readFile(path, "utf8")));
      await replaceFile(path, `${JSON.stringify({ ...entry, pid: 0 })}\n`);
    },
    async remove(instanceId, ids) {
      await Promise.all(ids.map((id) => rm(join(of(instanceId), `${id}.json`), { force: true })));
    },
  };
}

async function readEntry(folder: string, name: string): Promise<Intent | undefined> {
  try {
    const entry = v.parse(ENTRY, JSON.parse(await readFile(join(folder, name), "utf8")));
    const { nodeId, ip, availabilityZone } = entry.from;
    return {
      source: "journal",
      id: name.slice(0, -".json".length),
      triggersHash: entry.triggersHash,
      owner: entry.owner,
      fingerprint: entry.fingerprint,
      at: entry.at,
      from: {
        nodeId,
        ...(ip === undefined ? {} : { ip }),
        ...(availabilityZone === undefined ? {} : { availabilityZone }),
      },
      live: isAtWork(entry),
    };
  } catch {
    // Removed between listing and reading, or not ours: no evidence either way.
    return undefined;
  }
}

/** Another machine's process can't be asked; its note is settled by evidence like that of a dead one. */
function isAtWork({ pid, start, host, busyUntil }: Entry): boolean {
  return pid !== 0 && host === hostname() && Date.now() < Date.parse(busyUntil) && isAlive(pid, start);
}

/** A reader finds the old text or the new one whole, also after a power cut. */
async function replaceFile(path: string, text: string): Promise<void> {
  await using(await open(`${path}.tmp`, "w", 0o600), async (file) => {
    await file.writeFile(text);
    await file.sync();
  });
  await rename(`${path}.tmp`, path);
}

/** The name of a new file is durable only when its folder is synced too; some systems can't, and then it is as good as they do. */
async function syncFolder(path: string): Promise<void> {
  try {
    await using(await open(path, "r"), (folder) => folder.sync());
  } catch {
    return;
  }
}

async function using(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
