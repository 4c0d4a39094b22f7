import { describe, expect, it } from "vitest";
import { fitness, type Instance, type Node } from "../../../provider/dcs/index.js";

const instance: Instance = { id: "i", name: "orders", status: "RUNNING", cacheMode: "ha", availabilityZones: [] };
const master: Node = { nodeId: "m", role: "master", healthy: true };
const standby: Node = { nodeId: "s", role: "standby", healthy: true };

describe("an instance is fit for a switchover", () => {
  it.each([
    ["of type ha, running, idle, with a healthy standby", {}, [master, standby]],
    ["of type ha_rw_split", { cacheMode: "ha_rw_split" }, [master, standby]],
    ["of a type that a list does not tell", { cacheMode: undefined }, [master, standby]],
    ["with one healthy standby of two", {}, [master, { ...standby, healthy: false }, standby]],
    ["with one standby that may be promoted", {}, [master, { ...standby, priority: 0 }, { ...standby, priority: 1 }]],
    ["with standbys of unknown priority", {}, [master, { ...standby, priority: 0 }, standby]],
    ["as far as can be told without its nodes", {}, undefined],
  ])("%s", (_what, change, nodes) => {
    const { cacheMode, ...rest } = { ...instance, ...change };
    expect(fitness({ ...rest, ...(cacheMode === undefined ? {} : { cacheMode }) }, nodes)).toEqual({ fit: true });
  });
});

describe("an instance is not fit for a switchover", () => {
  it.each<[string, Partial<Instance>, Node[] | undefined, object]>([
    ["of type single", { cacheMode: "single" }, undefined, { code: "NOT_SUPPORTED", passing: false }],
    ["of type proxy", { cacheMode: "proxy" }, [master, standby], { code: "NOT_SUPPORTED" }],
    ["of type cluster", { cacheMode: "cluster" }, [master, standby], { code: "NOT_SUPPORTED" }],
    ["that is frozen", { status: "FROZEN" }, [master, standby], { code: "BROKEN", passing: false }],
    ["on its way to be frozen", { status: "FREEZING" }, [master, standby], { code: "BROKEN" }],
    ["in error", { status: "ERROR" }, [master, standby], { code: "BROKEN" }],
    ["that was never made", { status: "CREATEFAILED" }, [master, standby], { code: "BROKEN" }],
    ["that is stopped", { status: "CLOSED" }, [master, standby], { code: "BROKEN" }],
    ["that is restarting", { status: "RESTARTING" }, [master, standby], { code: "NOT_RUNNING", passing: true }],
    ["in a state with a treacherous name", { status: "constructor" }, [master, standby], { code: "NOT_RUNNING" }],
    ["in a state nobody knows", { status: "NEW_STATE" }, [master, standby], { code: "NOT_RUNNING", passing: true }],
    ["with a task under way", { task: "BACKUPING" }, [master, standby], { code: "BUSY", passing: true }],
    ["without a master", {}, [standby], { code: "NO_MASTER", passing: true }],
    ["without nodes", {}, [], { code: "NO_MASTER" }],
    ["without a standby", {}, [master], { code: "NO_STANDBY", passing: false }],
    [
      "without a healthy standby",
      {},
      [master, { ...standby, healthy: false }],
      { code: "NO_HEALTHY_STANDBY", passing: true },
    ],
    [
      "whose standbys may not be promoted",
      {},
      [master, { ...standby, priority: 0 }],
      { code: "NO_PROMOTABLE_STANDBY", passing: false },
    ],
    [
      "whose only healthy standby may not be promoted",
      {},
      [master, { ...standby, priority: 0 }, { ...standby, healthy: false, priority: 5 }],
      { code: "NO_PROMOTABLE_STANDBY" },
    ],
  ])("%s", (_what, change, nodes, expected) => {
    const verdict = fitness({ ...instance, ...change }, nodes);
    expect(verdict).toMatchObject({ fit: false, ...expected });
    if (verdict.fit) return;
    expect(verdict.reason).toMatch(/^instance orders \(i\) (is|has|shows) /);
    expect(verdict.remedy).not.toBe("");
  });

  it("and is named by its id if it has no name", () => {
    expect(fitness({ ...instance, name: "", status: "FROZEN" }, undefined)).toMatchObject({
      reason: "instance i is FROZEN",
    });
  });
});
