import { describe, expect, it } from "vitest";
import { resolveCredentials } from "../../../../provider/dcs/credentials/chain.js";
import type { Source, SourceOutcome } from "../../../../provider/dcs/credentials/source.js";
import { connect, CredentialsError } from "../../../../provider/dcs/index.js";
import { failure, KEYS, PROJECT } from "../support/clients.js";
import { httpServer } from "../support/servers.js";

const absent: SourceOutcome = { kind: "absent", why: "not set" };
const broken: SourceOutcome = { kind: "broken", why: "half of it", remedy: "Add the rest." };
const found: SourceOutcome = { kind: "found", where: "somewhere", credentials: () => Promise.resolve(KEYS) };

/** Sources named a, b, c …; `asked` collects those that were asked. */
function chain(...outcomes: SourceOutcome[]) {
  const asked: string[] = [];
  const sources = outcomes.map((outcome, i): Source => {
    const name = String.fromCharCode(97 + i);
    return {
      name,
      ask: () => {
        asked.push(name);
        return outcome;
      },
    };
  });
  return { sources, asked };
}

describe("the chain of sources", () => {
  it("stops at the first that has keys, and says of each how it fared", async () => {
    const { sources, asked } = chain(absent, found, found);
    const { source, report } = await resolveCredentials(sources);
    expect(source).toBe("b");
    expect(asked).toEqual(["a", "b"]);
    expect(report.map(({ source: name, status }) => [name, status])).toEqual([
      ["a", "absent"],
      ["b", "won"],
      ["c", "not-asked"],
    ]);
  });

  it("stops at the first that is half, instead of falling through", async () => {
    const { sources, asked } = chain(absent, broken, found);
    const error = await failure(resolveCredentials(sources));
    expect(error).toBeInstanceOf(CredentialsError);
    expect(String(error)).toBe("CredentialsError: Reading credentials: half of it. Add the rest.");
    expect(asked).toEqual(["a", "b"]);
    expect((error as CredentialsError).report.map(({ status }) => status)).toEqual(["absent", "broken", "not-asked"]);
  });

  it("says where it looked if nobody has any", async () => {
    const { sources } = chain(absent, absent);
    const error = await failure(resolveCredentials(sources));
    expect(String(error)).toContain("none were found: a: not set; b: not set");
    expect(String(error)).toContain("Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK");
  });
});

describe("connecting", () => {
  /** A metadata service that must not be asked. */
  async function untouched() {
    let asked = 0;
    const { url } = await httpServer((_request, response) => {
      asked++;
      response.writeHead(404).end();
    });
    return { metadataOrigin: url, asked: () => asked };
  }

  const settings = { region: "eu-west-101", projectId: PROJECT };
  const config = { accessKey: "config", secretKey: "s" };
  const first = { HUAWEICLOUD_SDK_AK: "first", HUAWEICLOUD_SDK_SK: "s" };
  const second = { CLOUD_SDK_AK: "second", CLOUD_SDK_SK: "s" };
  const third = { HW_ACCESS_KEY: "third", HW_SECRET_KEY: "s" };

  it.each([
    ["config", { ...settings, ...config }, { ...first, ...second, ...third }],
    ["first", settings, { ...first, ...second, ...third }],
    ["second", settings, { ...second, ...third }],
    ["third", settings, third],
  ])("signs with the keys of the first source in order: %s", async (expected, given, env) => {
    const { metadataOrigin, asked } = await untouched();
    const seen: (string | undefined)[] = [];
    const { url } = await httpServer((request, response) => {
      seen.push(/Access=(\w+)/.exec(request.headers.authorization ?? "")?.[1]);
      response.writeHead(204).end();
    });
    const client = await connect({ ...given, endpoint: url }, { env, home: "/nonexistent", metadataOrigin });
    await client.swap("i");
    expect(seen).toEqual([expected]);
    // Never asked where an earlier source is present.
    expect(asked()).toBe(0);
  });

  it("asks the metadata service only if all others have nothing", async () => {
    const { metadataOrigin, asked } = await untouched();
    const error = await failure(connect(settings, { env: {}, home: "/nonexistent", metadataOrigin }));
    expect(error).toMatchObject({ code: "CREDENTIALS" });
    expect(String(error)).toContain("instance metadata: this server has no agency (404)");
    expect(asked()).toBeGreaterThan(0);
  });

  it("asks nobody for credentials if the settings are wrong to begin with", async () => {
    const { metadataOrigin, asked } = await untouched();
    for (const wrong of [
      {},
      { region: "eu-west-1" },
      { ...settings, projectId: "my project" },
      { ...settings, endpoint: "http://dcs.example" },
    ]) {
      expect(await failure(connect(wrong, { env: {}, home: "/nonexistent", metadataOrigin }))).toMatchObject({
        code: "CONFIG",
      });
    }
    expect(asked()).toBe(0);
  });
});
