import type { Clock } from "./clock.js";
import { verifySignature, type RawRequest, type Verdict } from "./signature.js";
import type { World } from "./world.js";

/** How long a key stays locked. */
const LOCK_MS = 5 * 60_000;

/** Decides who may come in; knows which keys have failed too often in a row. */
export function createGate(world: World): { admit(request: RawRequest): Verdict } {
  const failures = new Map<string, { count: number; lockedAt?: number }>();
  const { clock }: { clock: Clock } = world;

  return {
    admit(request) {
      const verdict = verifySignature(request, clock.now(), (accessKey) => world.signers.get(accessKey));
      const accessKey = verdict.ok ? verdict.signer.accessKey : verdict.accessKey;
      if (accessKey === undefined) return verdict;
      const limit = world.behaviour.lockKeyAfterFailures;
      const record = failures.get(accessKey) ?? { count: 0 };
      failures.set(accessKey, record);
      if (record.lockedAt !== undefined && clock.now() - record.lockedAt < LOCK_MS && limit > 0) {
        return { ok: false, accessKey, message: "AK access failed to reach the limit,forbidden" };
      }
      if (verdict.ok) {
        failures.delete(accessKey);
        return verdict;
      }
      record.count += 1;
      if (record.count > limit) {
        record.count = 0;
        record.lockedAt = clock.now();
      }
      return verdict;
    },
  };
}
