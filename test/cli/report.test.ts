// The report as a person meets it: in a real browser, light and dark, on a phone, on paper, by keyboard, and at its largest.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { browserPath, openBrowser, whyNoBrowser, type Browser } from "./support/browser.js";
import { fleetState, historyOf, resourceOf } from "./support/fleet.js";
import { runCli } from "./support/runCli.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const reports = join(__dirname, "../reports");
const folder = mkdtempSync(join(tmpdir(), "dcs-report-"));
const quarter = join(folder, "quarter.html");
const fleet = join(folder, "fleet.html");

/** Text that would be markup, script or a change of direction if anything forgot to escape it. */
const hostile = `</script><img src=x onerror="document.title='owned'">&amp; "quoted" \u202Egnp.exe`;

beforeAll(async () => {
  mkdirSync(reports, { recursive: true });
  await writeReport("quarter", fleetState({ instances: 9, records: 9 }), quarter);
  await writeReport("fleet", fleetState({ instances: 1_000, records: 100 }), fleet);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function writeReport(name: string, state: object, output: string, args: readonly string[] = []): Promise<void> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(state));
  const { code, stderr } = await runCli(["report", "--html", file, "-o", output, ...args]);
  if (code !== 0) throw new Error(stderr);
}

describe("the report's file", () => {
  it("holds all there is, and refers to nothing outside of itself", () => {
    for (const file of [quarter, fleet]) {
      const text = readFileSync(file, "utf8");
      expect(text).not.toMatch(/\b(src|srcset|action|poster|data)=|<link|<iframe|@import|url\(/);
      expect(text.match(/href="[^"#]/g)).toBeNull();
      expect(text).toContain("default-src &#39;none&#39;");
      expect(text).not.toMatch(/ style=| on[a-z]+="/);
    }
  });

  it("has no script unless it is large", () => {
    expect(readFileSync(quarter, "utf8")).not.toContain("<script");
    expect(readFileSync(fleet, "utf8")).toContain("script-src &#39;sha256-");
  });

  it("hides what the stack keeps secret, and says so where records were altered", async () => {
    const sealed = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(
        historyOf(0, { instances: 1, records: 2 }).map((record) => ({ ...record, reason: "hush" })),
      ),
    };
    const resource = resourceOf({ name: "orders", history: [] }) as { outputs: Record<string, unknown> };
    resource.outputs["history"] = sealed;
    const output = join(folder, "secret.html");
    await writeReport("secret", { version: 3, deployment: { resources: [resource] } }, output);
    const text = readFileSync(output, "utf8");
    expect(text).not.toContain("hush");
    expect(text).toContain("[secret]");
    expect(text).toContain("Records do not fit their hashes: orders in stack prod");
  });

  it("with no record that matches still is a page, and the exit code says so", async () => {
    const { code, stderr, stdout } = await runCli(["report", join(folder, "quarter.json"), "--instance", "nothing"]);
    expect(stdout).toContain("No switchover was made or asked for.");
    expect(stderr).toContain("There is no record to report: none matches.");
    expect(code).toBe(1);
  });
});

describe.skipIf(browserPath === undefined)(
  `the report in a browser${browserPath === undefined ? ` (${whyNoBrowser})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    /** A page that fails the test on any error, and on anything that its policy refuses. */
    async function openPage(file: string): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => {
        if (!request.url().startsWith("file:")) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      return { page, complaints };
    }

    it.each([
      ["light", 1280, 900],
      ["dark", 1280, 900],
      ["light", 390, 844],
      ["dark", 390, 844],
    ] as const)("reads well: %s, %i px wide", async (colorScheme, width, height) => {
      const { page, complaints } = await openPage(quarter);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.locator("details.i > summary").first().click();
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow).toBe(0);
      await page.screenshot({ path: join(reports, `report-${colorScheme}-${width}.png`), fullPage: true });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      // The checker itself is a script that the page's policy need not know.
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("is walked through by keyboard alone", async () => {
      const { page } = await openPage(quarter);
      const focused = () => page.evaluate<string>("document.activeElement.textContent.trim().slice(0, 40)");
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("Skip to the instances");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await focused()).toMatch(/-cache/);
      await page.keyboard.press("Enter");
      const opened = page.locator("details.i[open]");
      expect(await opened.count()).toBe(1);
      expect(await opened.locator("tbody tr").count()).toBe(9);
      await page.close();
    });

    it("gives a screen reader landmarks, headings, captions and a sentence for each drawing", async () => {
      const { page } = await openPage(quarter);
      const tree = await page.locator("body").ariaSnapshot();
      for (const part of [
        "banner",
        "main",
        "contentinfo",
        'heading "Switchover report" [level=1]',
        'region "Durations"',
      ]) {
        expect(tree).toContain(part);
      }
      expect(tree).toMatch(
        /img "Master by zone over time: 9 records, 2 not worked, the master in eu-west-101c at the end"/,
      );
      expect(tree).toMatch(/table "What did not work first/);
      await page.close();
    });

    it("leads from what is to look at to the instance's records", async () => {
      const { page } = await openPage(quarter);
      await page.locator("#attention + table a").first().click();
      await page.locator("details.i[open]").waitFor();
      expect(await page.locator("details.i[open] caption").textContent()).toContain("orders-cache");
      await page.close();
    });

    it("shows words of others as words", async () => {
      const [newest, ...older] = historyOf(0, { instances: 1, records: 3 });
      const history = [{ ...newest, reason: hostile, instanceName: hostile, performedBy: hostile }, ...older];
      const output = join(folder, "hostile.html");
      await writeReport(
        "hostile",
        { version: 3, deployment: { resources: [resourceOf({ name: "x", history })] } },
        output,
        ["--title", hostile],
      );
      const { page, complaints } = await openPage(output);
      expect(await page.title()).toContain("<img src=x");
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.locator("h1").textContent()).toContain(String.raw`\u{202e}gnp.exe`);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("prints on A4 with all records of a quarter open", async () => {
      const { page } = await openPage(quarter);
      const pdf = join(folder, "quarter.pdf");
      await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
      const bytes = readFileSync(pdf, "latin1");
      const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(bytes) ?? [];
      expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("details.i tbody tr").last().isVisible()).toBe(true);
      try {
        execFileSync("pdftoppm", ["-r", "80", "-png", "-l", "3", pdf, join(reports, "report-print")]);
      } catch {
        // No pictures of the print without poppler; the PDF itself was looked at.
      }
      await page.close();
    });

    it("opens 1,000 instances with 100 records each in under 2 s, and stays usable", async () => {
      const { page, complaints } = await openPage(fleet);
      const opened = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].duration");
      await page.screenshot({ path: join(reports, "report-fleet.png") });

      const timed = async (act: () => Promise<unknown>) => {
        const started = performance.now();
        await act();
        return performance.now() - started;
      };
      const find = await timed(async () => {
        await page.getByLabel("Find an instance").fill("catalog-cache-77");
        await page.getByText("1 of 1000", { exact: true }).waitFor();
      });
      const unfold = await timed(async () => {
        await page.locator("details.i:not([hidden]) > summary").click();
        await page.locator("details.i[open] tbody tr").first().waitFor();
      });
      expect(await page.locator("details.i[open] tbody tr").count()).toBe(100);
      const size = statSync(fleet).size / 1_000_000;
      console.log(
        `${size.toFixed(1)} MB, opened in ${opened.toFixed(0)} ms, found in ${find.toFixed(0)} ms, unfolded in ${unfold.toFixed(0)} ms`,
      );
      expect(opened).toBeLessThan(2_000);
      expect(find).toBeLessThan(1_000);
      expect(unfold).toBeLessThan(1_000);
      expect(complaints).toEqual([]);
      await page.close();
    });
  },
);
