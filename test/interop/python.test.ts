import { join } from "node:path";
import { expect, it } from "vitest";
import { callsOf, expectAllCalls, report, withInteropSandbox } from "./interop.js";
import { pythonWithSdk } from "./pythonEnvironment.js";

it("the vendor's Python SDK calls every operation, with right keys and a wrong one", async (context) => {
  const python = await pythonWithSdk();
  if (python === undefined) {
    console.log("skipped: no Python with venv and pip on this machine");
    return context.skip("no Python with venv and pip");
  }
  await withInteropSandbox(async (sandbox, setup) => {
    const calls = await callsOf(python, [join(__dirname, "python", "calls.py")], setup);
    await report("python", calls);
    expectAllCalls(calls, sandbox, setup);
    expect(calls).toHaveLength(36);
  });
}, 180_000);
