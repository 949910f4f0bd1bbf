import { utf8 } from "../bytes.ts";
import { formatAddress } from "./address.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { type SuccessionStatement, verifySuccession } from "./succession.ts";
import {
  damagedVerified,
  parseVerifiedLine,
  type Person,
  type Verified,
  type VerifiedLine,
  verifiedLine,
} from "./verified_line.ts";

export type { Person, Verified, Way } from "./verified_line.ts";

/** Largest verified_identities file, in bytes of UTF-8. */
export const MAX_VERIFIED_BYTES = 1024 * 1024;
/** Most lines a verified_identities file may have. */
export const MAX_VERIFIED_LINES = 10_000;

/** What is known of somebody: `changed` must be resolved before anything is sent. */
export type Meeting =
  | { readonly kind: "verified"; readonly mark: Verified }
  | { readonly kind: "unverified" }
  /** The name is that of a verified identity, and the key is not. */
  | { readonly kind: "changed"; readonly was: Verified };

/** Whether two names are the same, or could be taken for one another. */
export type Alike = (one: string, other: string) => boolean;

/**
 * The identities somebody has verified: a text of lines
 * `FINGERPRINT TIME HOW HOST:PORT NAME`, with blank lines and `#` comments; one
 * line for each identity and server. A value: changes make a new one, and keep
 * every line they do not concern as it was written.
 */
export class VerifiedIdentities {
  readonly #lines: readonly VerifiedLine[];

  private constructor(lines: readonly VerifiedLine[]) {
    this.#lines = lines;
  }

  /**
   * Reads the text of a file; an empty text marks nobody.
   *
   * @throws {ChatError} `CHAT_VERIFIED_DAMAGED`, naming the line; also when one
   * name on a server has two identities, or an identity two names there.
   */
  static parse(text: string): VerifiedIdentities {
    checkBytes(text);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    checkCount(lines);
    const taken = new Set<string>();
    return new VerifiedIdentities(lines.map((each, index) => {
      const line = parseVerifiedLine(each, index);
      for (const key of line.mark === undefined ? [] : keysOf(line.mark)) {
        if (taken.has(key)) {
          throw damagedVerified(`line ${index + 1} contradicts one before it`);
        }
        taken.add(key);
      }
      return line;
    }));
  }

  /** The text of the file: inverse of {@linkcode VerifiedIdentities.parse}. */
  format(): string {
    return this.#lines.map((line) => `${line.text}\n`).join("");
  }

  /** Every mark, in the order of the file. */
  list(): readonly Verified[] {
    return this.#lines.flatMap((line) => line.mark ?? []);
  }

  /** Whether an identity is verified, whatever it is called and wherever. */
  isVerified(fingerprint: Fingerprint): boolean {
    return this.list().some((mark) => mark.fingerprint === fingerprint);
  }

  /**
   * What is known of somebody who shows a name and a key. A name that belongs to
   * another verified identity decides first: it would mislead even if this key is
   * verified as well.
   *
   * @param alike Tells names apart as people do; without it, they differ in more
   * than case and form (NFKC).
   */
  meet(person: Person, alike: Alike = sameName): Meeting {
    const was = this.list().find((mark) =>
      mark.fingerprint !== person.fingerprint && isAt(mark, person) &&
      alike(mark.name, person.name)
    );
    if (was !== undefined) return { kind: "changed", was };
    const marks = this.list().filter(({ fingerprint }) =>
      fingerprint === person.fingerprint
    );
    const mark = marks.find((each) => isAt(each, person)) ?? marks[0];
    return mark === undefined
      ? { kind: "unverified" }
      : { kind: "verified", mark };
  }

