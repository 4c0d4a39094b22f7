import { describe, expect, it } from "vitest";
import { signingStages } from "../../../../provider/dcs/index.js";
import vectors from "./vectors.json";

/** `20240102T030405Z` as a date. */
function dateOf(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

describe("signing, stage by stage, against 48 vectors that at least two official signers agree on", () => {
  it("has all the vectors", () => {
    expect(vectors).toHaveLength(48);
  });

  for (const vector of vectors) {
    it(vector.name, () => {
      const headers: Record<string, string> = Object.fromEntries(Object.entries(vector.headers));
      const { headers: sent, ...stages } = signingStages(
        { method: vector.method, url: vector.url, headers, body: vector.body },
        { accessKey: vector.ak, secretKey: vector.sk },
        dateOf(vector.date),
      );
      expect(stages.canonicalRequest).toBe(vector.canonicalRequest);
      expect(stages.signedHeaders).toBe(vector.signedHeaders);
      expect(stages.stringToSign).toBe(vector.stringToSign);
      expect(sent["Authorization"]).toBe(vector.authorization);
      expect(sent["X-Sdk-Date"]).toBe(vector.date);
    });
  }
});
