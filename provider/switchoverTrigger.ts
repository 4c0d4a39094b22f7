import * as pulumi from "@pulumi/pulumi";
import { dynamicProvider } from "./dynamicProvider.js";
import type { Connection, Place } from "./inputs.js";
import type { MaintenanceWindow } from "./maintenanceWindow.js";
import type { RecordedNode, SwitchoverRecord } from "./record.js";

/** Time limits of one switchover, as durations ("90s", "10m"). */
export interface Timeouts {
  /** How long to wait until the instance is ready to be switched over. @default "10m" */
  accept?: pulumi.Input<string> | undefined;
  /** How long to wait until the roles are exchanged and the instance is running and idle again. @default "10m" */
  complete?: pulumi.Input<string> | undefined;
  /** How long after a request without a telling answer the silence of roles and task log means that nothing happened. @default "60s" */
  settle?: pulumi.Input<string> | undefined;
}

/** Arguments of {@link SwitchoverTrigger}. */
export interface SwitchoverTriggerArgs {
  /** Id of the DCS instance (a UUID). A change replaces the resource, and so switches the new instance over. */
  instanceId: pulumi.Input<string>;
  /** Any change of a key or a value performs one switchover. */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Why; recorded with the next switchover. A change alone is saved and performs nothing. */
  reason?: pulumi.Input<string> | undefined;
  /** Who asked for it: a person, a change ticket's owner, a pipeline. Recorded beside the user that the cloud names. */
  requestedBy?: pulumi.Input<string> | undefined;
  /** `false`: creating records a baseline and performs nothing, so that existing instances can be taken in calmly. @default true */
  switchOnCreate?: pulumi.Input<boolean> | undefined;
  /**
   * State mode: where the master must be. A switchover is performed only if it is elsewhere, also when nothing else has changed.
   * With `triggers`, a changed trigger performs nothing either while the master is where it must be; it is recorded as `already-primary`.
   */
  primary?: pulumi.Input<Place> | undefined;
  /** Where the master must be before a switchover; if it isn't, nothing is done and the update fails. */
  expectedMaster?: pulumi.Input<Place> | undefined;
  /** Marks the intent as a tag on the instance before swapping: evidence that survives the machine. Needs the right to set tags. @default false */
  intentTag?: pulumi.Input<boolean> | undefined;
  /** Refuses a switchover sooner than this after the last one, by anyone. A duration; "0" turns it off. @default "0" */
  minInterval?: pulumi.Input<string> | undefined;
  /** A switchover that the stack doesn't know and that is younger than this satisfies the trigger instead of being repeated. "0" turns it off. @default "15m" */
  adoptWindow?: pulumi.Input<string> | undefined;
  /** When switchovers may be made; outside, the preview says so and the update refuses. */
  maintenanceWindow?: pulumi.Input<MaintenanceWindow> | undefined;
  /** Emergency way through `minInterval` and `maintenanceWindow`: the reason, which is recorded. It overrides neither evidence nor fitness. */
  override?: pulumi.Input<string> | undefined;
  /** How long to wait for what. */
  timeouts?: pulumi.Input<Timeouts> | undefined;
  /** How many records `history` keeps, 1 to 1000. @default 20 */
  historyLimit?: pulumi.Input<number> | undefined;
  /** Overrides the stack's `dcs:` config for this resource; never credentials. */
  connection?: pulumi.Input<Connection> | undefined;
}

/**
 * A master/standby switchover of a Huawei Cloud DCS instance, as an event that happens once.
 *
 * Runs when the resource is created (unless `switchOnCreate` is false), when `triggers` change, and when the master is not where `primary`
 * wants it. Doesn't run when anything else changes, on refresh, import or delete: deleting forgets the record and leaves the instance alone.
 */
export class SwitchoverTrigger extends pulumi.dynamic.Resource {
  /** The newest record. */
  declare readonly lastSwitchover: pulumi.Output<SwitchoverRecord | undefined>;
  /** Records, newest first, at most `historyLimit`. */
  declare readonly history: pulumi.Output<SwitchoverRecord[]>;
  /** Switchovers that satisfied a trigger of this resource, also those that `history` has dropped. */
  declare readonly switchoverCount: pulumi.Output<number>;
  /** The master as last observed. */
  declare readonly master: pulumi.Output<RecordedNode | undefined>;
  /** The standbys as last observed. */
  declare readonly standbys: pulumi.Output<RecordedNode[]>;
  /** One line that says what an update will do, or did. */
  declare readonly plan: pulumi.Output<string>;
  /** The DCS instance. */
  declare readonly instanceId: pulumi.Output<string>;
  /** The triggers as declared. */
  declare readonly triggers: pulumi.Output<Record<string, string> | undefined>;
  /** The reason as declared; the one of a switchover stands in its record. */
  declare readonly reason: pulumi.Output<string | undefined>;

  /**
   * @param name the resource's name; prefixes what an update prints
   * @param args what to switch over, when and why
   * @param opts resource options. `import` takes an existing instance in by its id: its roles are recorded as they are and nothing is switched over.
   */
  constructor(name: string, args: SwitchoverTriggerArgs, opts: pulumi.CustomResourceOptions = {}) {
    // The engine can't ask a dynamic provider about a resource that has no state yet, so an import is a create that only records.
    const { import: imported, ...options } = opts;
    // Records repeat what people wrote, and a provider is not told which of it is secret.
    const words = pulumi.output([args.triggers, args.reason, args.requestedBy, args.override]);
    super(
      dynamicProvider,
      name,
      {
        ...args,
        __resource: name,
        // Whose a note in the intent journal is.
        __stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
        __secret: pulumi.isSecret(words).then((isSecret) => isSecret || undefined),
        __import: imported,
        lastSwitchover: undefined,
        history: undefined,
        switchoverCount: undefined,
        master: undefined,
        standbys: undefined,
        plan: undefined,
      },
      options,
      "dcs",
      "SwitchoverTrigger",
    );
  }
}
