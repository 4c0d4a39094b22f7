import { pair } from "./pair.js";
import type { Source } from "./source.js";

/** Names in the environment, in the order they are looked at: the official SDKs', their samples', and Terraform's. */
const FAMILIES = [
  { accessKey: "HUAWEICLOUD_SDK_AK", secretKey: "HUAWEICLOUD_SDK_SK", securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN" },
  { accessKey: "CLOUD_SDK_AK", secretKey: "CLOUD_SDK_SK" },
  { accessKey: "HW_ACCESS_KEY", secretKey: "HW_SECRET_KEY", securityToken: "HW_SECURITY_TOKEN" },
] as const;

/** A source for each family of names: half of one family is not made whole by another. */
export function fromEnvironment(env: NodeJS.ProcessEnv): Source[] {
  return FAMILIES.map((family) => ({
    name: `environment (${family.accessKey}, ${family.secretKey})`,
    ask: () =>
      pair(
        {
          accessKey: [family.accessKey, env[family.accessKey]],
          secretKey: [family.secretKey, env[family.secretKey]],
          ...("securityToken" in family
            ? { securityToken: [family.securityToken, env[family.securityToken]] as [string, string | undefined] }
            : {}),
        },
        "the environment",
      ),
  }));
}