  /**
   * With somebody marked. Whoever was verified under this name on this server is
   * no more there: the person who marks has compared keys and knows better.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID` for a name that no line can hold,
   * `CHAT_VERIFIED_DAMAGED` when the file would be too long.
   */
  mark(mark: Verified): VerifiedIdentities {
    const line = verifiedLine(mark);
    const replaced = this.#at(mark);
    return this.#with([
      ...this.#lines.filter((each) => !replaced.includes(each)),
      line,
    ]);
  }

  /** Without an identity, on any server; the same value when it had no mark. */
  unmark(fingerprint: Fingerprint): VerifiedIdentities {
    return this.#without((mark) => mark.fingerprint === fingerprint);
  }

  /**
   * Without what binds one name on a server, so that it may be another person's;
   * the same value when nothing did. With its last name an identity loses its mark.
   */
  release({ address, name }: Omit<Person, "fingerprint">): VerifiedIdentities {
    return this.#without((mark) =>
      isAt(mark, { address }) && sameName(mark.name, name)
    );
  }

  /**
   * Notes what a verified identity is called on a server now; the same value when
   * that is known, when it is not verified, or when {@linkcode meet} says that
   * something has `changed`.
   *
   * @throws {ChatError} As {@linkcode VerifiedIdentities.mark}.
   */
  see(person: Person): VerifiedIdentities {
    const meeting = this.meet(person);
    if (meeting.kind !== "verified") return this;
    const { mark } = meeting;
    if (isAt(mark, person) && mark.name === person.name) return this;
    return this.mark({ ...mark, ...person });
  }

  /**
   * Carries the marks of a verified key over to the one that it has named as the
   * next, and takes them from it: a key that was given up is trusted no more, so
   * that what a thief lets it say afterwards moves nothing. The same value when
   * that key is not verified or the statement is false.
   */
  async carryOver(statement: SuccessionStatement): Promise<VerifiedIdentities> {
    const from = await fingerprintOf(statement.current);
    if (!this.isVerified(from)) return this;
    const next = await verifySuccession(statement.current, statement);
    if (next === undefined) return this;
    const { fingerprint } = next;
    const already = this.list().filter((mark) =>
      mark.fingerprint === fingerprint
    );
    return this.#with(this.#lines.flatMap((line) => {
      if (line.mark?.fingerprint !== from) return line;
      const { mark } = line;
      if (already.some((each) => isAt(each, mark))) return [];
      return verifiedLine({ ...mark, fingerprint, how: "succession" });
    }));
  }

  /** Lines that contradict a mark: its name or its identity, on its server. */
  #at(mark: Verified): readonly VerifiedLine[] {
    const keys = keysOf(mark);
    return this.#lines.filter(({ mark: other }) =>
      other !== undefined && keysOf(other).some((key) => keys.includes(key))
    );
  }

  #without(test: (mark: Verified) => boolean): VerifiedIdentities {
    const kept = this.#lines.filter(({ mark }) =>
      mark === undefined || !test(mark)
    );
    return kept.length === this.#lines.length
      ? this
      : new VerifiedIdentities(kept);
  }

  #with(lines: readonly VerifiedLine[]): VerifiedIdentities {
    checkCount(lines);
    const changed = new VerifiedIdentities(lines);
    checkBytes(changed.format());
    return changed;
  }
}

/** What no two lines may share: an identity on a server, and a name there. */
function keysOf({ fingerprint, address, name }: Person): readonly string[] {
  const where = formatAddress(address);
  return [`${where} ${fingerprint}`, `${where} = ${formOf(name)}`];
}

function sameName(one: string, other: string): boolean {
  return formOf(one) === formOf(other);
}

function formOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function isAt(
  { address }: Pick<Person, "address">,
  { address: other }: Pick<Person, "address">,
): boolean {
  return address.host === other.host && address.port === other.port;
}

function checkBytes(text: string): void {
  if (utf8(text).length > MAX_VERIFIED_BYTES) {
    throw damagedVerified(`they take more than ${MAX_VERIFIED_BYTES} bytes`);
  }
}

function checkCount(lines: readonly unknown[]): void {
  if (lines.length > MAX_VERIFIED_LINES) {
    throw damagedVerified(`they take more than ${MAX_VERIFIED_LINES} lines`);
  }
}
