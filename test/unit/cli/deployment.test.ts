import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseDeployment } from "../../../cli/source/deployment.js";
import { readText } from "../../../cli/source/stateFile.js";
import { switchoverTriggers, TYPE } from "../../../cli/source/switchoverTriggers.js";
import { chain, draft } from "./records.js";

const resource = (history: unknown) => ({
  urn: `urn:pulumi:prod::caches::${TYPE}::orders`,
  type: TYPE,
  outputs: { instanceId: "i-1", history },
});
const exported = (...resources: unknown[]) => JSON.stringify({ version: 3, deployment: { resources } });
const read = (text: string) => parseDeployment(text, "the file x.json");

describe("a state", () => {
  it("is read from an export and from a checkpoint alike", () => {
    const history = chain(draft("2026-10-05T10:00:00.000Z"));
    const checkpoint = JSON.stringify({
      version: 3,
      checkpoint: { stack: "prod", latest: { resources: [resource(history)] } },
    });
    for (const text of [exported(resource(history)), checkpoint]) {
      const { entries, problems } = switchoverTriggers(read(text));
      expect(problems).toEqual([]);
      expect(entries).toMatchObject([{ project: "caches", stack: "prod", resource: "orders", record: history[0] }]);
    }
  });

  it.each([
    ["an emptied stack", { version: 3, deployment: { manifest: {} } }],
    ["a stack before its first update", { version: 3, deployment: null }],
    ["a checkpoint before the first update", { version: 3, checkpoint: { stack: "prod", latest: null } }],
  ])("without resources has none: %s", (_what, state) => {
    expect(read(JSON.stringify(state)).resources).toEqual([]);
  });

  it.each<[what: string, text: string, said: RegExp]>([
    ["nothing", " \n", /it is empty\. Export the state again/],
    ["something else", "hello", /it is not JSON/],
    ["truncated in a value", exported(resource([])).slice(0, -30), /it ends in the middle: it is truncated/],
    ["truncated in a text", '{"version": 3, "deployment": {"resources": [{"urn": "urn:pu', /it is truncated/],
    ["corrupt", '{"version": 3, "deployment": {,}}', /it is corrupt: no valid JSON at character 30/],
    ["JSON of another kind", '{"name": "x"}', /it is JSON, but not a Pulumi state/],
    ["a list", "[1]", /it is JSON, but not a Pulumi state/],
    [
      "damaged",
      '{"version": 3, "deployment": {"resources": [{"type": "t"}]}}',
      /damaged Pulumi state: deployment\.resources\.0\.urn/,
    ],
    [
      "of a newer format",
      '{"version": 9, "deployment": {}}',
      /format 9, and this version reads up to 4\. Update this package/,
    ],
    ["encrypted by age", "age-encryption.org/v1\n-> X25519 …", /encrypted by age\. Decrypt it first/],
    ["encrypted by PGP", "-----BEGIN PGP MESSAGE-----\n", /encrypted by PGP/],
    ["encrypted by Ansible", "$ANSIBLE_VAULT;1.1;AES256\n", /encrypted by Ansible Vault/],
    ["encrypted by sops", '{"version": "ENC[x]", "sops": {}}', /encrypted by sops/],
  ])("that can't be read is told in plain words: %s", (_what, text, said) => {
    expect(() => read(text)).toThrow(said);
  });

  it("that is corrupt is told without repeating what it holds", () => {
    expect(() => read('{"version": 3, "secret": "hunter2" oops}')).toThrow(/^(?!.*hunter2)/);
  });
});

describe("the bytes of a state", () => {
  const text = (bytes: Buffer) => readText(Readable.from([bytes]), "the file x");

  it("may be compressed, as backends do it, and begin with a mark", async () => {
    expect(await text(gzipSync("{}"))).toBe("{}");
    expect(await text(zstdCompressSync("{}"))).toBe("{}");
    expect(await text(Buffer.from("\uFEFF{}"))).toBe("{}");
  });

  it("that were cut off while compressed are told so", async () => {
    await expect(text(gzipSync("{}".repeat(99)).subarray(0, 20))).rejects.toThrow(
      /compressed by gzip, and truncated or corrupt/,
    );
  });

  it("that are no text are told so", async () => {
    await expect(text(Buffer.from([0, 1, 2, 254, 255]))).rejects.toThrow(/no text: binary, or encrypted/);
  });
});

describe("a resource's records", () => {
  const found = (history: unknown) => switchoverTriggers(read(exported(resource(history))));
  const [record] = chain(draft("2026-10-05T10:00:00.000Z"));

  it("of a newer schema are named, and the others read", () => {
    const { entries, problems } = found([{ ...record, schema: 2 }, record]);
    expect(entries).toHaveLength(1);
    expect(problems).toMatchObject([{ why: "its record 1 has schema 2, and this version reads schema 1" }]);
    expect(problems[0]?.remedy).toContain("Update this package");
  });

  it.each([
    [{ ...record, performedAt: "yesterday" }, "its field performedAt is missing or wrong"],
    [{ ...record, hash: undefined }, "its field hash is missing or wrong"],
    ["text", "it is not an object"],
  ])("that are damaged are named: %#", (value, why) => {
    expect(found([value]).problems).toMatchObject([{ why: `its record 1 is damaged: ${why}` }]);
  });

  it("may hold what a later minor version adds", () => {
    expect(found([{ ...record, extra: 1, outcome: "rehearsed" }]).problems).toEqual([]);
  });

  it("that are no list are named", () => {
    expect(found({}).problems).toMatchObject([{ why: "its history is not a list" }]);
  });

  it("that are secret are told apart, and read where the state shows them", () => {
    const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    expect(found({ ...signature, ciphertext: "v1:x" }).sealed).toHaveLength(1);
    expect(found({ ...signature, plaintext: JSON.stringify([record]) }).entries).toMatchObject([
      { secret: true, record },
    ]);
    expect(found([{ ...record, reason: { ...signature, plaintext: '"why"' } }]).entries).toMatchObject([
      { secret: true, record: { reason: "why" } },
    ]);
  });
});
