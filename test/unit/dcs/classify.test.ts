import { describe, expect, it } from "vitest";
import { classify, type Classification, type Failure } from "../../../provider/dcs/index.js";
import { ERROR_CODES } from "../../../provider/dcs/errorCodes.js";

const notSent = { disposition: "not-sent", repeatable: true };
const refused = { disposition: "refused", repeatable: false };
const refusedForNow = { disposition: "refused", repeatable: true };
const unknown = { disposition: "unknown", repeatable: false };

function answer(status: number, errorCode?: string): Failure {
  return { kind: "answer", status, errorCode };
}

describe("a failed write", () => {
  // What breaks an exchange, and at which stage, is shown on real sockets in transport.test.ts.
  it.each([
    ["connecting", notSent],
    ["sent", unknown],
    ["answering", unknown],
  ] as const)("that broke off while %s is %o", (stage, expected) => {
    expect(classify({ kind: "transport", stage })).toEqual(expected);
  });

  it.each([
    [301, refused],
    [302, refused],
    [307, refused],
    [308, refused],
    [400, refused],
    [401, refused],
    [403, refused],
    [404, refused],
    [405, refused],
    [408, unknown],
    [409, refused],
    [411, refused],
    [413, refused],
    [415, refused],
    [429, refusedForNow],
    [499, unknown],
    [500, unknown],
    [501, refused],
    [502, unknown],
    [503, unknown],
    [504, unknown],
    [505, refused],
    [599, unknown],
  ])("answered %i without a known code is %o", (status, expected) => {
    expect(classify(answer(status))).toEqual(expected);
    for (const code of ["DCS.9999", "constructor", "__proto__"]) {
      expect(classify(answer(status, code))).toEqual(expected);
    }
  });

  const busy = [
    "DCS.4017",
    "DCS.4026",
    "DCS.4049",
    "DCS.4096",
    "DCS.4097",
    "DCS.4104",
    "DCS.4108",
    "DCS.4111",
    "DCS.4113",
    "DCS.4114",
    "DCS.4115",
    "DCS.4116",
    "DCS.4117",
    "DCS.4118",
    "DCS.4120",
    "DCS.4121",
    "DCS.4231",
    "DCS.4300",
    "DCS.4918",
    "DCS.4975",
    "CBC.99003651",
  ];
  const final = [
    [400, "DCS.4855"],
    [400, "DCS.4086"],
    [400, "DCS.4027"],
    [400, "DCS.4094"],
    [400, "DCS.4253"],
    [400, "DCS.3053"],
    [400, "DCS.4002"],
    [400, "DCS.4061"],
    [400, "DCS.4062"],
    [400, "DCS.4063"],
    [400, "DCS.4070"],
    [400, "DCS.4800"],
    [401, "DCS.1001"],
    [401, "DCS.1002"],
    [401, "DCS.1003"],
    [401, "DCS.1004"],
    [403, "DCS.2003"],
    [403, "DCS.2007"],
    [403, "DCS.3002"],
    [403, "DCS.3003"],
    [404, "DCS.3022"],
    [404, "DCS.4001"],
  ] as const;
  const open = [
    "DCS.5094",
    "DCS.5095",
    "DCS.4842",
    "DCS.5006",
    "DCS.5000",
    "DCS.5024",
    "DCS.5053",
    "DCS.5079",
    "DCS.5091",
  ];

  const rows: [string, number, string, Classification][] = [
    ...busy.map((code): [string, number, string, Classification] => [
      "busy",
      400,
      code,
      refusedForNow as Classification,
    ]),
    ...final.map(([status, code]): [string, number, string, Classification] => [
      "final",
      status,
      code,
      refused as Classification,
    ]),
    ...open.map((code): [string, number, string, Classification] => ["open", 500, code, unknown as Classification]),
  ];

  it.each(rows)("with the %s code of %i %s is %o", (_kind, status, code, expected) => {
    expect(classify(answer(status, code))).toEqual(expected);
  });

  it("is judged for every code that is listed", () => {
    expect(rows.map(([, , code]) => code).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it("is refused for now by a telling code in a 503", () => {
    expect(classify(answer(503, "DCS.4026"))).toEqual(refusedForNow);
  });

  it.each([502, 504])("stays unknown at %i whatever the code: the gateway speaks, not the backend", (status) => {
    expect(classify(answer(status, "DCS.4026"))).toEqual(unknown);
    expect(classify(answer(status, "APIGW.0201"))).toEqual(unknown);
  });

  it("is never to be repeated unless it was not sent or not taken", () => {
    for (let status = 300; status < 600; status++) {
      for (const code of [undefined, ...Object.keys(ERROR_CODES)]) {
        const { disposition, repeatable } = classify(answer(status, code));
        if (repeatable) expect(disposition).not.toBe("unknown");
      }
    }
  });
});
