import { ConfigError } from "./errors.js";
import { isLoopback } from "./loopback.js";

/** Reads an endpoint: https, or http to a loopback host; a path is kept, anything else beside the host is refused. */
export function parseEndpoint(text: string, setting: string): URL {
  const refuse = (why: string): never => {
    throw new ConfigError({
      what: `Reading ${setting}`,
      why,
      remedy: "Give an address such as https://dcs.eu-west-101.myhuaweicloud.eu.",
    });
  };
  const url = URL.canParse(text) ? new URL(text) : refuse("it is not an absolute URL");
  if (url.protocol !== "https:" && url.protocol !== "http:") refuse("it is neither https nor http");
  if (url.username !== "" || url.password !== "") refuse("it has a user or password in it");
  if (url.search !== "" || url.hash !== "") refuse("it has a query or fragment");
  if (url.protocol === "http:" && !isLoopback(url)) {
    refuse(`plain http to ${url.hostname}: signed calls are sent unencrypted to this machine itself only`);
  }
  return url;
}
