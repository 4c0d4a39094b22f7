import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pair } from "./pair.js";
import type { Source, SourceOutcome } from "./source.js";

/** The section that the official SDKs read for a service that belongs to a region. */
const DEFAULT_PROFILE = "basic";

/**
 * The profile file that the official SDKs share: `~/.huaweicloud/credentials`, or what HUAWEICLOUD_SDK_CREDENTIALS_FILE
 * names; INI with the keys `ak`, `sk`, `security_token`, `project_id` and `iam_endpoint` in a section for each profile.
 * @param profile asked for by name: then a missing file or section is an error
 */
export function fromProfile(profile: string | undefined, env: NodeJS.ProcessEnv, home: string): Source {
  return { name: "profile file", ask: () => read(profile?.trim() || undefined, env, home) };
}

async function read(profile: string | undefined, env: NodeJS.ProcessEnv, home: string): Promise<SourceOutcome> {
  const named = env["HUAWEICLOUD_SDK_CREDENTIALS_FILE"]?.trim() || undefined;
  const file = named ?? join(home, ".huaweicloud", "credentials");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT" && named === undefined && profile === undefined) {
      return { kind: "absent", why: `there is no ${file}` };
    }
    return {
      kind: "broken",
      why: code === "ENOENT" ? `there is no ${file}` : `${file} cannot be read (${code})`,
      remedy:
        named === undefined
          ? "Create or correct it, or unset dcs:profile."
          : "Correct HUAWEICLOUD_SDK_CREDENTIALS_FILE, or unset it.",
    };
  }
  const { parse } = await import("ini");
  return readSection(parse(text), file, profile);
}

function readSection(sections: Record<string, unknown>, file: string, profile: string | undefined): SourceOutcome {
  const name = profile ?? DEFAULT_PROFILE;
  // The parser takes a dot in a section's name for nesting.
  const section = name.split(".").reduce<unknown>((found, part) => fieldOf(found, part), sections);
  if (typeof section !== "object" || section === null) {
    const names = Object.keys(sections).filter((key) => typeof sections[key] === "object");
    const why = `${file} has no section [${name}]${names.length === 0 ? "" : `, only ${names.map((n) => `[${n}]`).join(", ")}`}`;
    if (profile === undefined) return { kind: "absent", why };
    return { kind: "broken", why, remedy: "Correct dcs:profile, or add the section." };
  }
  const field = (key: string): string | undefined => {
    const value = fieldOf(section, key);
    return typeof value === "string" ? value : undefined;
  };
  const outcome = pair(
    {
      accessKey: ["ak", field("ak")],
      secretKey: ["sk", field("sk")],
      securityToken: ["security_token", field("security_token")],
    },
    `${file}, section [${name}]`,
  );
  if (outcome.kind === "absent" && profile !== undefined) {
    return {
      kind: "broken",
      why: `${file} has no keys in section [${name}]`,
      remedy: "Add ak and sk there, or unset dcs:profile.",
    };
  }
  if (outcome.kind !== "found") return outcome;
  return { ...outcome, projectId: field("project_id"), iamEndpoint: field("iam_endpoint") };
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
