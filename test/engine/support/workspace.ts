import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";

import { startCommand, type CommandResult, type RunningCommand } from "./command.js";
import { ensureEngine } from "./engine.js";
import { parseOutputs, parseState, type StackState } from "./state.js";

const repository = join(__dirname, "../../..");

/** The part of a sandbox that a program needs to reach it. */
export interface Cloud {
  url: string;
  region: string;
  projectId: string;
  /** credentials, as environment variables */
  env: Readonly<Record<string, string>>;
}

export interface WorkspaceOptions {
  /** Its address goes to the stack's config and its credentials to the environment; without it nothing is configured. */
  sandbox?: Cloud;
  /**
   * Files of the program by path. An `index.ts` makes it a TypeScript program, `index.js` (faster to start) a plain one.
   * Pulumi.yaml, package.json and tsconfig.json are made where they are not among them.
   */
  files?: Readonly<Record<string, string>>;
  /** A folder to copy the program from first, such as one of `examples/`, relative to the repository. */
  template?: string;
  /** false: the program gets no node_modules, for tests that install the package themselves. */
  linkModules?: boolean;
  /** More of the stack's config, such as `{ "dcs:profile": "ops" }`. */
  config?: Readonly<Record<string, string>>;
  /** More of the environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** PULUMI_HOME: another workspace's `home` to act on the same machine as it; one of its own by default. */
  home?: string;
  /** PULUMI_BACKEND_URL's folder: another workspace's `backend` to work on the same stacks; one of its own by default. */
  backend?: string;
  /** The stack, "dev" by default. */
  stack?: string;
}

export interface RunOptions {
  /** true: the command must fail, and a success is an error. */
  expectFailure?: boolean;
  env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A Pulumi project with one stack in a temporary folder of its own, driven by the real engine. Commands ask nothing,
 * print no colours, reach no network but the sandbox's, and see no credentials of the machine's user.
 */
export interface Workspace {
  readonly folder: string;
  readonly home: string;
  readonly backend: string;
  readonly stack: string;
  /** the environment of its commands */
  readonly env: NodeJS.ProcessEnv;

