import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";

const repository = join(__dirname, "../../../..");

/**
 * The client as it is now, compiled for a process of its own, in a folder from which its dependencies resolve.
 * What stands in dist may be older than what is tested.
 */
export async function compiledClient(): Promise<{ entry: string; remove: () => Promise<void> }> {
  const cache = join(repository, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "dcs-client-"));
  const source = join(repository, "provider", "dcs");
  for (const name of await readdir(source, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const { outputText } = ts.transpileModule(await readFile(join(source, name), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.Node16,
        target: ts.ScriptTarget.ES2023,
        esModuleInterop: true,
      },
      fileName: join(source, name),
    });
    const target = join(folder, name.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  return { entry: join(folder, "index.js"), remove: () => rm(folder, { recursive: true, force: true }) };
}
