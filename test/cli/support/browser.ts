import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** A browser of this machine, or undefined: these tests are then skipped, with a word. */
export const browserPath = [process.env["CHROMIUM"], ...PLACES].find((path) => path !== undefined && existsSync(path));

export const whyNoBrowser = `no Chromium at ${PLACES.join(", ")}, nor in $CHROMIUM: the report was not looked at`;

export interface Browser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** Starts the machine's browser without any network or profile of its own. */
export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "dcs-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath ?? "",
    headless: true,
    viewport: { width: 1280, height: 900 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
