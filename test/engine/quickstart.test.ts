// This repository is itself a Pulumi project: its Pulumi.yaml runs the quickstart, in TypeScript, with the language host.
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSandbox } from "../../sandbox/index.js";
import { createWorkspace, type Workspace } from "./support/index.js";
import type { WorkspaceOptions } from "./support/workspace.js";

const repository = join(__dirname, "../..");

/** The repository's files under a folder that may hold a stack's config. */
async function atRoot(options: WorkspaceOptions): Promise<Workspace> {
  const project = readFileSync(join(repository, "Pulumi.yaml"), "utf8");
  const workspace = await createWorkspace({ ...options, linkModules: false, files: { "Pulumi.yaml": project } });
  rmSync(join(workspace.folder, "package.json"));
  for (const name of ["package.json", "tsconfig.json", "node_modules", "examples", "provider", "sandbox", "dist"]) {
    symlinkSync(join(repository, name), join(workspace.folder, name));
  }
  return workspace;
}

describe("the project at the root", () => {
  it("performs a drill, then nothing, then another drill", async () => {
    const sandbox = await startSandbox({ swapSeconds: 0.3 });
    const workspace = await atRoot({
      sandbox,
      config: { "pulumi-dcs-switchover:instanceId": sandbox.instances[0]?.id ?? "" },
    });
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
    expect(await workspace.outputs()).toMatchObject({
      lastSwitchover: { reason: "First failover drill", trigger: { drill: "1" } },
    });

    sandbox.clearJournal();
    await workspace.up(["--expect-no-changes"]);
    expect(sandbox.requests()).toEqual([]);

    await workspace.setConfig("drill", "2026-Q4");
    await workspace.up();
    expect(sandbox.swaps()).toHaveLength(1);
    await sandbox.close();
  });

  it("says which config is missing", async () => {
    const workspace = await atRoot({});
    const { stderr } = await workspace.preview([], { expectFailure: true });
    expect(stderr).toMatch(/missing configuration value 'instanceId'/);
  });
});
