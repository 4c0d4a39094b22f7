import { CredentialsError } from "../errors.js";
import type { Source, SourceOutcome, SourceReport } from "./source.js";

export type FoundCredentials = Extract<SourceOutcome, { kind: "found" }>;

/** The source that won, and how each fared. */
export interface ResolvedCredentials {
  found: FoundCredentials;
  source: string;
  report: SourceReport[];
}

/**
 * Asks the sources in order. The first that has any part must be whole; those after it are not asked.
 * @throws CredentialsError with the report, if a source is broken or none has keys
 */
export async function resolveCredentials(sources: readonly Source[]): Promise<ResolvedCredentials> {
  const report: SourceReport[] = [];
  for (const [index, { name, ask }] of sources.entries()) {
    const outcome = await ask();
    if (outcome.kind === "absent") {
      report.push({ source: name, status: "absent", detail: outcome.why });
      continue;
    }
    const rest = sources.slice(index + 1).map((later): SourceReport => {
      return { source: later.name, status: "not-asked", detail: "an earlier one has keys" };
    });
    if (outcome.kind === "found") {
      report.push({ source: name, status: "won", detail: outcome.where }, ...rest);
      return { found: outcome, source: name, report };
    }
    report.push({ source: name, status: "broken", detail: outcome.why }, ...rest);
    throw new CredentialsError({ what: "Reading credentials", why: outcome.why, remedy: outcome.remedy, report });
  }
  throw new CredentialsError({
    what: "Reading credentials",
    why: `none were found: ${report.map(({ source, detail }) => `${source}: ${detail}`).join("; ")}`,
    remedy:
      "Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or the secrets dcs:accessKey and dcs:secretKey " +
      "(`pulumi config set --secret dcs:accessKey …`).",
    report,
  });
}
