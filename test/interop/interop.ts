import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import * as v from "valibot";
import { startSandbox, type Sandbox } from "../../sandbox/index.js";

/** What a program in another language needs to make its calls; it comes on its standard input as JSON. */
export interface Setup {
  url: string;
  region: string;
  projectId: string;
  instanceId: string;
  instanceName: string;
  keys: Record<KeyName, { accessKey: string; secretKey: string; securityToken?: string }>;
}

/** A permanent key, a temporary one with its token, and one with a wrong secret. */
export type KeyName = "right" | "temporary" | "wrong";

const callSchema = v.object({
  operation: v.string(),
  key: v.picklist(["right", "temporary", "wrong"]),
  status: v.number(),
  errorCode: v.nullish(v.string()),
  seen: v.nullish(v.string()),
});

/** One call as the SDK saw it: status, error code, and something that it read out of the answer. */
export type Call = v.InferOutput<typeof callSchema>;

/** What is called, in this order: the status of success, and what the SDK should have read. */
const EXPECTED: Record<string, { status: number; seen?: (setup: Setup) => RegExp | string }> = {
  listProjects: { status: 200, seen: ({ projectId }) => projectId },
  showInstance: { status: 200, seen: ({ instanceName }) => instanceName },
  listInstances: { status: 200, seen: ({ instanceId }) => instanceId },
  listGroups: { status: 200, seen: () => /^(master,slave|slave,master)$/ },
  listNodes: { status: 200, seen: () => "100,100" },
  changeTags: { status: 204 },
  listTags: { status: 200, seen: () => /^made-by=\w+$/ },
  swap: { status: 204 },
  listTasks: { status: 200, seen: () => "masterStandbySwapJob" },
  deleteTask: { status: 200 },
  asyncSwap: { status: 200 },
  showJob: { status: 200, seen: () => "SUCCESS" },
};

export const OPERATIONS = Object.keys(EXPECTED);

/** A sandbox whose swaps are over at once, with three keys. Key locking is off: a dozen wrong calls come in a row. */
export async function withInteropSandbox(use: (sandbox: Sandbox, setup: Setup) => Promise<void>): Promise<void> {
  const temporary = {
    accessKey: "TEMPORARYEXAMPLE0001",
    secretKey: "temporary-secret",
    securityToken: "t0k3n+/=example",
  };
  // A key of its own: SDKs remember the project id of a key that was right once.
  const wrong = { accessKey: "WRONGSECRETEXAMPLE01", secretKey: "wrong-secret" };
  const sandbox = await startSandbox({
    swapSeconds: 0,
    behaviour: { lockKeyAfterFailures: 0, wireTypes: "models" },
    users: [
      { ...temporary, name: "temporary-user" },
      { ...wrong, secretKey: "another-secret", name: "wrong-user" },
    ],
  });
  try {
    const { url, region, projectId, accessKey, secretKey, instances } = sandbox;
    const { id: instanceId = "", name: instanceName = "" } = instances[0] ?? {};
    const keys = { right: { accessKey, secretKey }, temporary, wrong };
    await use(sandbox, { url, region, projectId, instanceId, instanceName, keys });
  } finally {
    await sandbox.close();
  }
}

/** Checks the SDK's own account of its calls, and then the sandbox's of the same. */
export function expectAllCalls(calls: Call[], sandbox: Sandbox, setup: Setup): void {
  for (const key of ["right", "temporary", "wrong"] as const) {
    for (const [operation, { status, seen }] of Object.entries(EXPECTED)) {
      const call = calls.find((one) => one.operation === operation && one.key === key);
      const wanted = key === "wrong" ? { status: 401, errorCode: "APIGW.0301" } : { status };
      expect(call, `${operation} with the ${key} key`).toMatchObject({ operation, ...wanted });
      if (key !== "wrong" && seen) expect(call?.seen, `what ${operation} gave`).toMatch(seen(setup));
    }
  }
  const seenBySandbox = sandbox.requests().map(({ operation, status, handled }) => ({ operation, status, handled }));
  expect(seenBySandbox).toEqual([
    ...["right", "temporary"].flatMap(() =>
      OPERATIONS.map((operation) => ({ operation, status: EXPECTED[operation]?.status, handled: true })),
    ),
    ...OPERATIONS.map((operation) => ({ operation, status: 401, handled: false })),
  ]);
  expect(sandbox.swaps().map(({ user, source, outcome }) => `${source} by ${user}: ${outcome}`)).toEqual([
    "api by sandbox-user: switched",
    "async by sandbox-user: switched",
    "api by temporary-user: switched",
    "async by temporary-user: switched",
  ]);
}

/** Where the tests leave what they build and report; not part of the package. */
export const REPORTS = join(__dirname, "..", "reports");

/** Runs a program that makes calls; fails with what it said on standard error if it does not end well. */
export async function callsOf(command: string, args: string[], setup: Setup): Promise<Call[]> {
  // The SDKs must find no credentials and no proxy but what they are given, and they leave a file in the home folder.
  const home = join(REPORTS, "home");
  await mkdir(home, { recursive: true });
  const { PATH, TMPDIR, JAVA_HOME } = process.env;
  const output = await run(command, args, {
    input: JSON.stringify(setup),
    env: { PATH, TMPDIR, JAVA_HOME, HOME: home },
  });
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => v.parse(v.pipe(v.string(), v.parseJson(), callSchema), line));
}

/** Runs a program to its end and gives its standard output. */
export function run(
  command: string,
  args: string[],
  options: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { input = "", cwd, env } = options;
    const child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    child.on("error", reject);
    // A program that ends without reading its input says why on standard error; a broken pipe adds nothing.
    child.stdin.on("error", () => undefined);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${complaint.trim() || output.trim()}`));
    });
    child.stdin.end(input);
  });
}

/** The first of the commands that is there and answers; undefined where the toolchain is missing. */
export async function findCommand(candidates: string[], ...args: string[]): Promise<string | undefined> {
  for (const command of candidates) {
    const found = await run(command, args).then(
      () => true,
      () => false,
    );
    if (found) return command;
  }
  return undefined;
}

/** Keeps the calls for the table of `npm run test:interop`. */
export async function report(sdk: string, calls: Call[]): Promise<void> {
  const folder = join(REPORTS, "interop");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${sdk}.json`), `${JSON.stringify(calls, null, 2)}\n`);
}
