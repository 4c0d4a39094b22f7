import type { Behaviour, Fault, OperationName, Sandbox } from "../../../sandbox/index.js";

/** One thing that goes wrong, and how it is over before the last run. */
export interface FaultCase {
  name: string;
  /** Also in the small set that `npm test` runs. */
  small?: boolean;
  strike(sandbox: Sandbox, instanceId: string): void;
  /** What a person or time mends before the last run, beside clearing all faults and resetting behaviour. */
  heal?(sandbox: Sandbox, instanceId: string): void;
  /** The last run fails too, and must say why. */
  endsInDoubt?: boolean;
  /** Swap requests that the cloud took and then reported as failed are no switchovers; these cells may have several. */
  minutesOff?: number;
}

const fault = (name: string, ...faults: Fault[]): FaultCase => ({
  name,
  strike: (sandbox) => faults.forEach((item) => sandbox.injectFault(item)),
});
const behaviour = (name: string, patch: Partial<Behaviour>, heal?: FaultCase["heal"]): FaultCase => ({
  name,
  strike: (sandbox) => sandbox.setBehaviour(patch),
  ...(heal ? { heal } : {}),
});
const both = (name: string, ...cases: FaultCase[]): FaultCase => ({
  name,
  strike: (sandbox, instanceId) => cases.forEach((item) => item.strike(sandbox, instanceId)),
  heal: (sandbox, instanceId) => cases.forEach((item) => item.heal?.(sandbox, instanceId)),
});
const small = (item: FaultCase): FaultCase => ({ ...item, small: true });

const READS: readonly OperationName[] = ["showInstance", "listGroups", "listTasks"];
const lostAnswer = fault("answer lost after handling", { operation: "swap", kind: "drop", when: "after" });

const swapTransport: FaultCase[] = [
  small(fault("swap dropped before handling", { operation: "swap", kind: "drop" })),
  small(fault("swap dropped after handling", { operation: "swap", kind: "drop", when: "after" })),
  fault("swap reset before handling", { operation: "swap", kind: "reset" }),
  fault("swap reset after handling", { operation: "swap", kind: "reset", when: "after" }),
  fault("swap unanswered, not handled", { operation: "swap", kind: "hang" }),
  small(fault("swap unanswered, handled", { operation: "swap", kind: "hang", when: "after" })),
  fault("swap delayed a little", { operation: "swap", kind: "delay", delayMs: 400 }),
  fault("swap handled after we gave up", { operation: "swap", kind: "delay", delayMs: 1_500 }),
  fault("swap answered after we gave up", { operation: "swap", kind: "delay", delayMs: 1_500, when: "after" }),
  fault("swap dropped twice before handling", { operation: "swap", kind: "drop", times: 2 }),
  fault("swap dropped always before handling", { operation: "swap", kind: "drop", times: "unlimited" }),
  fault("swap answered with garbage, not handled", { operation: "swap", kind: "garbage", status: 500 }),
  fault("swap answered with a page, not handled", { operation: "swap", kind: "html", status: 502 }),
  fault("swap answered with garbage, handled", { operation: "swap", kind: "garbage", status: 500, when: "after" }),
  fault("swap redirected", { operation: "swap", kind: "redirect", location: "http://127.0.0.1:9/" }),
];

const swapAnswers: FaultCase[] = [
  ...[400, 401, 403, 404, 429].flatMap((status) => [
    fault(`swap refused with ${status}`, {
      operation: "swap",
      kind: "answer",
      status,
      ...(status === 400 ? { errorCode: "DCS.4855" } : {}),
    }),
  ]),
  fault("swap throttled three times", { operation: "swap", kind: "answer", status: 429, times: 3 }),
  ...[500, 502, 503, 504].flatMap((status) => [
    fault(`swap answered ${status}, not handled`, { operation: "swap", kind: "answer", status }),
    fault(`swap answered ${status}, handled`, { operation: "swap", kind: "answer", status, when: "after" }),
  ]),
  fault("swap answered 502 twice, not handled", { operation: "swap", kind: "answer", status: 502, times: 2 }),
  small(
    fault("swap answered 500 DCS.5094, not handled", {
      operation: "swap",
      kind: "answer",
      status: 500,
      errorCode: "DCS.5094",
    }),
  ),
  fault("swap answered 500 DCS.5094, handled", {
    operation: "swap",
    kind: "answer",
    status: 500,
    errorCode: "DCS.5094",
    when: "after",
  }),
  ...["DCS.4026", "DCS.4017", "DCS.4049", "DCS.4096", "DCS.4111", "CBC.99003651"].map((errorCode) =>
    fault(`swap refused as busy, ${errorCode}`, {
      operation: "swap",
      kind: "answer",
      status: 400,
      errorCode,
      times: 2,
    }),
  ),
];

