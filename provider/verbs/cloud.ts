import { canonicalHash } from "../canonical.js";
import { cancellation } from "../cancellation.js";
import { systemClock } from "../clock.js";
import { connect, type DcsClient } from "../dcs/index.js";
import type { Resolution } from "../decide.js";
import type { Args } from "../inputs.js";
import { fileJournal, journalFolder } from "../journal.js";
import { connectionSettings, type StackConfig } from "../settings.js";
import type { Effects } from "../switchover.js";
import { fileTrace } from "../trace.js";
import { reporter, type Properties } from "./properties.js";

const clients = new Map<string, Promise<DcsClient>>();

/** One client for each set of settings in this process: it holds the project id and the cloud's clock. @internal */
export function clientFor(args: Args, config: StackConfig | undefined): Promise<DcsClient> {
  const settings = connectionSettings(config, args.connection);
  const key = canonicalHash(settings);
  const known = clients.get(key);
  if (known) return known;
  const client = connect(settings, { signal: cancellation });
  clients.set(key, client);
  client.catch(() => clients.delete(key));
  return client;
}

/** All that the procedure touches outside its own values. @internal */
export function effectsFor(client: DcsClient, args: Args, inputs: Properties): Effects {
  return {
    client,
    clock: systemClock,
    journal: fileJournal(journalFolder()),
    report: reporter(inputs),
    trace: fileTrace({ instanceId: args.instanceId, resource: inputs["__resource"] }),
    signal: cancellation,
    ...resolutionFor(args.instanceId),
  };
}

/** `DCS_SWITCHOVER_RESOLVE=<instance id>=happened|did-not-happen`: a person's word for one run, not a setting to leave in a program. @internal */
export function resolutionFor(instanceId: string): { resolution?: Resolution } {
  const [id, word] = (process.env["DCS_SWITCHOVER_RESOLVE"] ?? "").split("=");
  if (id !== instanceId) return {};
  if (word === "happened" || word === "did-not-happen") return { resolution: word };
  throw new Error(`DCS_SWITCHOVER_RESOLVE must be ${instanceId}=happened or ${instanceId}=did-not-happen`);
}

/** Drops notes of the intent journal that the state makes superfluous. @internal */
export async function forgetSettled(instanceId: string, noted: readonly string[] | undefined): Promise<void> {
  if (noted && noted.length > 0) await fileJournal(journalFolder()).remove(instanceId, noted);
}
