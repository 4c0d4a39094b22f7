// A switchover whose end was not seen is on record as unconfirmed, and once it is resolved, only as what became of it.
import { expect, it, vi } from "vitest";
import { startSandbox } from "../../sandbox/index.js";
import { createWorkspace, switchoverProgram } from "../engine/support/index.js";
import { runCli } from "./support/runCli.js";

vi.setConfig({ testTimeout: 120_000 });

it.each([
  ["that happened", "switched", "adopted"],
  ["that the cloud gave up", "task-fails", "failed"],
] as const)("an unconfirmed switchover %s is told once, as %s → %s", async (_what, ending, outcome) => {
  const sandbox = await startSandbox({ swapSeconds: 3_600 });
  try {
    const instanceId = sandbox.instances[0]?.id ?? "";
    const program = switchoverProgram({
      instanceId,
      triggers: { drill: "1" },
      timeouts: { complete: "1s", settle: "1s" },
    });
    const workspace = await createWorkspace({ sandbox, files: { "index.js": program } });
    await workspace.up([], { expectFailure: true });
    const options = { cwd: workspace.folder, env: workspace.env };
    const outcomes = async () => {
      const { stdout, stderr } = await runCli(["history", "--stack", "dev", "--all-updates", "--json"], options);
      expect(stderr).toBe("");
      return (JSON.parse(stdout) as { records: { record: { outcome: string } }[] }).records.map(
        ({ record }) => record.outcome,
      );
    };
    expect(await outcomes()).toEqual(["unconfirmed"]);
    expect((await runCli(["verify", "--stack", "dev"], options)).stdout).toContain("is not resolved yet");

    sandbox.setBehaviour({ swapSeconds: 0.2 });
    sandbox.endSwaps(instanceId, ending);
    await workspace.up();
    const resolved = await outcomes();
    expect(resolved).not.toContain("unconfirmed");
    expect(resolved).toContain(outcome);
    const verified = await runCli(["verify", "--stack", "dev", "--all-updates"], options);
    expect(verified.stdout).toContain("nothing disagrees");
    expect(verified.code).toBe(0);
  } finally {
    await sandbox.close();
  }
});
