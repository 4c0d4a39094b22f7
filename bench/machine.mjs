// @ts-check
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What the figures were measured on; the load tells whether the machine was calm. */
export function machineText() {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg().map((value) => value.toFixed(2));
  return (
    `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, ${memory} GiB of memory, ${type()} ${release()}, ` +
    `Node ${process.versions.node}; load averages ${load.join(", ")}`
  );
}
