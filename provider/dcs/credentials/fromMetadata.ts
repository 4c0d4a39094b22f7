import { CredentialsError } from "../errors.js";
import { abortedError } from "../transportError.js";
import { askMetadataService, METADATA_ORIGIN, type MetadataAnswer } from "./metadataService.js";
import { renewing } from "./renewing.js";
import type { Source } from "./source.js";

/** For tests; each has the real thing as its default. */
export interface MetadataDeps {
  origin?: string | undefined;
  now?: (() => number) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The temporary keys of the agency that a cloud server has, from its metadata service; renewed before they end.
 * DCS_METADATA_DISABLED=true leaves it out, for machines where even a second's wait for nobody is too long.
 */
export function fromMetadata(env: NodeJS.ProcessEnv, deps: MetadataDeps = {}): Source {
  const { origin = METADATA_ORIGIN, now = Date.now, signal } = deps;
  return {
    name: "instance metadata",
    async ask() {
      if (env["DCS_METADATA_DISABLED"]?.trim().toLowerCase() === "true") {
        return { kind: "absent", why: "DCS_METADATA_DISABLED is set" };
      }
      const first = await askMetadataService(origin, signal);
      if (signal?.aborted === true) throw abortedError("Asking the metadata service for credentials");
      if (first.kind === "absent") return first;
      if (first.kind === "broken") return { ...first, remedy: "Set credentials in another way." };
      const credentials = renewing(first.credentials, () => renew(origin), now);
      return { kind: "found", where: "the agency of this server", credentials };
    },
  };
}

async function renew(origin: string): Promise<Extract<MetadataAnswer, { kind: "credentials" }>["credentials"]> {
  const answer = await askMetadataService(origin);
  if (answer.kind === "credentials") return answer.credentials;
  throw new CredentialsError({
    what: "Renewing credentials",
    why: answer.why,
    remedy: "Check that this server still has its agency, or set credentials in another way.",
  });
}
