/** What the user set, in stack config or the `connection` argument. All else comes from the environment. @public */
export interface ConnectionSettings {
  region?: string | undefined;
  projectId?: string | undefined;
  endpoint?: string | undefined;
  iamEndpoint?: string | undefined;
  /** Section of the profile file. @default "basic" */
  profile?: string | undefined;
  accessKey?: string | undefined;
  secretKey?: string | undefined;
  securityToken?: string | undefined;
  requestTimeoutMs?: number | undefined;
}

/** A setting with the place it came from, for messages. */
export interface Found<T> {
  value: T;
  from: string;
}

/** The first that is set and not blank. */
export function firstSet(
  candidates: readonly (readonly [from: string, value: string | undefined])[],
): Found<string> | undefined {
  for (const [from, value] of candidates) {
    const trimmed = value?.trim() ?? "";
    if (trimmed !== "") return { value: trimmed, from };
  }
  return undefined;
}
