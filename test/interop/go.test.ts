import { join } from "node:path";
import { expect, it } from "vitest";
import { callsOf, expectAllCalls, findCommand, report, REPORTS, run, withInteropSandbox } from "./interop.js";

const FOLDER = join(__dirname, "go");

it("the vendor's Go SDK calls every operation, with right keys and a wrong one", async (context) => {
  if (process.env["DCS_INTEROP"] !== "all") return context.skip("slow: npm run test:interop runs it");
  const go = await findCommand(["go"], "version");
  if (go === undefined) {
    console.log("skipped: no Go on this machine");
    return context.skip("no Go");
  }
  const program = join(REPORTS, "go", "interop");
  await run(go, ["build", "-o", program, "."], { cwd: FOLDER });
  await withInteropSandbox(async (sandbox, setup) => {
    const calls = await callsOf(program, [], setup);
    await report("go", calls);
    expectAllCalls(calls, sandbox, setup);
    expect(calls).toHaveLength(36);
  });
}, 900_000);
