import type { dynamic } from "@pulumi/pulumi";

type Verb = (...args: unknown[]) => Promise<unknown>;

const provider: Pick<dynamic.ResourceProvider, "configure"> & Record<string, unknown> = {
  async configure({ config }) {
    for (const verb of ["check", "diff", "create", "read", "update", "delete"] as const) {
      this[verb] = async (...args: unknown[]) =>
        ((await import("pulumi-dcs-switchover/lifecycle"))[verb] as Verb)(...args, config);
    }
  },
};

/**
 * The only code that ends up in the state of every resource, as text: it captures nothing and never changes, so that a new version of
 * this package brings no diff. It is one method, which adds the others, because the engine's serialiser spends 170 bytes on each.
 * The methods are set before anything is awaited: the SDK hands a provider out while it is still being configured.
 * @internal
 */
export const dynamicProvider = provider as unknown as dynamic.ResourceProvider;
