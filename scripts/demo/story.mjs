// @ts-check
import { expectEqual, expectOutput } from "./expect.mjs";

/**
 * @typedef {object} Stage what the story needs
 * @property {import("pulumi-dcs-switchover/sandbox").Sandbox} sandbox
 * @property {(text: string) => void} say a line between two commands
 * @property {(...args: string[]) => Promise<string>} pulumi runs and shows a command; gives what it printed; throws if it fails
 * @property {(...args: string[]) => Promise<string>} audit the same for `dcs-switchover`
 */

/**
 * A switchover from review to record. Every step is checked, and swaps and requests are counted where they arrive: in
 * the sandbox's journal.
 *
 * @param {Stage} stage
 */
export async function tellStory({ sandbox, say, pulumi, audit }) {
  const [instance] = sandbox.instances;
  if (instance === undefined) throw new Error("the sandbox has no instance");
  const expectSwaps = (/** @type {number} */ count) => {
    expectEqual("switchovers that the sandbox performed", sandbox.swaps().length, count);
    say(`  ✓ switchovers that the sandbox performed until now: ${count}`);
  };

  say(`A stack for the instance ${instance.name} of the sandbox, which listens on ${sandbox.url}.`);
  await pulumi("stack", "init", "demo");
  await pulumi("config", "set", "dcs:endpoint", sandbox.url);
  await pulumi("config", "set", "dcs:region", sandbox.region);
  await pulumi("config", "set", "instanceId", instance.id);

  say("1. The preview says what will happen, and does nothing.");
  expectOutput(await pulumi("preview", "--diff"), [`switch over ${instance.name}`]);
  expectSwaps(0);

  // The outputs are shown once, not by every command.
  const up = ["up", "--yes", "--suppress-outputs"];
  say("2. Applying it makes the standby the master.");
  expectOutput(await pulumi(...up), ["switched"]);
  expectSwaps(1);
  expectOutput(await pulumi("stack", "output", "lastSwitchover", "--json"), ["switched", "First failover drill"]);

  say("3. Applying it again does nothing: no change, no switchover, not even a request.");
  const requests = sandbox.requests().length;
  expectOutput(await pulumi(...up), [/2 unchanged/]);
  expectEqual("requests that the sandbox got", sandbox.requests().length - requests, 0);
  say("  ✓ requests that the sandbox got meanwhile: 0");
  expectSwaps(1);

  say("4. A changed trigger asks for one more. The preview shows which way it will go.");
  await pulumi("config", "set", "drill", "2026-Q4");
  await pulumi("config", "set", "reason", "Quarterly failover drill, CHG-1042");
  expectOutput(await pulumi("preview", "--diff"), [/drill\s*: "1" => "2026-Q4"/, `switch over ${instance.name}`]);
  expectSwaps(1);

  say("5. Applied once, it happens once.");
  expectOutput(await pulumi(...up), ["switched"]);
  expectSwaps(2);

  say("6. A change of the reason alone is saved, and switches nothing.");
  await pulumi("config", "set", "reason", "Quarterly failover drill, approved in CHG-1042");
  expectOutput(await pulumi(...up), [/1 updated/]);
  expectSwaps(2);

  say("7. The stack holds the record of both.");
  const reasons = ["Quarterly failover drill, CHG-1042", "First failover drill"];
  expectOutput(await audit("history", "--stack", "demo"), [...reasons, /switched[^]*switched/]);

  say("8. Destroying the stack forgets the record, and leaves the instance alone.");
  expectOutput(await pulumi("destroy", "--yes", "--suppress-outputs"), [/2 deleted/]);
  expectSwaps(2);
}
