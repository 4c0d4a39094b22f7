import type { Finding } from "./finding.js";

/** What was verified of one resource: its chain. */
export interface ResourceVerdict {
  project: string;
  stack: string;
  resource: string;
  urn: string;
  instanceId: string | null;
  records: number;
  findings: Finding[];
}

/** What was verified of one instance: all records of it against the cloud's log. */
export interface InstanceVerdict {
  instanceId: string;
  instanceName: string | null;
  log: "read" | "gone" | "unreadable" | "not-asked";
  /** RFC 3339 */
  logReachesBackTo: string | null;
  /** Records of switchovers that the log should have, and how many of them it confirms. */
  expected: number;
  confirmed: number;
  findings: Finding[];
}

/** The result of a verification; printed as it is by `--json`. */
export interface Verdict {
  version: 1;
  /** No finding disagrees, and all that was to be read was read. */
  agrees: boolean;
  counts: { disagrees: number; unproven: number; note: number };
  resources: ResourceVerdict[];
  instances: InstanceVerdict[];
  problems: { where: string; why: string; remedy: string }[];
}

export function verdictOf(parts: Pick<Verdict, "resources" | "instances" | "problems">): Verdict {
  const findings = [...parts.resources, ...parts.instances].flatMap((part) => part.findings);
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const counts = { disagrees: count("disagrees"), unproven: count("unproven"), note: count("note") };
  return { version: 1, agrees: counts.disagrees === 0 && parts.problems.length === 0, counts, ...parts };
}
