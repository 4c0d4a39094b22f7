import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseDeployment, type DeploymentState } from "./deployment.js";
import { pulumi, type Project } from "./pulumi.js";
import { open, reveal, sealedValue } from "./secretValue.js";
import { TYPE } from "./switchoverTriggers.js";

/** The outputs that hold records. */
const KEEPING = ["history", "lastSwitchover"] as const;

const ROOT_TYPE = "pulumi:pulumi:Stack";
const STACK = "organization/audit/audit";

/**
 * States with the secrets in their histories opened, by the engine itself and with whatever sealed them: passphrase, cloud
 * key or service. The engine opens what is in a stack, so the secrets of all states that one key sealed are put into a
 * stack of their own, in a folder that is removed again. Nothing else of the states goes there.
 * @throws CliFailure with what the engine says if they can't be opened
 */
export async function unseal(project: Project, states: readonly DeploymentState[]): Promise<DeploymentState[]> {
  const byKey = new Map<string, { provider: unknown; ciphertexts: Set<string> }>();
  for (const { secretsProviders, resources } of states) {
    const ciphertexts = resources
      .filter(({ type }) => type === TYPE)
      .flatMap(({ outputs }) => KEEPING.flatMap((key) => open(outputs?.[key]).sealed));
    if (ciphertexts.length === 0) continue;
    const key = JSON.stringify(secretsProviders);
    const group = byKey.get(key) ?? { provider: secretsProviders, ciphertexts: new Set() };
    for (const ciphertext of ciphertexts) group.ciphertexts.add(ciphertext);
    byKey.set(key, group);
  }
  if (byKey.size === 0) return [...states];

  const opened = new Map<string, Map<string, unknown>>();
  for (const [key, { provider, ciphertexts }] of byKey)
    opened.set(key, await openAll(project, provider, [...ciphertexts]));
  return states.map((state) => {
    const values = opened.get(JSON.stringify(state.secretsProviders));
    return values === undefined ? state : withOpened(state, values);
  });
}

/** The plain values by ciphertext. */
async function openAll(
  project: Project,
  secretsProvider: unknown,
  ciphertexts: readonly string[],
): Promise<Map<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "dcs-switchover-"));
  try {
    const stacks = join(folder, ".pulumi", "stacks", "audit");
    await mkdir(stacks, { recursive: true });
    await writeFile(join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
    await writeFile(join(stacks, "audit.json"), JSON.stringify(checkpointOf(secretsProvider, ciphertexts)));
    const text = await pulumi(
      { cwd: folder, env: { ...project.env, PULUMI_BACKEND_URL: pathToFileURL(folder).href } },
      ["stack", "export", "--stack", STACK, "--show-secrets"],
      "Opening the records that the stack keeps secret",
    );
    const root = parseDeployment(text, "the opened records", (type) => type === ROOT_TYPE).resources[0];
    return new Map(
      ciphertexts.map((ciphertext, index) => {
        const value = reveal(root?.outputs?.[`secret${index}`]);
        return [ciphertext, value.kind === "sealed" ? undefined : value.value];
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkpointOf(secretsProvider: unknown, ciphertexts: readonly string[]): object {
  const outputs = Object.fromEntries(ciphertexts.map((text, index) => [`secret${index}`, sealedValue(text)]));
  return {
    version: 3,
    checkpoint: {
      stack: STACK,
      latest: {
        // The engine wants a manifest, and reads only whether its magic is that of its version.
        manifest: { time: "0001-01-01T00:00:00Z", magic: "", version: "" },
        secrets_providers: secretsProvider,
        resources: [
          { urn: `urn:pulumi:audit::audit::${ROOT_TYPE}::audit-audit`, custom: false, type: ROOT_TYPE, outputs },
        ],
      },
    },
  };
}

function withOpened(state: DeploymentState, values: ReadonlyMap<string, unknown>): DeploymentState {
  const walk = (value: unknown): unknown => {
    const found = reveal(value);
    if (found.kind === "sealed") {
      // Still marked as a secret: it is one, and only its reader may see it.
      return values.has(found.ciphertext)
        ? { ...sealedValue(""), plaintext: JSON.stringify(values.get(found.ciphertext)) }
        : value;
    }
    if (found.kind === "shown" || value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return {
    ...state,
    resources: state.resources.map((resource) => ({
      ...resource,
      outputs: {
        ...resource.outputs,
        ...Object.fromEntries(KEEPING.map((key) => [key, walk(resource.outputs?.[key])])),
      },
    })),
  };
}
