import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fromConfig } from "../../../../provider/dcs/credentials/fromConfig.js";
import { fromEnvironment } from "../../../../provider/dcs/credentials/fromEnvironment.js";
import { fromProfile } from "../../../../provider/dcs/credentials/fromProfile.js";
import type { SourceOutcome } from "../../../../provider/dcs/credentials/source.js";

/** What a source gives, with the keys themselves where it has some. */
async function told(outcome: SourceOutcome) {
  return outcome.kind === "found" ? { ...outcome, credentials: await outcome.credentials() } : outcome;
}

describe("the configuration", () => {
  it("gives a whole pair, and the token if there is one", async () => {
    const whole = await told(await fromConfig({ accessKey: "a", secretKey: "s" }).ask());
    expect(whole).toMatchObject({ kind: "found", credentials: { accessKey: "a", secretKey: "s" } });
    const temporary = await told(await fromConfig({ accessKey: "a", secretKey: "s", securityToken: "t" }).ask());
    expect(temporary).toMatchObject({ credentials: { accessKey: "a", secretKey: "s", securityToken: "t" } });
  });

  it("is absent if nothing of it is set", async () => {
    expect(await fromConfig({}).ask()).toEqual({ kind: "absent", why: "not set" });
    expect(await fromConfig({ accessKey: "", secretKey: " " }).ask()).toMatchObject({ kind: "absent" });
  });

  it.each([
    [{ accessKey: "a" }, "dcs:accessKey is set in the configuration, but dcs:secretKey is missing there"],
    [{ secretKey: "s" }, "dcs:secretKey is set in the configuration, but dcs:accessKey is missing there"],
    [
      { securityToken: "t" },
      "dcs:securityToken is set in the configuration, but dcs:accessKey and dcs:secretKey are missing there",
    ],
    [
      { accessKey: "a", securityToken: "t" },
      "dcs:accessKey and dcs:securityToken are set in the configuration, but dcs:secretKey is missing there",
    ],
  ])("with half a pair is an error that names the missing part", async (settings, why) => {
    expect(await fromConfig(settings).ask()).toMatchObject({ kind: "broken", why });
  });

  it("loses the line feed that a pasted key ends with", async () => {
    const outcome = await told(await fromConfig({ accessKey: "a\n", secretKey: " s " }).ask());
    expect(outcome).toMatchObject({ credentials: { accessKey: "a", secretKey: "s" } });
  });

  it("with a character that no key has is an error that does not quote it", async () => {
    const outcome = await fromConfig({ accessKey: "a", secretKey: "one two" }).ask();
    expect(outcome).toMatchObject({ kind: "broken" });
    expect(JSON.stringify(outcome)).toContain("dcs:secretKey");
    expect(JSON.stringify(outcome)).not.toContain("one");
  });
});

describe("the environment", () => {
  const families = [
    ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    ["CLOUD_SDK_AK", "CLOUD_SDK_SK", undefined],
    ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"],
  ] as const;

  it.each(families)("knows %s and %s", async (access, secret, token) => {
    const env = { [access]: "a", [secret]: "s", ...(token === undefined ? {} : { [token]: "t" }) };
    const outcomes = await Promise.all(fromEnvironment(env).map(async ({ ask }) => told(await ask())));
    const found = outcomes.filter(({ kind }) => kind === "found");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      credentials: { accessKey: "a", secretKey: "s", ...(token === undefined ? {} : { securityToken: "t" }) },
    });
    expect(outcomes.filter(({ kind }) => kind === "absent")).toHaveLength(2);
  });

  it.each(families)("does not fill up half of %s from another family", async (access, secret) => {
    const others = Object.fromEntries(
      families.flatMap(([a, s]) =>
        a === access
          ? []
          : [
              [a, "x"],
              [s, "y"],
            ],
      ) as [string, string][],
    );
    const outcomes = await Promise.all(fromEnvironment({ ...others, [access]: "a" }).map(async ({ ask }) => ask()));
    expect(outcomes[families.findIndex(([a]) => a === access)]).toMatchObject({
      kind: "broken",
      why: `${access} is set in the environment, but ${secret} is missing there`,
    });
  });

  it("asks the families in the documented order", () => {
    expect(fromEnvironment({}).map(({ name }) => name)).toEqual([
      "environment (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK)",
      "environment (CLOUD_SDK_AK, CLOUD_SDK_SK)",
      "environment (HW_ACCESS_KEY, HW_SECRET_KEY)",
    ]);
  });
});

