import { lowerCase } from "./lowerCase.js";

/** The header lines and the list of their names, both sorted. */
export interface CanonicalHeaders {
  /** `name:value\n` for each, so the block ends with a line feed. */
  lines: string;
  /** `a;b;c` */
  signedHeaders: string;
}

/** What is the same for all requests that have the same header names in the same order. */
interface Plan {
  names: readonly string[];
  /** Those that are signed, sorted by their lower-case form. */
  signed: readonly string[];
  /** What stands before the value of each: `host:`, with the line feed that ends the line before. */
  prefixes: readonly string[];
  signedHeaders: string;
  /** That header's name as it is spelled in `names`. */
  contentType: string | undefined;
  hasToken: boolean;
}

/** The lines made for a plan and certain values. */
interface Block {
  plan: Plan;
  values: readonly string[];
  lines: string;
}

const MULTIPART = /^\s*multipart\//i;
const LINE_BREAK = /[\r\n]/;

/** A client sends the same names with each call, so the plan made last mostly fits. */
let lastPlan = makePlan([]);
/** Within a second even the values are the same: many calls at once differ in path, query and body only. */
let lastBlock: Block = { plan: lastPlan, values: [], lines: "\n" };

/**
 * Lower-case names in code unit order, values trimmed with inner spaces kept (two of the official signers do not trim,
 * but no HTTP client sends the outer spaces that they sign).
 * Not signed: names with an underscore, which gateways drop, and a multipart content type, whose boundary comes later.
 * Throws a TypeError if a name comes twice, or for a line break in a value.
 */
export function canonicalHeaders(headers: Readonly<Record<string, string>>): CanonicalHeaders {
  const plan = planOf(headers);
  const block = fits(lastBlock, plan, headers) ? lastBlock : makeBlock(plan, headers);
  // A token is not kept longer than its request.
  if (!plan.hasToken) lastBlock = block;
  return { lines: block.lines, signedHeaders: plan.signedHeaders };
}

function planOf(headers: Readonly<Record<string, string>>): Plan {
  const names = Object.keys(headers);
  const plan = planFor(names);
  const { contentType } = plan;
  if (contentType === undefined || !MULTIPART.test(headers[contentType]!)) return plan;
  return planFor(names.filter((name) => name !== contentType));
}

function planFor(names: readonly string[]): Plan {
  if (!equal(lastPlan.names, names)) lastPlan = makePlan(names);
  return lastPlan;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function makePlan(names: readonly string[]): Plan {
  const signed = names
    .map((name) => ({ name, lower: lowerCase(name) }))
    .filter(({ lower }) => !lower.includes("_"))
    .sort((a, b) => (a.lower < b.lower ? -1 : 1));
  for (const [i, { lower }] of signed.entries()) {
    if (lower === signed[i + 1]?.lower) throw new TypeError(`The header ${lower} is given twice`);
  }
  return {
    names,
    signed: signed.map(({ name }) => name),
    prefixes: signed.map(({ lower }, i) => `${i === 0 ? "" : "\n"}${lower}:`),
    signedHeaders: signed.map(({ lower }) => lower).join(";"),
    contentType: signed.find(({ lower }) => lower === "content-type")?.name,
    hasToken: signed.some(({ lower }) => lower === "x-security-token"),
  };
}

function fits(block: Block, plan: Plan, headers: Readonly<Record<string, string>>): boolean {
  if (block.plan !== plan) return false;
  const { signed } = plan;
  for (let i = 0; i < signed.length; i++) if (block.values[i] !== headers[signed[i]!]) return false;
  return true;
}

function makeBlock(plan: Plan, headers: Readonly<Record<string, string>>): Block {
  const values = plan.signed.map((name) => headers[name]!);
  // It would forge a further line.
  const broken = values.findIndex((value) => LINE_BREAK.test(value));
  if (broken >= 0) throw new TypeError(`The header ${plan.signed[broken]} has a line break in it`);
  const lines = values.map((value, i) => plan.prefixes[i]! + value.trim()).join("");
  return { plan, values, lines: `${lines}\n` };
}
