/** The parts of a URN that say where a resource is: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export interface ResourcePlace {
  stack: string;
  project: string;
  name: string;
}

/** A name may hold "::" itself, so it is all that is left. */
export function parseUrn(urn: string): ResourcePlace {
  const [head = "", project = "", , ...name] = urn.split("::");
  return { stack: head.replace(/^urn:pulumi:/, ""), project, name: name.join("::") };
}
