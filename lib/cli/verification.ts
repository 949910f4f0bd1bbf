import { ChatError } from "../errors.ts";
import type { Address } from "../identity/address.ts";
import {
  type Fingerprint,
  fingerprintFromBytes,
} from "../identity/fingerprint.ts";
import {
  type PublicIdentity,
  publicIdentity,
} from "../identity/public_identity.ts";
import {
  compareSafetyCode,
  encodeSafetyCode,
  SAFETY_DIGITS,
  safetyNumber,
} from "../identity/safety_number.ts";
import type {
  Meeting,
  Person,
  VerifiedIdentities,
} from "../identity/verified.ts";
import type { Author } from "../protocol/entry.ts";
import type {
  ComparedNumber,
  KeyHolder,
  Trust,
  Verification,
} from "../ui/verification.ts";
import type { Io } from "./io.ts";
import { namesAlike } from "./names_alike.ts";
import { changeVerified, readVerified, verifiedPath } from "./verified_file.ts";

/** Judgements remembered; then all are made anew. */
const MAX_JUDGED = 10_000;

/** Names are one field of a line there; members of sealed rooms choose others. */
const NOT_IN_A_LINE = /[\p{C}\p{Z}]/gu;

/** Whose verification it is, and on which server. */
export interface VerificationOptions {
  readonly self: PublicIdentity;
  readonly address: Address;
  readonly io: Pick<Io, "env" | "signal">;
}

/** Who was verified, as the file beside `known_servers` says. */
export class FileVerification implements Verification {
  readonly #options: VerificationOptions;
  readonly #path: string;
  readonly #judged = new Map<string, Trust>();
  #known: VerifiedIdentities;

  private constructor(
    options: VerificationOptions,
    path: string,
    known: VerifiedIdentities,
  ) {
    this.#options = options;
    this.#path = path;
    this.#known = known;
  }

  /** @throws {ChatError} As `readVerified`: not to know is not to trust. */
  static async open(options: VerificationOptions): Promise<FileVerification> {
    const path = verifiedPath(options.io);
    return new FileVerification(options, path, await readVerified(path));
  }

  judge(person: Author): Trust {
    const key = `${person.fingerprint.toHex()} ${person.name}`;
    const judged = this.#judged.get(key);
    if (judged !== undefined) return judged;
    const trust = this.#meet(this.#known, person).kind;
    if (this.#judged.size >= MAX_JUDGED) this.#judged.clear();
    this.#judged.set(key, trust);
    return trust;
  }

  async number({ publicKey, fingerprint }: KeyHolder): Promise<ComparedNumber> {
    this.#learn(await readVerified(this.#path)); // perhaps changed elsewhere
    const other = await publicIdentity(publicKey);
    if (other.fingerprint !== fingerprintFromBytes(fingerprint)) {
      throw new ChatError(
        "CHAT_IDENTITY_INVALID",
        "Cannot compare keys: the server shows one that is not of that fingerprint",
      );
    }
    const number = await safetyNumber(this.#options.self, other);
    return { ...number, code: encodeSafetyCode(number) };
  }

  compare(
    number: ComparedNumber,
    scanned: string,
  ): ReturnType<Verification["compare"]> {
    return compareSafetyCode(number, codeOf(scanned));
  }

  async mark(person: Author, how: "digits" | "code"): Promise<void> {
    await this.#change((known) => {
      const at = Date.now();
      return this.#released(known, person)
        .mark({ ...this.#personOf(person), at, how });
    });
  }

  async forget(person: Author): Promise<boolean> {
    return await this.#change((known) => (
      this.#meet(known, person).kind === "changed"
        ? this.#released(known, person)
        : known.unmark(fingerprintFromBytes(person.fingerprint))
    ));
  }

  /** Without whoever else has that name here, or one that looks like it. */
  #released(known: VerifiedIdentities, person: Author): VerifiedIdentities {
    for (;;) {
      const meeting = this.#meet(known, person);
      if (meeting.kind !== "changed") return known;
      const next = known.release(meeting.was);
      if (next === known) return known;
      known = next;
    }
  }

  #meet(known: VerifiedIdentities, person: Author): Meeting {
    return known.meet(this.#personOf(person), namesAlike);
  }

  /** @returns Whether anything has changed. */
  async #change(
    change: (known: VerifiedIdentities) => VerifiedIdentities,
  ): Promise<boolean> {
    const { signal } = this.#options.io;
    const { before, after } = await changeVerified(this.#path, change, {
      signal,
    });
    this.#learn(after);
    return after !== before;
  }

  #learn(known: VerifiedIdentities): void {
    this.#known = known;
    this.#judged.clear();
  }

  #personOf({ name, fingerprint }: Author): Person {
    return {
      fingerprint: fingerprintFromBytes(fingerprint) as Fingerprint,
      address: this.#options.address,
      name: name.replaceAll(NOT_IN_A_LINE, "_").slice(0, 128) || "_",
    };
  }
}

/** What was scanned, or the same digits as somebody typed them. */
function codeOf(text: string): string {
  const digits = text.replaceAll(/\s/g, "");
  if (!new RegExp(`^[0-9]{${SAFETY_DIGITS}}$`).test(digits)) return text.trim();
  const groups = digits.match(/.{5}/g) ?? [];
  return encodeSafetyCode({ groups, words: [] });
}
