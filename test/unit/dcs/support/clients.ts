import { DcsClient, type DcsClientOptions } from "../../../../provider/dcs/index.js";

export const INSTANCE = "5560df16-cebf-4473-95c4-d1b573c16e79";
export const PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/** Keys that no text of ours contains by chance. */
export const KEYS = {
  accessKey: "AKZZQ7ACCESSKEYVALUE",
  secretKey: "SKZZQ7SecretKeyValue0123456789abcdefABCD",
  securityToken: "TKZZQ7SecurityTokenValue/+==.x",
};

/** A client that waits for nothing between attempts; `slept` collects what it would have waited. */
export function clientOf(url: string, options: Partial<DcsClientOptions> = {}): { client: DcsClient; slept: number[] } {
  const slept: number[] = [];
  const client = new DcsClient({
    endpoint: url,
    region: "test-1",
    projectId: PROJECT,
    credentials: () => Promise.resolve(KEYS),
    ...options,
    effects: {
      random: () => 0.5,
      sleep: (ms) => {
        slept.push(ms);
        return Promise.resolve();
      },
      ...options.effects,
    },
  });
  return { client, slept };
}

/** What a promise rejects with; fails if it does not. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
