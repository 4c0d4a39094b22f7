import { describe, expect, it } from "vitest";
import { connect } from "../../../provider/dcs/index.js";
import { startSandbox } from "../../../sandbox/index.js";
import { failure } from "./support/clients.js";
import { httpServer } from "./support/servers.js";

const deps = { env: {}, home: "/nonexistent", metadataOrigin: "http://127.0.0.1:1" };
let serial = 0;

/** An IAM that knows these projects, asked with a key of its own: answers are cached for each. */
async function iam(projects: unknown[], status = 200) {
  const seen: { method: string | undefined; url: string | undefined; project: unknown }[] = [];
  const { url } = await httpServer((request, response) => {
    seen.push({ method: request.method, url: request.url, project: request.headers["x-project-id"] });
    response.writeHead(status).end(JSON.stringify({ projects, links: {} }));
  });
  const settings = { region: "test-1", endpoint: url, accessKey: `ak${++serial}`, secretKey: "sk" };
  return { settings, seen };
}

const project = (id: string, name: string, enabled: unknown = true) => ({ id, name, enabled, is_domain: false });

describe("the project id", () => {
  it("is looked up in IAM by the region's name, signed, without a project header", async () => {
    const { settings, seen } = await iam([project("p1", "test-1")]);
    expect((await connect(settings, deps)).projectId).toBe("p1");
    expect(seen).toEqual([{ method: "GET", url: "/v3/projects?name=test-1", project: undefined }]);
  });

  it("is looked up once for a key and region, even by many at the same time", async () => {
    const { settings, seen } = await iam([project("p1", "test-1")]);
    await Promise.all([connect(settings, deps), connect(settings, deps), connect(settings, deps)]);
    await connect(settings, deps);
    expect(seen).toHaveLength(1);
    await connect({ ...settings, accessKey: `${settings.accessKey}-other` }, deps);
    expect(seen).toHaveLength(2);
  });

  it("is looked up again after a failure", async () => {
    const { settings, seen } = await iam([], 403);
    expect(await failure(connect(settings, deps))).toMatchObject({ code: "FORBIDDEN" });
    expect(await failure(connect(settings, deps))).toMatchObject({ code: "FORBIDDEN" });
    expect(seen).toHaveLength(2);
  });

  it("is not that of a disabled project", async () => {
    const { settings } = await iam([project("p1", "test-1_sub", false), project("p2", "test-1")]);
    expect((await connect(settings, deps)).projectId).toBe("p2");
  });

  it("must be named if IAM knows none", async () => {
    const { settings, seen } = await iam([project("p1", "test-1_sub")]);
    const error = await failure(connect(settings, deps));
    expect(error).toMatchObject({ code: "CONFIG" });
    expect(String(error)).toContain(
      "IAM knows no enabled project of that name, only test-1_sub (p1). Set dcs:projectId",
    );
    // Nothing is ever created there.
    expect(seen.every(({ method }) => method === "GET")).toBe(true);
  });

  it("must be named if IAM knows several", async () => {
    const { settings } = await iam([project("p1", "test-1"), project("p2", "test-1_sub")]);
    const error = await failure(connect(settings, deps));
    expect(error).toMatchObject({ code: "CONFIG" });
    expect(String(error)).toContain("IAM gives 2 projects: test-1 (p1), test-1_sub (p2). Set dcs:projectId");
  });

  it("names the IAM action that is missing if it may not be looked up", async () => {
    const { settings } = await iam([], 403);
    await expect(connect(settings, deps)).rejects.toThrow("Grant iam:projects:listProjects");
  });

  it.each([
    ["the settings", { projectId: "set" }, { HUAWEICLOUD_SDK_PROJECT_ID: "env", HW_PROJECT_ID: "hw" }, "set"],
    ["the environment", {}, { HUAWEICLOUD_SDK_PROJECT_ID: "env", HW_PROJECT_ID: "hw" }, "env"],
    ["Terraform's name for it", {}, { HW_PROJECT_ID: "hw" }, "hw"],
  ])("is taken from %s without asking IAM", async (_where, more, env, expected) => {
    const { settings, seen } = await iam([project("p1", "test-1")]);
    expect((await connect({ ...settings, ...more }, { ...deps, env })).projectId).toBe(expected);
    expect(seen).toEqual([]);
  });

  it("that cannot be one is an error", async () => {
    const { settings } = await iam([]);
    await expect(connect({ ...settings, projectId: "a/b" }, deps)).rejects.toThrow(
      "Reading dcs:projectId: it is not a project id",
    );
  });

  it.each(["one", "none", "several"] as const)("is found in a sandbox that has %s", async (projects) => {
    const sandbox = await startSandbox({ behaviour: { projects }, accessKey: `SANDBOX${++serial}` });
    try {
      const { region, accessKey, secretKey, url } = sandbox;
      const connecting = connect({ region, accessKey, secretKey, endpoint: url }, deps);
      if (projects === "one") expect((await connecting).projectId).toBe(sandbox.projectId);
      else expect(await failure(connecting)).toMatchObject({ code: "CONFIG" });
    } finally {
      await sandbox.close();
    }
  });
});
