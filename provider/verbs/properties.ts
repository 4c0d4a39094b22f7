import { canonicalHash } from "../canonical.js";
import { type Evidence, rolesOf } from "../evidence.js";
import { parseInputs, pickArguments, type Args } from "../inputs.js";
import { OWN_INPUTS, toRecorded, type State } from "../state.js";
import type { Book } from "../switchover.js";

/** Inputs or outputs as the engine hands them over: plain JSON, secrets in clear text. @internal */
export type Properties = Record<string, unknown>;

/** Arguments that a check has let through. @throws Error where they can't be used after all. @internal */
export function validArgs(inputs: Properties): Args {
  const parsed = parseInputs(inputs, (key) => OWN_INPUTS.has(key));
  if (parsed.kind === "valid") return parsed.args;
  const reasons =
    parsed.kind === "unknown"
      ? parsed.properties.map((key) => `${key} is not known`)
      : parsed.failures.map((item) => `${item.property} ${item.reason}`);
  throw new Error(`the arguments can't be used: ${reasons.join("; ")}`);
}

/** @internal */
export const triggersHashOf = (args: Args): string => canonicalHash(args.triggers);

/** Tells the notes of this resource from those of another stack that watches the same instance. @internal */
export const ownerOf = (inputs: Properties): string =>
  canonicalHash([inputs["__stack"] ?? null, inputs["__resource"] ?? null]).slice(0, 16);

/** Whether both speak of the same instance; a UUID's case says nothing. @internal */
export function isSameInstance(a: Properties, b: Properties): boolean {
  return String(a["instanceId"]).toLowerCase() === String(b["instanceId"]).toLowerCase();
}

/** What a provider prints, the engine shows while it works; the name tells several resources apart. @internal */
export const reporter =
  (inputs: Properties) =>
  (line: string): void =>
    console.log(`${String(inputs["__resource"] ?? inputs["instanceId"])}: ${line}`);

/** Arguments as declared, with the resource's name: what the outputs repeat of the inputs. @internal */
export function declared(inputs: Properties): Properties {
  return {
    ...pickArguments(inputs),
    ...(inputs["__resource"] === undefined ? {} : { __resource: inputs["__resource"] }),
    ...(inputs["plan"] === undefined ? {} : { plan: inputs["plan"] }),
  };
}

/** Nodes as an earlier look has left them in the state. @internal */
export function seenNodes(olds: Properties): Pick<State, "master" | "standbys"> {
  const master = olds["master"] as State["master"] | null;
  return { ...(master ? { master } : {}), standbys: (olds["standbys"] as State["standbys"] | null) ?? [] };
}

/** @internal */
export function nodesOf(evidence: Evidence): Pick<State, "master" | "standbys"> {
  const roles = rolesOf(evidence);
  return { ...(roles ? { master: toRecorded(roles.master) } : {}), standbys: roles?.standbys.map(toRecorded) ?? [] };
}

/** Puts together what a state file keeps. @internal */
export function toOutputs(inputs: Properties, nodes: Pick<State, "master" | "standbys">, book: Book): Properties {
  const newest = book.history[0];
  // Once a word was secret, the records that repeat it stay so, whatever is declared later.
  const secret = inputs["__secret"] === true || book.ledger.secret === true;
  const seal = secret ? asSecret : (value: unknown): unknown => value;
  return {
    ...declared(inputs),
    ...nodes,
    history: seal(book.history),
    ...(newest ? { lastSwitchover: seal(newest) } : {}),
    switchoverCount: book.switchoverCount,
    // A hash of triggers stands for them: short ones can be guessed from it.
    __ledger: seal({ ...book.ledger, ...(secret ? { secret: true } : {}) }),
  };
}

/** The engine's mark for a secret value; it takes it from a provider, though it hands out secrets in clear text ("secrets", Pulumi's property wire format). */
function asSecret(value: unknown): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}
