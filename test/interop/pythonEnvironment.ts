import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCommand, run } from "./interop.js";

const FOLDER = join(__dirname, "..", ".venv");
const REQUIREMENTS = join(__dirname, "python", "requirements.txt");
/** Written last, so that an environment whose installation broke off is made anew. */
const MARK = join(FOLDER, "installed.txt");

/**
 * A Python with the vendor's SDK, in a virtual environment that is made once and used again while the requirements
 * stay; undefined where there is no Python that could make one.
 */
export async function pythonWithSdk(): Promise<string | undefined> {
  const python = join(FOLDER, "bin", "python");
  const wanted = await readFile(REQUIREMENTS, "utf8");
  const installed = await readFile(MARK, "utf8").catch(() => undefined);
  if (installed === wanted && (await findCommand([python], "--version"))) return python;

  const system = await findCommand(["python3", "python"], "-c", "import venv, ensurepip");
  if (system === undefined) return undefined;
  await rm(FOLDER, { recursive: true, force: true });
  await run(system, ["-m", "venv", FOLDER]);
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
  await writeFile(MARK, wanted);
  return python;
}
