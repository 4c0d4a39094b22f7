import { styleText } from "node:util";

/** Paints text for a terminal, or leaves it as it is. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "yellow" | "cyan", text: string) => string;

/** Whether a stream takes colours: only a terminal does, and never where `NO_COLOR` is set (no-color.org). */
export function hasColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  return stream.isTTY === true;
}

export function painter(colours: boolean): Paint {
  return (style, text) => (colours && text !== "" ? styleText(style, text, { validateStream: false }) : text);
}
