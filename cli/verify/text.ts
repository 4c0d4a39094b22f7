import { plural } from "../audit/summary.js";
import type { Paint } from "../terminal/colours.js";
import { printable } from "../terminal/printable.js";
import { CHAIN_PROVES } from "./chain.js";
import type { Finding, Severity } from "./finding.js";
import type { InstanceVerdict, ResourceVerdict, Verdict } from "./report.js";

const SIGN: Readonly<Record<Severity, readonly [sign: string, style: Parameters<Paint>[0]]>> = {
  disagrees: ["DISAGREES", "red"],
  unproven: ["UNPROVEN ", "yellow"],
  note: ["note     ", "dim"],
};

/** A verification as an auditor reads it. */
export function* verdictText(verdict: Verdict, paint: Paint): Generator<string> {
  const line = (finding: Finding): string => {
    const [sign, style] = SIGN[finding.severity];
    return `  ${paint(style, sign)} ${printable(finding.text)}\n`;
  };
  const good = (text: string): string => `  ${paint("green", "agrees   ")} ${printable(text)}\n`;

  yield `${paint("bold", "The chain of records")}\n`;
  for (const resource of verdict.resources) {
    yield `${nameOfResource(resource)}\n`;
    if (!resource.findings.some(({ severity }) => severity === "disagrees" || severity === "unproven")) {
      yield good(chainWord(resource.records));
    }
    for (const finding of resource.findings) yield line(finding);
  }
  const asked = verdict.instances.filter(({ log }) => log !== "not-asked");
  if (asked.length > 0) yield `\n${paint("bold", "Records and the cloud's task log")}\n`;
  for (const instance of asked) {
    yield `${nameOfInstance(instance)}\n`;
    if (instance.confirmed > 0) yield good(logWord(instance));
    if (instance.expected === 0 && instance.findings.length === 0)
      yield good("no switchover is on record, and the log has none");
    for (const finding of instance.findings) yield line(finding);
  }
  const { disagrees, unproven } = verdict.counts;
  const records = verdict.resources.reduce((sum, resource) => sum + resource.records, 0);
  yield `\n${paint("bold", `Verified ${plural(records, "record")} of ${plural(verdict.resources.length, "resource")}`)}: `;
  yield disagrees > 0
    ? paint("red", `${plural(disagrees, "finding")} ${disagrees === 1 ? "disagrees" : "disagree"}`)
    : paint("green", "nothing disagrees");
  yield unproven > 0 ? `, ${unproven} not proven.\n` : ".\n";
  yield `\n${paint("dim", CHAIN_PROVES)}\n`;
}

const nameOfResource = ({ project, stack, resource }: ResourceVerdict): string =>
  printable(`${resource} (stack ${project === "" ? stack : `${project}/${stack}`})`);

const nameOfInstance = ({ instanceId, instanceName }: InstanceVerdict): string =>
  printable(instanceName === null ? instanceId : `${instanceName} (${instanceId})`);

function chainWord(records: number): string {
  if (records === 0) return "no record yet";
  if (records === 1) return "1 record, as it was written";
  return `${plural(records, "record")}, as they were written, each following the one before it`;
}

function logWord({ expected, confirmed, logReachesBackTo }: InstanceVerdict): string {
  const reach = `the log reaches back to ${logReachesBackTo ?? "nothing"}`;
  if (confirmed < expected) return `${confirmed} of ${expected} switchovers are in the log as recorded; ${reach}`;
  return `${confirmed === 1 ? "the 1 switchover is" : `all ${confirmed} switchovers are`} in the log as recorded; ${reach}`;
}
