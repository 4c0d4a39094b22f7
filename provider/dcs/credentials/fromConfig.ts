import { pair } from "./pair.js";
import type { Source } from "./source.js";

/** Keys given by the program: the stack's secrets `dcs:accessKey`, `dcs:secretKey`, `dcs:securityToken`. */
export function fromConfig(settings: {
  accessKey?: string | undefined;
  secretKey?: string | undefined;
  securityToken?: string | undefined;
}): Source {
  return {
    name: "configuration (dcs:accessKey, dcs:secretKey)",
    ask: () =>
      pair(
        {
          accessKey: ["dcs:accessKey", settings.accessKey],
          secretKey: ["dcs:secretKey", settings.secretKey],
          securityToken: ["dcs:securityToken", settings.securityToken],
        },
        "the configuration",
      ),
  };
}
