import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("tells its whole story with the real engine, and leaves nothing behind", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "demo-run-"));
  try {
    const env = { ...process.env, TMPDIR: temporary };
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, "../../scripts/demo.mjs")], {
      env,
    });
    expect(stdout).toMatch(/\nDone in \d/);
    expect(stdout).toContain("requests that the sandbox got meanwhile: 0");
    const counts = Array.from(stdout.matchAll(/performed until now: (\d+)/g), ([, count]) => Number(count));
    expect(counts).toEqual([0, 1, 1, 1, 2, 2, 2]);
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});
