/** How the command ends; the meaning of each number is part of the package's semantic version. */
export const EXIT = {
  ok: 0,
  /** `verify`: something disagrees. `doctor`: an instance is not fit. `history`, `report`: nothing matches. */
  disagreement: 1,
  /** Wrong usage, or something that had to be read could not be. */
  unusable: 2,
} as const;

/** What a person is told when the command can't go on: what was attempted, what was seen, what to do. */
export interface Failure {
  what: string;
  why: string;
  remedy: string;
}

/** Ends the command with `EXIT.unusable` and its text on stderr. */
export class CliFailure extends Error implements Failure {
  override readonly name = "CliFailure";
  readonly what: string;
  readonly why: string;
  readonly remedy: string;

  constructor({ what, why, remedy }: Failure, options?: ErrorOptions) {
    super(failureText({ what, why, remedy }), options);
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }
}

export function failureText({ what, why, remedy }: Failure): string {
  return `${what}: ${/[.!?]$/.test(why) ? why : `${why}.`}${remedy === "" ? "" : ` ${remedy}`}`;
}
