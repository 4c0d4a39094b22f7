import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { Intent } from "./intent.js";

/** Older notes say nothing any more: no engine reruns an update with a week-old state unattended. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

const ENTRY = v.object({
  version: v.literal(1),
  triggersHash: v.string(),
  fingerprint: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  from: v.object({ nodeId: v.string(), ip: v.optional(v.string()), availabilityZone: v.optional(v.string()) }),
  host: v.string(),
  /** 0 when the process that wrote it has ended its work in good order. */
  pid: v.number(),
});

/** What the procedure needs of a journal; a machine without a writable home has one that remembers nothing. @internal */
export interface Journal {
  /** Every readable note about the instance, whoever made it. */
  read(instanceId: string, now: number): Promise<Intent[]>;
  /** Writes and syncs a note; returns its id. */
  write(instanceId: string, intent: Pick<Intent, "triggersHash" | "fingerprint" | "at" | "from">): Promise<string>;
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
    async read(instanceId, now) {
      const names = await readdir(of(instanceId)).catch(() => [] as string[]);
      const intents = await Promise.all(
        names.filter((name) => name.endsWith(".json")).map((name) => readEntry(of(instanceId), name)),
      );
      return intents
        .filter((intent) => intent !== undefined)
        .filter((intent) => now - Date.parse(intent.at) < MAX_AGE_MS);
    },
    async write(instanceId, { triggersHash, fingerprint, at, from }) {
      const id = randomUUID();
      const entry: v.InferOutput<typeof ENTRY> = {
        version: 1,
        triggersHash,
        fingerprint,
        at,
        from,
        host: hostname(),
        pid: process.pid,
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
    const {
      version: _version,
      host,
      pid,
      ...entry
    } = v.parse(ENTRY, JSON.parse(await readFile(join(folder, name), "utf8")));
    const from = Object.fromEntries(
      Object.entries(entry.from).filter(([, value]) => value !== undefined),
    ) as unknown as Intent["from"];
    return {
      ...entry,
      from,
      source: "journal",
      id: name.slice(0, -".json".length),
      live: pid !== 0 && host === hostname() && isAlive(pid),
    };
  } catch {
    // Removed between listing and reading, or not ours: no evidence either way.
    return undefined;
  }
}

/** Signal 0 asks without sending; EPERM means that it is alive and somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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
