import type { Standing, Verb } from "../protocol/entry.ts";

/** What somebody may do after `verb` was used on it. */
export function standingAfter(standing: Standing, verb: Verb): Standing {
  if (standing === "owner") return standing; // no verb reaches an owner
  switch (verb) {
    case "op":
      return "operator";
    case "deop":
      return standing === "operator" ? "member" : standing;
    case "mute": // that takes an operator's role, too
      return "muted";
    case "unmute":
      return standing === "muted" ? "member" : standing;
    case "kick":
    case "ban":
    case "unban":
      return standing;
  }
}

/** What we may do, as far as the server has told. */
export class OwnStanding {
  readonly #tell: (standing: Standing) => void;
  #standing: Standing | null = null;
  /** The newest number used when we were muted. */
  #mutedAt = 0;

  /** @param tell Told when it has changed. */
  constructor(tell: (standing: Standing) => void) {
    this.#tell = tell;
  }

  get value(): Standing {
    return this.#standing ?? "member";
  }

  /** @param lastNumber The newest number of a message of ours. */
  change(standing: Standing, lastNumber: number): void {
    const was = this.#standing;
    if (standing === was) return;
    this.#standing = standing;
    if (standing === "muted") this.#mutedAt = lastNumber;
    if (was !== null) this.#tell(standing);
  }

  /** A verb was used on us. */
  suffer(verb: Verb, lastNumber: number): void {
    this.change(standingAfter(this.value, verb), lastNumber);
  }

  /** A message of ours was stored: said after we were muted, that is over. */
  heard(number: number): void {
    if (this.value !== "muted" || number <= this.#mutedAt) return;
    this.change("member", number);
  }
}
