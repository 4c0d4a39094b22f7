import { join } from "node:path";
import { expect, it } from "vitest";
import { callsOf, expectAllCalls, findCommand, report, REPORTS, run, withInteropSandbox } from "./interop.js";

const FOLDER = join(__dirname, "java");
const BUILT = join(REPORTS, "java");

it("the vendor's Java SDK calls every operation, with right keys and a wrong one", async (context) => {
  if (process.env["DCS_INTEROP"] !== "all") return context.skip("slow: npm run test:interop runs it");
  const maven = await findCommand(["mvn"], "--version");
  const java = await findCommand(["java"], "-version");
  if (maven === undefined || java === undefined || !(await findCommand(["javac"], "-version"))) {
    console.log("skipped: no JDK with Maven on this machine");
    return context.skip("no JDK with Maven");
  }
  await run(maven, ["--quiet", "--batch-mode", "compile", "dependency:copy-dependencies"], { cwd: FOLDER });
  await withInteropSandbox(async (sandbox, setup) => {
    const classPath = [join(BUILT, "classes"), join(BUILT, "dependency", "*")].join(":");
    const calls = await callsOf(java, [`-Duser.home=${REPORTS}/home`, "-cp", classPath, "Calls"], setup);
    await report("java", calls);
    expectAllCalls(calls, sandbox, setup);
    expect(calls).toHaveLength(36);
  });
}, 900_000);
