/**
 * Text of others, made safe to print: control characters and those that turn the direction of writing are spelled out,
 * so that a reason can neither move the cursor nor pass for something else.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
