// Each example as its README tells to run it, on the sandbox.
import { execFile, type ExecFileException } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/index.js";
import { createWorkspace, type Workspace } from "./support/index.js";

describe("examples", () => {
  it("quickstart: switches over once, and once more when the drill changes", async () => {
    await using sandbox = await cloud();
    const workspace = await createWorkspace({
      sandbox,
      template: "examples/quickstart",
      config: { "test:instanceId": sandbox.ids[0] ?? "" },
    });
    await workspace.up();
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.swaps()).toHaveLength(1);
    await workspace.up(["--config", "test:drill=2"]);
    expect(sandbox.swaps()).toHaveLength(2);
  });

  it("state-mode: brings the master to its zone once, and leaves it there", async () => {
    await using sandbox = await cloud();
    const workspace = await createWorkspace({
      sandbox,
      template: "examples/state-mode",
      config: { "state-mode:instanceId": sandbox.ids[0] ?? "", "state-mode:zone": "sandbox-1b" },
    });
    await workspace.up();
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.swaps()).toHaveLength(1);
    expect(await workspace.outputs()).toMatchObject({ master: { availabilityZone: "sandbox-1b" }, switchoverCount: 1 });
  });

  it("many-instances: one at a time, and none after the first that fails", async () => {
    await using sandbox = await cloud({ instances: 3 });
    const [first, second, third] = sandbox.ids;
    const workspace = await createWorkspace({
      sandbox,
      template: "examples/many-instances",
      config: { "many-instances:instances": JSON.stringify({ orders: first, sessions: second, carts: third }) },
    });
    await workspace.up(["--config", "many-instances:drill=1"]);
    const swaps = sandbox.swaps();
    expect(swaps.map(({ instanceId }) => instanceId)).toEqual([first, second, third]);
    expect(swaps.slice(1).every(({ at }, index) => at >= (swaps[index]?.endedAt ?? "9"))).toBe(true);
    expect(await workspace.outputs()).toEqual({
      masters: { orders: "sandbox-1b", sessions: "sandbox-1b", carts: "sandbox-1b" },
    });

    sandbox.clearJournal();
    sandbox.setInstance(second ?? "", { status: "ERROR" });
    await workspace.up(["--config", "many-instances:drill=2"], { expectFailure: true });
    expect(sandbox.swaps().map(({ instanceId }) => instanceId)).toEqual([first]);

    sandbox.setInstance(second ?? "", { status: "RUNNING" });
    await workspace.up(["--config", "many-instances:drill=2"]);
    expect(sandbox.swaps().map(({ instanceId }) => instanceId)).toEqual([first, second, third]);
  });

  it("drill-schedule: the workflow's own commands perform one switchover, as it was reviewed or not at all", async () => {
    await using sandbox = await cloud();
    const workspace = await createWorkspace({
      sandbox,
      template: "examples/drill-schedule",
      stack: "prod",
      config: { "drill-schedule:instanceId": sandbox.ids[0] ?? "", "drill-schedule:drill": "none yet" },
    });
    const { propose, review, perform } = workflow(workspace);

    await propose();
    expect(workspace.read("Pulumi.prod.yaml")).toMatch(/reason'?: Quarterly failover drill 20\d\d-Q[1-4]/);
    await review();
    expect(workspace.read("summary.md")).toMatch(/^```\n[^]*plan *: "switch over orders-cache: [^]*```\n$/);

    sandbox.setInstance(sandbox.ids[0] ?? "", { task: "BACKUPING" });
    await expect(perform()).rejects.toThrow("violates plan");
    expect(sandbox.swaps()).toEqual([]);

    sandbox.setInstance(sandbox.ids[0] ?? "", { task: null });
    await perform();
    expect(sandbox.swaps()).toMatchObject([{ outcome: "switched" }]);
  });

  it("automation: stops at the first instance that fails, and prints the history of those before", async () => {
    await using sandbox = await cloud({ instances: 3 });
    const workspace = await createWorkspace({ sandbox, template: "examples/automation" });
    const [first = "", second = "", third = ""] = sandbox.ids;
    const program = (...args: string[]) => run(process.execPath, ["index.ts", ...args], workspace);

    await program("2026-Q3", `orders-cache=${first}`);
    sandbox.clearJournal();
    sandbox.setInstance(second, { status: "ERROR" });
    const { code, output } = await program("2026-Q4", `orders-cache=${first}`, `sessions=${second}`, `carts=${third}`);
    expect(sandbox.swaps().map(({ instanceId }) => instanceId)).toEqual([first]);
    expect(code).toBe(1);
    expect(output).toContain(`sessions was not failed over. Not tried: carts=${third}`);
    expect(output.match(/│ 'orders-cache' │ '2026-Q[34]' │ .* │ 'switched' │/g)).toHaveLength(2);

    sandbox.setInstance(second, { status: "RUNNING" });
    expect(await program("2026-Q4", `orders-cache=${first}`, `sessions=${second}`)).toMatchObject({ code: 0 });
    expect(sandbox.swaps().map(({ instanceId }) => instanceId)).toEqual([first, second]);
  });
});

/** A sandbox whose switchovers are quick, and that stops with the test. */
async function cloud(options: SandboxOptions = {}): Promise<Sandbox & AsyncDisposable & { ids: string[] }> {
  const sandbox = await startSandbox({ swapSeconds: 0.3, ...options });
  return Object.assign(sandbox, {
    ids: sandbox.instances.map(({ id }) => id),
    [Symbol.asyncDispose]: () => sandbox.close(),
  });
}

interface Step {
  name?: string;
  run?: string;
}

/** The jobs of the workflow, reduced to their commands about Pulumi, word for word; the plan stays in the folder as its artifact would. */
function workflow(workspace: Workspace): Record<"propose" | "review" | "perform", () => Promise<void>> {
  const { env, jobs } = parse(
    readFileSync(join(__dirname, "../../examples/drill-schedule/.github/workflows/drill.yml"), "utf8"),
  ) as { env: Record<string, string>; jobs: Record<string, { steps: Step[] }> };
  const job = (name: string) => async () => {
    const steps = (jobs[name]?.steps ?? []).filter(({ run: text }) => text && !/^npm ci|^git /.test(text));
    expect(steps).not.toEqual([]);
    // What one step writes to GITHUB_ENV is in the environment of the next.
    const text = steps.map((step) => `${step.run}\nset -a; . "$GITHUB_ENV"; set +a`).join("\n");
    const files = {
      GITHUB_ENV: join(workspace.folder, "env"),
      GITHUB_STEP_SUMMARY: join(workspace.folder, "summary.md"),
    };
    workspace.write({ env: "", "summary.md": "" });
    const { code, output } = await run("bash", ["-eo", "pipefail", "-c", text], workspace, {
      STACK: env["STACK"],
      ...files,
    });
    if (code !== 0) throw new Error(`${name} failed:\n${output}`);
  };
  return { propose: job("propose"), review: job("review"), perform: job("switch") };
}

function run(
  command: string,
  args: readonly string[],
  { folder, env }: Workspace,
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string): void =>
      resolve({ code: error ? (error.code as number | undefined) : 0, output: stdout + stderr });
    execFile(command, args, { cwd: folder, env: { ...env, ...more } }, done);
  });
}
