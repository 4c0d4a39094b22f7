import { parseRecord } from "../audit/recordShape.js";
import type { Entry, Problem, Resource } from "../audit/entry.js";
import type { DeploymentState } from "./deployment.js";
import { open } from "./secretValue.js";
import { parseUrn } from "./urn.js";

/** Type token of the resource; see SwitchoverTrigger. */
export const TYPE = "pulumi-nodejs:dynamic/dcs:SwitchoverTrigger";

export interface Extracted {
  resources: Resource[];
  entries: Entry[];
  problems: Problem[];
  /** Resources whose records are sealed: with the secrets opened, more could be read. */
  sealed: string[];
}

/**
 * All records of the SwitchoverTriggers in a state, each resource's newest first as the state keeps them.
 * @param found where the state stands in time, see {@link Entry.found}
 */
export function switchoverTriggers(state: DeploymentState, found: Entry["found"] = "state"): Extracted {
  const extracted: Extracted = { resources: [], entries: [], problems: [], sealed: [] };
  for (const { urn, type, outputs, inputs } of state.resources) {
    if (type !== TYPE) continue;
    const place = parseUrn(urn);
    const where = `${place.name} in stack ${place.stack}`;
    const instanceId = outputs?.["instanceId"] ?? inputs?.["instanceId"];
    const base = { project: place.project, stack: place.stack };
    extracted.resources.push({
      ...base,
      name: place.name,
      urn,
      instanceId: typeof instanceId === "string" ? instanceId : undefined,
      isPresent: found === "state",
    });

    const history = open(outputs?.["history"]);
    if (history.sealed.length > 0) {
      extracted.sealed.push(urn);
      continue;
    }
    const records = history.value ?? [];
    if (!Array.isArray(records)) {
      extracted.problems.push({ where, why: "its history is not a list", remedy: ALTERED });
      continue;
    }
    for (const [index, value] of records.entries()) {
      const parsed = parseRecord(value);
      if (parsed.kind === "record") {
        const { record } = parsed;
        extracted.entries.push({ ...base, resource: place.name, urn, found, secret: history.secret, record });
      } else if (parsed.kind === "newer") {
        extracted.problems.push({
          where,
          why: `its record ${index + 1} has schema ${parsed.schema}, and this version reads schema 1`,
          remedy: "Update this package: npm install pulumi-dcs-switchover@latest",
        });
      } else {
        extracted.problems.push({ where, why: `its record ${index + 1} is damaged: ${parsed.why}`, remedy: ALTERED });
      }
    }
  }
  return extracted;
}

const ALTERED = "The state was altered outside of this package; `dcs-switchover verify` tells what else is.";
