import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Proxies and certificate authorities. */
const NETWORK =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(cafile|strict_ssl))$/i;

/** A user who has just come to this machine: an empty home, Node with npm, and a Pulumi engine; nothing of anyone else's. */
export interface Newcomer {
  /** an empty folder to work in */
  folder: string;
  /** Runs one line in a shell as it stands; `input` is what the user types. Gives what it printed; throws if it fails. */
  run(
    line: string,
    options?: { cwd?: string; input?: string; env?: Readonly<Record<string, string>> },
  ): Promise<string>;
  leave(): void;
}

/** @param env what the user has set, such as credentials */
export function createNewcomer({
  engineBin,
  env,
}: {
  engineBin: string;
  env: Readonly<Record<string, string>>;
}): Newcomer {
  const root = mkdtempSync(join(tmpdir(), "dcs-newcomer-"));
  const folder = join(root, "work");
  for (const made of ["work", "home", "tmp"]) mkdirSync(join(root, made));
  const own: NodeJS.ProcessEnv = {
    PATH: [engineBin, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    HOME: join(root, "home"),
    TMPDIR: join(root, "tmp"),
    LANG: "C.UTF-8",
    // How packages are reached is the machine's affair, not the home's.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
    NPM_CONFIG_USERCONFIG: npmConfig("userconfig"),
    PULUMI_BACKEND_URL: `file://${join(root, "home")}`,
    PULUMI_CONFIG_PASSPHRASE: "newcomer",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // What would be asked at a terminal is answered with yes.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    ...env,
  };
  return {
    folder,
    run: async (line, { cwd = folder, input = "", env: more = {} } = {}) => {
      const command = promisify(execFile)("bash", ["-ec", line], {
        cwd,
        env: { ...own, ...more },
        maxBuffer: 64 * 1024 * 1024,
      });
      command.child.stdin?.end(input);
      const failed = (error: Error & { stdout: string; stderr: string }): never => {
        throw new Error(`${line}\n${error.stdout}\n${error.stderr}`, { cause: error });
      };
      const { stdout, stderr } = await command.catch(failed);
      return stdout + stderr;
    },
    leave: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A setting of npm as it is for whoever runs the tests. */
export function npmConfig(key: "registry" | "userconfig"): string {
  return execFileSync("npm", ["config", "get", key], { encoding: "utf8" }).trim();
}
