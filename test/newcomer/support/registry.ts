import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Tarball } from "../../package/support/tarball.js";

/** A package registry on this machine. */
export interface Registry {
  url: string;
  close(): void;
}

/**
 * Serves the tarball as if it were published, and sends clients to the machine's own registry for all other names: so
 * `npm install pulumi-dcs-switchover` runs as it stands in the documents.
 */
export async function startRegistry(
  tarball: Tarball,
  manifest: { name: string; version: string },
  upstream: string,
): Promise<Registry> {
  const { name, version } = manifest;
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === `/${name}`) {
      const integrity = `sha512-${createHash("sha512").update(tarball.bytes).digest("base64")}`;
      const dist = { tarball: `${url}/${name}.tgz`, integrity };
      const packument = { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument));
    } else if (path === `/${name}.tgz`) {
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(readFileSync(tarball.path));
    } else {
      response.writeHead(302, { location: `${upstream.replace(/\/$/, "")}${path}` }).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