  preview(args?: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** `pulumi up` without a preview before it, which would run the program twice; for one use `pulumi(["up", "--yes"])`. */
  up(args?: readonly string[], options?: RunOptions): Promise<CommandResult>;
  refresh(args?: readonly string[], options?: RunOptions): Promise<CommandResult>;
  destroy(args?: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Gives up the lock that a killed run left. */
  cancel(): Promise<CommandResult>;
  export(): Promise<StackState>;
  import(state: StackState): Promise<CommandResult>;
  /** The stack's outputs, secrets in plain text. */
  outputs(): Promise<Record<string, unknown>>;
  setConfig(key: string, value: string, options?: { secret?: boolean }): Promise<CommandResult>;
  /** Any command to its end. Throws with all output if it fails, or if it should have failed. */
  pulumi(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts a command and returns at once. For commands that act on a stack, say `--yes` and such yourself. */
  spawn(args: readonly string[], options?: Pick<RunOptions, "env">): RunningCommand;
  /** Writes (or replaces) files of the program. */
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** All commands so far with what they printed. */
  transcript(): string;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

/**
 * Makes a workspace with an empty stack. In a test it closes itself at the end, and prints its transcript if the test
 * failed; one made in `beforeAll` is closed by its maker.
 */
export async function createWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const engine = await ensureEngine();
  const root = mkdtempSync(join(tmpdir(), "dcs-engine-"));
  const folder = join(root, "program");
  const home = options.home ?? join(root, "pulumi-home");
  const backend = options.backend ?? join(root, "backend");
  const stack = options.stack ?? "dev";
  for (const made of [folder, home, backend, join(root, "user-home")]) mkdirSync(made, { recursive: true });

  const env = commandEnv(engine.bin, {
    ...options.sandbox?.env,
    HOME: join(root, "user-home"),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...options.env,
  });
  const running = new Set<RunningCommand>();
  const transcripts: (() => string)[] = [];

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  const spawn: Workspace["spawn"] = (args, { env: more } = {}) => {
    const command = startCommand(join(engine.bin, "pulumi"), args, { cwd: folder, env: withEnv(env, more) });
    running.add(command);
    transcripts.push(() => `$ pulumi ${args.join(" ")}\n${command.output()}`);
    return command;
  };
  const pulumi: Workspace["pulumi"] = async (args, { expectFailure = false, env: more } = {}) => {
    const command = spawn([...args, "--non-interactive", "--color", "never"], more === undefined ? {} : { env: more });
    const result = await command.ended;
    running.delete(command);
    if ((result.code !== 0) !== expectFailure) {
      const how = expectFailure ? "succeeded, and should have failed" : `failed with ${result.code ?? result.signal}`;
      throw new Error(`pulumi ${args.join(" ")} ${how}:\n${command.output()}`);
    }
    return result;
  };
  const onStack = (...fixed: string[]) => {
    const act = (args: readonly string[] = [], run: RunOptions = {}) =>
      pulumi([...fixed, "--stack", stack, ...args], run);
    return act;
  };

  const workspace: Workspace = {
    folder,
    home,
    backend,
    stack,
    env,
    preview: onStack("preview"),
    up: onStack("up", "--yes", "--skip-preview"),
    refresh: onStack("refresh", "--yes", "--skip-preview"),
    destroy: onStack("destroy", "--yes", "--skip-preview"),
    cancel: () => pulumi(["cancel", "--yes", stack]),
    export: async () => parseState((await pulumi(["stack", "export", "--stack", stack])).stdout),
    import: async (state) => {
      const file = join(root, "import.json");
      writeFileSync(file, JSON.stringify(state));
      return pulumi(["stack", "import", "--stack", stack, "--file", file]);
    },
    outputs: async () => {
      const { stdout } = await pulumi(["stack", "output", "--stack", stack, "--json", "--show-secrets"]);
      return parseOutputs(stdout);
    },
    setConfig: (key, value, { secret = false } = {}) =>
      pulumi(["config", "set", "--stack", stack, ...(secret ? ["--secret"] : []), key, value]),
    pulumi,
    spawn,
    write,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    transcript: () => transcripts.map((part) => part()).join("\n"),
    close: async () => {
      for (const command of running) await command.killAll();
      await Promise.all(Array.from(running, (command) => command.ended));
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  closeWithTest(workspace);

  if (options.template !== undefined) {
    const isOurs = (path: string) => !/node_modules|Pulumi\.[^/]+\.yaml$/.test(path.slice(repository.length));
    cpSync(join(repository, options.template), folder, { recursive: true, filter: isOurs });
  }
  write(options.files ?? {});
  const lacks = (path: string) => !existsSync(join(folder, path));
  const typescript = !lacks("index.ts");
  if (lacks("Pulumi.yaml")) write({ "Pulumi.yaml": projectFile(typescript) });
  if (lacks("package.json")) write({ "package.json": JSON.stringify({ name: "program", private: true }) });
  if (typescript && lacks("tsconfig.json")) write({ "tsconfig.json": JSON.stringify(compilerOptions) });
  if (options.linkModules ?? true) linkModules(folder);

  await pulumi(["stack", "select", "--create", "--stack", stack]);
  const config = { ...cloudConfig(options.sandbox), ...options.config };
  if (Object.keys(config).length > 0) {
    // Written, not set by a command for each: that is most of a short test's time.
    const path = `Pulumi.${stack}.yaml`;
    write({ [path]: `${workspace.read(path)}config: ${JSON.stringify(config)}\n` });
  }
  return workspace;
}

/** What `npm install` would bring, from this repository: its package, and one copy of the SDK for both. */
function linkModules(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  symlinkSync(repository, join(modules, "pulumi-dcs-switchover"));
  for (const scope of ["@pulumi", "@types"]) symlinkSync(join(repository, "node_modules", scope), join(modules, scope));
}

/** What the engine's ts-node needs with TypeScript 6. */
const compilerOptions = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    moduleResolution: "nodenext",
    types: ["node"],
    strict: true,
  },
};

function projectFile(typescript: boolean): string {
  return `name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\n`;
}

function cloudConfig(sandbox: Cloud | undefined): Record<string, string> {
  if (sandbox === undefined) return {};
  return { "dcs:endpoint": sandbox.url, "dcs:region": sandbox.region, "dcs:projectId": sandbox.projectId };
}

/** The user's environment without anything that points to an account, a cloud, or another Pulumi. */
function commandEnv(engineBin: string, own: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const foreign =
    /^(PULUMI|HUAWEICLOUD|CLOUD_SDK|HW|OS|AWS|AZURE|GOOGLE|NODE_OPTIONS|NODE_V8|FORCE_COLOR|VITEST|npm)(_|$)/i;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const path = [engineBin, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  return withEnv({ ...inherited, PATH: path }, own);
}

function withEnv(env: NodeJS.ProcessEnv, more: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries({ ...env, ...more }).filter(([, value]) => value !== undefined));
}

function closeWithTest(workspace: Workspace): void {
  try {
    onTestFailed(() => {
      console.error(workspace.transcript());
    });
    onTestFinished(() => workspace.close());
  } catch {
    // Not inside a test: made by a hook, which closes it.
  }
}
