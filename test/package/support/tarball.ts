import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";

export const repository = join(__dirname, "../../..");

const run = promisify(execFile);

const PackReport = v.tuple([
  v.object({ filename: v.string(), size: v.number(), files: v.array(v.object({ path: v.string() })) }),
]);

const Manifest = v.looseObject({
  dependencies: v.record(v.string(), v.string()),
  peerDependencies: v.record(v.string(), v.string()),
  exports: v.record(v.string(), v.union([v.string(), v.record(v.string(), v.string())])),
  bin: v.record(v.string(), v.string()),
});

/** package.json, as far as tests look at it. */
export function readManifest(): v.InferOutput<typeof Manifest> {
  return v.parse(Manifest, JSON.parse(readFileSync(join(repository, "package.json"), "utf8")));
}

/** What would be published, packed into a temporary folder. */
export interface Tarball {
  path: string;
  bytes: Uint8Array;
  /** paths of the files in it, without the leading `package/` */
  files: string[];
  remove(): void;
}

/** Packs dist/ as it is: the build is done before these tests, and must not empty dist/ under others. */
export async function packTarball(): Promise<Tarball> {
  const folder = mkdtempSync(join(tmpdir(), "dcs-package-"));
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: repository,
  });
  const [report] = v.parse(PackReport, JSON.parse(stdout));
  const path = join(folder, report.filename);
  return {
    path,
    bytes: new Uint8Array(readFileSync(path)),
    files: report.files.map((file) => file.path).sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A project that uses the package. */
export interface Consumer {
  folder: string;
  remove(): void;
}

/** A project that has installed the tarball, with nothing in reach but what the manifest declares, and the compiler's Node types. */
export async function installTarball(tarball: Tarball): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), "dcs-consumer-"));
  const installed = join(folder, "node_modules", "pulumi-dcs-switchover");
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", tarball.path, "--strip-components=1", "-C", installed]);
  const { dependencies, peerDependencies } = readManifest();
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), "@types/node"]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), link, "junction");
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
