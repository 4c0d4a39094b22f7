import * as v from "valibot";

const Values = v.record(v.string(), v.unknown());

const Resource = v.looseObject({
  urn: v.string(),
  type: v.string(),
  id: v.optional(v.string()),
  inputs: v.optional(Values, {}),
  outputs: v.optional(Values, {}),
  initErrors: v.optional(v.array(v.string()), []),
});

const State = v.looseObject({
  version: v.number(),
  deployment: v.looseObject({
    resources: v.optional(v.array(Resource), []),
    pending_operations: v.optional(v.array(v.looseObject({ type: v.string(), resource: Resource })), []),
  }),
});

/** A resource in an exported stack, as far as tests look at it. */
export type StateResource = v.InferOutput<typeof Resource>;

/** What `pulumi stack export` prints; a stack without resources has an empty list of them. */
export type StackState = v.InferOutput<typeof State>;

export function parseState(json: string): StackState {
  return v.parse(State, JSON.parse(json));
}

/** What `pulumi stack output --json` prints. */
export function parseOutputs(json: string): Record<string, unknown> {
  return v.parse(Values, JSON.parse(json));
}

/** The resources of one kind, such as "SwitchoverTrigger", in the order in which the state keeps them. */
export function resourcesOfKind(state: StackState, kind: string): StateResource[] {
  return state.deployment.resources.filter((resource) => resource.type.endsWith(`:${kind}`));
}