const reads: FaultCase[] = READS.flatMap((operation) => [
  fault(`${operation} dropped once`, { operation, kind: "drop" }),
  fault(`${operation} reset in mid-answer`, { operation, kind: "reset-mid-answer" }),
  fault(`${operation} garbage`, { operation, kind: "garbage", times: 2 }),
  fault(`${operation} cut`, { operation, kind: "cut", times: 2 }),
  fault(`${operation} trickling`, { operation, kind: "trickle", chunkBytes: 64, everyMs: 5, times: 3 }),
  fault(`${operation} 429 twice`, { operation, kind: "answer", status: 429, times: 2 }),
  fault(`${operation} 503 for a while`, { operation, kind: "answer", status: 503, times: 5 }),
  fault(`${operation} 403 always`, { operation, kind: "answer", status: 403, times: "unlimited" }),
  // Two or three looks pass: the fault begins while the end is waited for.
  fault(`${operation} 500 from the wait on`, { operation, kind: "answer", status: 500, skip: 2, times: "unlimited" }),
]);

const endings: FaultCase[] = [
  small(behaviour("the cloud's task fails", { swapEnding: "task-fails" })),
  behaviour("the cloud's task fails, and it answers after the work", {
    swapEnding: "task-fails",
    answer: "after-work",
  }),
  behaviour("never ends, later switched", { swapEnding: "never-ends" }, (sandbox, id) => sandbox.endSwaps(id)),
  behaviour("never ends, later failed", { swapEnding: "never-ends" }, (sandbox, id) =>
    sandbox.endSwaps(id, "task-fails"),
  ),
  small(
    behaviour("roles change, status stays busy", { swapEnding: "stays-busy" }, (sandbox, id) => sandbox.endSwaps(id)),
  ),
  {
    ...behaviour("status is back, roles unchanged", { swapEnding: "roles-unchanged" }),
    small: true,
    endsInDoubt: true,
  },
];

const legs: FaultCase[] = [
  behaviour("answers after the work", { answer: "after-work" }),
  behaviour("gateway gives up before the work is done", { answer: "after-work", gatewayTimeoutSeconds: 0.1 }),
  behaviour("status shows nothing during the work", { taskDuringSwap: null, taskRecord: "none" }),
  behaviour("status shows the work by another word", { statusDuringSwap: "SWAPPING" }),
  behaviour("addresses move with the role", { addresses: "move-with-role" }),
  behaviour("roles change at once, the work goes on", { rolesChangeAt: 0 }),
  ...(["empty", "deleted", "forbidden", "unreadable"] as const).flatMap((taskLog) => [
    behaviour(`task log ${taskLog}`, { taskLog }),
    both(`task log ${taskLog}, answer lost`, behaviour("", { taskLog }), lostAnswer),
  ]),
  behaviour("task log late", { taskRecord: "late", taskRecordDelaySeconds: 1 }),
  both("task log late, answer lost", behaviour("", { taskRecord: "late", taskRecordDelaySeconds: 1 }), lostAnswer),
  behaviour("no task for the POST form", { taskRecord: "none" }),
  both("no task for the POST form, answer lost", behaviour("", { taskRecord: "none" }), lostAnswer),
  ...(["forbidden", "unreadable"] as const).map((groups) => behaviour(`groups ${groups}`, { groups })),
  {
    ...fault("groups unreadable from the swap on", {
      operation: "listGroups",
      kind: "answer",
      status: 403,
      skip: 2,
      times: "unlimited",
    }),
    small: true,
  },
  both(
    "groups and task log unreadable from the swap on",
    fault("", { operation: "listGroups", kind: "answer", status: 403, skip: 2, times: "unlimited" }),
    fault("", { operation: "listTasks", kind: "answer", status: 403, skip: 2, times: "unlimited" }),
  ),
  both(
    "groups and task log unreadable from the swap on, answer lost",
    fault("", { operation: "listGroups", kind: "answer", status: 403, skip: 2, times: "unlimited" }),
    fault("", { operation: "listTasks", kind: "answer", status: 403, skip: 2, times: "unlimited" }),
    lostAnswer,
  ),
  ...[-14, -3, 3, 14].flatMap((minutes) => [
    behaviour(`the cloud's clock is ${minutes} min off`, { clockOffsetSeconds: minutes * 60 }),
    both(
      `the cloud's clock is ${minutes} min off, answer lost`,
      behaviour("", { clockOffsetSeconds: minutes * 60 }),
      lostAnswer,
    ),
  ]),
];

/** Every fault of the matrix. */
export const FAULTS: readonly FaultCase[] = [...swapTransport, ...swapAnswers, ...reads, ...endings, ...legs];
