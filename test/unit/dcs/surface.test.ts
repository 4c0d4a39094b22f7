import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as dcs from "../../../provider/dcs/index.js";
import type {
  connect,
  Credentials,
  DcsClient,
  DcsError,
  Disposition,
  Instance,
  Node,
  SwapReceipt,
  Tag,
  Task,
} from "../../../provider/dcs/index.js";

const folder = join(__dirname, "../../../provider/dcs");

/** What the client's sources import, others of their own left out. */
async function imports(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const text = await readFile(join(folder, name), "utf8");
    for (const [, from] of text.matchAll(/(?:from|import\() ?"([^"]+)"/g)) {
      if (from === undefined) continue;
      if (!from.startsWith(".")) found.add(from.replace(/^node:.*/, "node:"));
      // Nothing reaches out of the folder.
      else if (join(folder, name, "..", from).startsWith(folder)) continue;
      else found.add(from);
    }
  }
  return found;
}

describe("pulumi-dcs-switchover/dcs", () => {
  it("exports this, and taking any of it away breaks somebody", () => {
    expect(Object.keys(dcs).sort()).toEqual([
      "ApiError",
      "AuthError",
      "BadAnswerError",
      "BusyError",
      "ConfigError",
      "CredentialsError",
      "DcsClient",
      "DcsError",
      "ForbiddenError",
      "NotFoundError",
      "NotSupportedError",
      "READ_RETRY",
      "ServerError",
      "SwapFailedError",
      "ThrottledError",
      "TransportError",
      "classify",
      "connect",
      "diagnose",
      "fitness",
      "signRequest",
      "signingStages",
    ]);
  });

  it("needs nothing but Node, undici, valibot and ini, and nothing of Pulumi", async () => {
    expect([...(await imports())].sort()).toEqual(["ini", "node:", "undici", "valibot"]);
  });

  it("has these types", () => {
    expectTypeOf<typeof connect>().returns.resolves.toEqualTypeOf<DcsClient>();
    expectTypeOf<DcsClient["showInstance"]>().returns.resolves.toEqualTypeOf<Instance>();
    expectTypeOf<DcsClient["listInstances"]>().returns.resolves.toEqualTypeOf<Instance[]>();
    expectTypeOf<DcsClient["listNodes"]>().returns.resolves.toEqualTypeOf<Node[]>();
    expectTypeOf<DcsClient["listTasks"]>().returns.resolves.toEqualTypeOf<Task[]>();
    expectTypeOf<DcsClient["listTags"]>().returns.resolves.toEqualTypeOf<Tag[]>();
    expectTypeOf<DcsClient["swap"]>().returns.resolves.toEqualTypeOf<SwapReceipt>();
    expectTypeOf<DcsClient["swap"]>().parameter(1).toExtend<{ signal?: AbortSignal | undefined } | undefined>();
    expectTypeOf<DcsClient["clockOffsetMs"]>().returns.toEqualTypeOf<number | undefined>();
    expectTypeOf<DcsError["disposition"]>().toEqualTypeOf<Disposition | undefined>();
    expectTypeOf<Node["role"]>().toEqualTypeOf<"master" | "standby">();
    expectTypeOf<Credentials>().toExtend<{ accessKey: string; secretKey: string }>();
  });
});
