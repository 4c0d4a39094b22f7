import { defineConfig } from "vitest/config";

const slow = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 } },
      // Real processes: the engine, official SDKs, package managers, a browser.
      {
        test: {
          name: "real",
          include: ["test/{engine,consumers,cli,interop,faults,package,newcomer}/**/*.test.ts"],
          globalSetup: "test/builtPackage.ts",
          ...slow,
        },
      },
    ],
  },
});
