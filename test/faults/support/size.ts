/** Everything (`npm run test:faults`, which is vitest in the mode "faults"), or the small set that `npm test` runs. */
export const full = process.env["MODE"] === "faults";
