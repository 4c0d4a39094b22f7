import * as v from "valibot";
import { CliFailure } from "../failure.js";

const Resource = v.looseObject({
  urn: v.string(),
  type: v.string(),
  inputs: v.optional(v.record(v.string(), v.unknown())),
  outputs: v.optional(v.record(v.string(), v.unknown())),
});

const Deployment = v.looseObject({
  resources: v.optional(v.nullable(v.array(Resource))),
  secrets_providers: v.optional(v.unknown()),
});

const Export = v.looseObject({ version: v.number(), deployment: v.nullable(Deployment) });
const Checkpoint = v.looseObject({
  version: v.number(),
  checkpoint: v.looseObject({ stack: v.optional(v.string()), latest: v.optional(v.nullable(Deployment)) }),
});

/** A resource of a state, as far as the audit looks at it. */
export type StateResource = v.InferOutput<typeof Resource>;

/** What a state holds, whichever way it was written. */
export interface DeploymentState {
  resources: StateResource[];
  /** How its secrets are sealed, as the engine wrote it; undefined when it has none. */
  secretsProviders: unknown;
}

/** Newest format of a state that this version reads. The list of resources has been the same in all of them. */
const NEWEST_FORMAT = 4;

/**
 * Reads a state's text: what `pulumi stack export` prints, or a checkpoint of a file or bucket backend.
 * @param origin names the text in failures, such as "The state file dev.json"
 * @param keep which resources, by type: the others of a large state need not stay in memory
 * @throws CliFailure in plain words if it is anything else
 */
export function parseDeployment(
  text: string,
  origin: string,
  keep: (type: string) => boolean = () => true,
): DeploymentState {
  const value = parseJson(text, origin);
  const exported = v.safeParse(Export, value);
  const checkpoint = v.safeParse(Checkpoint, value);
  const version = exported.success
    ? exported.output.version
    : checkpoint.success
      ? checkpoint.output.version
      : undefined;
  if (version === undefined) throw notAState(value, origin, exported.issues);
  if (version > NEWEST_FORMAT) {
    throw new CliFailure({
      what: `Reading ${origin}`,
      why: `it is a state of format ${version}, and this version reads up to ${NEWEST_FORMAT}`,
      remedy: "Update this package: npm install pulumi-dcs-switchover@latest",
    });
  }
  const deployment = exported.success
    ? exported.output.deployment
    : checkpoint.success
      ? checkpoint.output.checkpoint.latest
      : undefined;
  const resources = (deployment?.resources ?? []).filter(({ type }) => keep(type));
  return { resources, secretsProviders: deployment?.secrets_providers };
}

function parseJson(text: string, origin: string): unknown {
  const what = `Reading ${origin}`;
  const exportAgain = "Export the state again with: pulumi stack export --file state.json";
  if (text.trim() === "") throw new CliFailure({ what, why: "it is empty", remedy: exportAgain });
  const cipher = encryptionOf(text);
  if (cipher !== undefined) {
    throw new CliFailure({
      what,
      why: `it is encrypted by ${cipher}`,
      remedy: "Decrypt it first, for instance into a pipe that ends in: dcs-switchover history -",
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/^\s*[[{]/.test(text)) throw new CliFailure({ what, why: "it is not JSON", remedy: exportAgain });
    const parserWord = error instanceof Error ? error.message : String(error);
    // What the parser says may quote the text, and the text may hold secrets: only the place is taken from it.
    const position = /at position (\d+)/.exec(parserWord)?.[1];
    const isTruncated = position === undefined || Number(position) >= text.trimEnd().length - 1;
    throw new CliFailure({
      what,
      why: isTruncated
        ? "it ends in the middle: it is truncated"
        : `it is corrupt: no valid JSON at character ${position}`,
      remedy: exportAgain,
    });
  }
}

function notAState(value: unknown, origin: string, issues: readonly v.BaseIssue<unknown>[] | undefined): CliFailure {
  const what = `Reading ${origin}`;
  const cipher = isObject(value) && "sops" in value ? "sops" : undefined;
  if (cipher !== undefined) {
    return new CliFailure({ what, why: `it is encrypted by ${cipher}`, remedy: "Decrypt it first: sops --decrypt" });
  }
  const isDamagedState = isObject(value) && ("deployment" in value || "checkpoint" in value);
  const where = isDamagedState && issues?.[0] ? v.getDotPath(issues[0]) : null;
  return new CliFailure({
    what,
    why:
      where === null
        ? "it is JSON, but not a Pulumi state"
        : `it is a damaged Pulumi state: ${where} is not as it must be`,
    remedy: "Give what `pulumi stack export` prints, or a checkpoint file of a file or bucket backend.",
  });
}

/** Tools whose encrypted files begin in a way that tells them apart. */
const CIPHERS: readonly (readonly [string, RegExp])[] = [
  ["age", /^(age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/],
  ["PGP", /^-----BEGIN PGP MESSAGE-----/],
  ["Ansible Vault", /^\$ANSIBLE_VAULT;/],
  ["OpenSSL", /^(Salted__|U2FsdGVkX1)/],
  ["a key (CMS)", /^-----BEGIN (CMS|PKCS7)-----/],
];

function encryptionOf(text: string): string | undefined {
  return CIPHERS.find(([, pattern]) => pattern.test(text))?.[0];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