describe("the profile file", () => {
  const homes: string[] = [];
  afterEach(async () => {
    for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true });
  });

  async function homeWith(text?: string): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), "dcs-home-"));
    homes.push(home);
    if (text !== undefined) {
      await mkdir(join(home, ".huaweicloud"));
      await writeFile(join(home, ".huaweicloud", "credentials"), text);
    }
    return home;
  }

  const ask = async (text: string | undefined, profile?: string, env: NodeJS.ProcessEnv = {}) =>
    told(await fromProfile(profile, env, await homeWith(text)).ask());

  it("gives keys, token, project id and IAM endpoint of the section [basic]", async () => {
    const text =
      "# a comment\n[global]\nak = g\nsk = h\n[basic]\nak = a\nsk = s\nsecurity_token = t==\nproject_id = p\niam_endpoint = https://iam.example\n";
    expect(await ask(text)).toMatchObject({
      kind: "found",
      credentials: { accessKey: "a", secretKey: "s", securityToken: "t==" },
      projectId: "p",
      iamEndpoint: "https://iam.example",
    });
  });

  it("gives those of the section that is asked for, a dot in its name or not", async () => {
    const text = "[basic]\nak = a\nsk = s\n[prod.eu]\nak = b\nsk = t\n[ops]\nak = c\nsk = u\n";
    expect(await ask(text, "prod.eu")).toMatchObject({ credentials: { accessKey: "b" } });
    expect(await ask(text, "ops")).toMatchObject({ credentials: { accessKey: "c" } });
  });

  it("reads Windows line ends", async () => {
    expect(await ask("[basic]\r\nak = a\r\nsk = s\r\n")).toMatchObject({
      credentials: { accessKey: "a", secretKey: "s" },
    });
  });

  it("may be named by HUAWEICLOUD_SDK_CREDENTIALS_FILE", async () => {
    const file = join(await homeWith(), "elsewhere");
    await writeFile(file, "[basic]\nak=a\nsk=s\n");
    expect(await ask(undefined, undefined, { HUAWEICLOUD_SDK_CREDENTIALS_FILE: file })).toMatchObject({
      kind: "found",
    });
  });

  it("is absent if nobody asked for it and it is not there, or has nothing to give", async () => {
    expect(await ask(undefined)).toMatchObject({
      kind: "absent",
      why: expect.stringContaining("there is no") as string,
    });
    expect(await ask("[other]\nak=a\nsk=s\n")).toMatchObject({
      kind: "absent",
      why: expect.stringContaining("has no section [basic], only [other]") as string,
    });
    expect(await ask("[basic]\n")).toMatchObject({ kind: "absent" });
    expect(await ask("")).toMatchObject({ kind: "absent" });
  });

  it("is an error if somebody asked for it and it is not there, or has nothing to give", async () => {
    expect(await ask(undefined, "prod")).toMatchObject({
      kind: "broken",
      why: expect.stringContaining("there is no") as string,
    });
    expect(await ask("[basic]\nak=a\nsk=s\n", "prod")).toMatchObject({
      kind: "broken",
      why: expect.stringContaining("no section [prod], only [basic]") as string,
    });
    expect(await ask("[prod]\n", "prod")).toMatchObject({ kind: "broken" });
    expect(await ask(undefined, undefined, { HUAWEICLOUD_SDK_CREDENTIALS_FILE: "/does/not/exist" })).toMatchObject({
      kind: "broken",
    });
  });

  it("with half a pair is an error that names the file, the section and the missing key", async () => {
    const outcome = await ask("[basic]\nak = a\n");
    expect(outcome).toMatchObject({
      kind: "broken",
      why: expect.stringMatching(/^ak is set in .*credentials, section \[basic\], but sk is missing there$/) as string,
    });
  });

  it("that cannot be read is an error, not passed over", async () => {
    const home = await homeWith();
    await mkdir(join(home, ".huaweicloud", "credentials"), { recursive: true });
    expect(await fromProfile(undefined, {}, home).ask()).toMatchObject({
      kind: "broken",
      why: expect.stringContaining("cannot be read (EISDIR)") as string,
    });
  });

  it("is read without tripping over strange names", async () => {
    expect(await ask("[__proto__]\nak=a\nsk=s\n[basic]\n__proto__=x\nak=a\nsk=s\n", "constructor")).toMatchObject({
      kind: "broken",
    });
    expect(await ask("ak=a\nsk=s\n")).toMatchObject({ kind: "absent" });
  });
});
