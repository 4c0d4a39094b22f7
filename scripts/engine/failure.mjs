// @ts-check

/** A failure that the user can act on: what did not work, why, and the remedy. */
export class EngineFailure extends Error {
  /**
   * @param {string} what
   * @param {string} why
   * @param {string} remedy
   */
  constructor(what, why, remedy) {
    super(`${what}: ${why}\n  Remedy: ${remedy}`);
    this.name = "EngineFailure";
  }
}

const otherWay = `or put a Pulumi CLI (3.250 or newer, from its own installer) on PATH`;

/**
 * @param {unknown} error of a file operation
 * @param {string} folder that was being written
 * @returns {unknown} an {@link EngineFailure} if the cause is known, else the error itself
 */
export function explainFileError(error, folder) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(folder, String(error));
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(code)) {
    return new EngineFailure(
      `Cannot write to ${folder}`,
      `${code}, ${error instanceof Error ? error.message : ""}`,
      "make that folder writable, or set PULUMI_HOME to a folder that is",
    );
  }
  return error;
}

/**
 * @param {string} folder
 * @param {string} seen
 */
export function diskFull(folder, seen) {
  return new EngineFailure(
    "No space left on the disk",
    seen,
    `the engine takes 150 MB in ${folder}, its build up to 4 GB in Go's caches and the temporary folder: ` +
      "free some space, or point PULUMI_HOME, GOCACHE, GOMODCACHE and TMPDIR to a disk that has it",
  );
}

export function goMissing() {
  return new EngineFailure(
    "No Go tool on PATH",
    "without the vendor's download the engine is built from its Go modules, which takes Go",
    `install Go 1.25.11 or newer, ${otherWay}`,
  );
}

/**
 * @param {string} found
 * @param {string} needed
 */
export function goTooOld(found, needed) {
  return new EngineFailure(
    `Go is too old`,
    `found ${found}, and the engine needs Go ${needed}`,
    `install Go ${needed} or newer (or let Go fetch it: GOTOOLCHAIN=auto), ${otherWay}`,
  );
}

/**
 * Why a `go` command failed, told from what it printed.
 *
 * @param {string} doing what was being done
 * @param {readonly string[]} output the last lines of the command
 * @param {{ folder: string, proxy: string }} where
 * @returns {EngineFailure}
 */
export function explainGoError(doing, output, { folder, proxy }) {
  const text = output.join("\n");
  const told = output.filter((line) => !line.startsWith("go: downloading "));
  const last = told.slice(-3).join("\n    ") || "it printed nothing";
  if (/no space left on device|disk quota exceeded/i.test(text)) return diskFull(folder, last);
  if (/signal: killed|out of memory|cannot allocate memory/i.test(text)) {
    return new EngineFailure(
      `Out of memory while ${doing}`,
      last,
      "run it with about 4 GB of free memory, or with GOMAXPROCS=1, which takes less",
    );
  }
  if (/permission denied|read-only file system/i.test(text)) {
    return new EngineFailure(
      `Go cannot write while ${doing}`,
      last,
      "make that folder writable, or point GOCACHE, GOMODCACHE and TMPDIR to folders that are",
    );
  }
  const network =
    /dial (tcp|udp)|no such host|connection re(fused|set)|i\/o timeout|deadline exceeded|TLS handshake|x509:|proxyconnect|network is unreachable|unexpected EOF|module lookup disabled|toolchain not available|: (40[37]|410|429|5\d\d) /i;
  if (network.test(text)) {
    return new EngineFailure(
      "No network for Go modules",
      `${last}\n    (GOPROXY is ${withoutPassword(proxy)})`,
      `check the network, or set GOPROXY to a module proxy that can be reached from here, ${otherWay}`,
    );
  }
  return new EngineFailure(
    `Go failed while ${doing}`,
    last,
    `see the lines above; ${otherWay.slice(3)} to do without a build`,
  );
}

/** @param {string} proxies a GOPROXY value, whose addresses may carry a user and password */
function withoutPassword(proxies) {
  return proxies.replaceAll(/\/\/[^/@,|]*@/g, "//…@");
}
