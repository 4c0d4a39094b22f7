import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const Manifest = v.object({ name: v.literal("pulumi-dcs-switchover"), version: v.string() });

/** This package's version, from the manifest above the folder that this runs from: `cli/` or `dist/cli/`. */
export function version(): string {
  for (const above of ["..", "../.."]) {
    try {
      const text = readFileSync(join(__dirname, above, "package.json"), "utf8");
      return v.parse(Manifest, JSON.parse(text)).version;
    } catch {
      // The other place.
    }
  }
  return "unknown";
}
