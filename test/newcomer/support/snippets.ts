/** A fenced block of a Markdown page. */
export interface Snippet {
  language: string;
  text: string;
  /** The nearest heading above it. */
  heading: string;
}

/** All fenced blocks of a page, in their order. */
export function snippetsOf(markdown: string): Snippet[] {
  const found: Snippet[] = [];
  let heading = "";
  let open: { fence: string; language: string; lines: string[] } | undefined;
  for (const line of markdown.split("\n")) {
    const [, fence, language = ""] = /^(```+)(\w*)\s*$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { fence, language, lines: [] };
      else heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
    } else if (fence === open.fence) {
      found.push({ language: open.language, text: `${open.lines.join("\n")}\n`, heading });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return found;
}
