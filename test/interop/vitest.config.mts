import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** For `npm run test:interop`: these tests load sources, so they need no built package as their neighbours do. */
export default defineConfig({
  test: { root: join(import.meta.dirname, "..", ".."), include: ["test/interop/*.test.ts"], maxWorkers: 1 },
});
