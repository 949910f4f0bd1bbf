import { utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { type Fingerprint, parseFingerprint } from "./fingerprint.ts";

/** Largest known_servers file, in bytes of UTF-8. */
export const MAX_PINS_BYTES = 1024 * 1024;
/** Most lines a known_servers file may have. */
export const MAX_PIN_LINES = 10_000;

/** One server key that is known. */
export interface Pin {
  readonly address: Address;
  readonly fingerprint: Fingerprint;
  /** May be empty; may hold anything but line breaks. */
  readonly comment: string;
}

/** How the comment of a pin begins that came from the server itself. */
const ANNOUNCED = /^announced by (SHA256:[A-Za-z0-9+/]{43})(?: |$)/;

/** A line of the file; one without a pin is blank or a comment. */
interface Line {
  readonly text: string;
  readonly pin?: Pin;
}

/**
 * The keys of known servers: a text of lines `HOST:PORT FINGERPRINT [comment]`,
 * with blank lines and `#` comments. A value: changes make a new one, and keep
 * every line they do not concern as it was written.
 */
export class Pins {
  readonly #lines: readonly Line[];

  private constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /**
   * Reads the text of a file; an empty text knows no server.
   *
   * @throws {ChatError} `CHAT_PINS_DAMAGED`, naming the line.
   */
  static parse(text: string): Pins {
    checkSize(text);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    checkCount(lines);
    return new Pins(lines.map(parseLine));
  }

  /** The text of the file: inverse of {@linkcode Pins.parse}. */
  format(): string {
    return this.#lines.map((line) => `${line.text}\n`).join("");
  }

  /** Every pin, in the order of the file. */
  list(): readonly Pin[] {
    return this.#lines.flatMap((line) => line.pin ?? []);
  }

  /** Keys the server may show; empty when it is unknown. */
  lookup(address: Address): readonly Fingerprint[] {
    return this.list().filter((pin) => isAt(pin, address))
      .map((pin) => pin.fingerprint);
  }

  /**
   * With `pin` at the end; the same value when that key is known already. A
   * server may have several keys, so that it can change from one to the next.
   *
   * @throws {ChatError} `CHAT_PINS_DAMAGED` when the file would be too long.
   */
  add(pin: Pin): Pins {
    if (this.lookup(pin.address).includes(pin.fingerprint)) return this;
    const comment = pin.comment.replaceAll(/\s+/g, " ").trim();
    const text = [formatAddress(pin.address), pin.fingerprint, comment]
      .join(" ").trimEnd();
    const line = { text, pin: { ...pin, comment } };
    const pins = new Pins([...this.#lines, line]);
    checkCount(pins.#lines);
    checkSize(pins.format());
    return pins;
  }

  /** The key that another key of a server has announced to follow it. */
  heirOf(address: Address, by: Fingerprint): Fingerprint | undefined {
    return this.list().find((pin) =>
      isAt(pin, address) && announcerOf(pin) === by
    )?.fingerprint;
  }

  /**
   * Those of the keys of a server that are `named`, or that one of those has
   * announced, even if that one itself is known no more.
   */
  agreeing(
    address: Address,
    named: readonly Fingerprint[],
  ): readonly Fingerprint[] {
    const agrees = (pin: Pin): boolean => {
      const by = announcerOf(pin);
      return named.includes(pin.fingerprint) ||
        (by !== undefined && named.includes(by));
    };
    return this.list().filter((pin) => isAt(pin, address) && agrees(pin))
      .map((pin) => pin.fingerprint);
  }

  /**
   * With the key that another one of the server has announced, and says so in its
   * comment; the same value when it is known already.
   *
   * @throws {ChatError} `CHAT_PINS_DAMAGED` when the file would be too long.
   */
  announce(
    address: Address,
    { by, next }: { readonly by: Fingerprint; readonly next: Fingerprint },
  ): Pins {
    const old = this.list().find((pin) =>
      isAt(pin, address) && pin.fingerprint === by
    );
    const note = old?.comment.replace(ANNOUNCED, "") ?? "";
    const comment = `announced by ${by} ${note}`;
    return this.add({ address, fingerprint: next, comment });
  }

  /**
   * Notes that a server has proved a key: it is known, and the one that announced
   * it no more, as whoever has that now may have stolen it.
   *
   * @throws {ChatError} `CHAT_PINS_DAMAGED` when the file would be too long.
   */
  settle(address: Address, fingerprint: Fingerprint): Pins {
    const pins = this.add({ address, fingerprint, comment: "" });
    const proven = pins.list().find((pin) =>
      isAt(pin, address) && pin.fingerprint === fingerprint
    );
    const by = proven === undefined ? undefined : announcerOf(proven);
    return by === undefined ? pins : pins.remove(address, by);
  }

  /**
   * Without the pins of a server, or without the one named; the same value
   * when there was none.
   */
  remove(address: Address, fingerprint?: Fingerprint): Pins {
    const kept = this.#lines.filter(({ pin }) =>
      pin === undefined || !isAt(pin, address) ||
      (fingerprint !== undefined && pin.fingerprint !== fingerprint)
    );
    return kept.length === this.#lines.length ? this : new Pins(kept);
  }
}

/** The key that has announced this one; `undefined` when a person has chosen it. */
export function announcerOf(
  { comment, fingerprint }: Pin,
): Fingerprint | undefined {
  const [, by] = ANNOUNCED.exec(comment) ?? [];
  // A key that announced itself would be removed by its own proof.
  return by === fingerprint ? undefined : by as Fingerprint | undefined;
}

function parseLine(text: string, index: number): Line {
  const content = text.trim();
  if (content === "" || content.startsWith("#")) return { text };
  const [address = "", fingerprint = ""] = content.split(/[ \t]+/, 2);
  const comment = content.slice(address.length).trim()
    .slice(fingerprint.length).trim();
  try {
    // A port by default would change its meaning if the default ever did.
    if (!/:[0-9]+$/.test(address)) throw damaged("a port is missing");
    const pin = {
      address: parseAddress(address),
      fingerprint: parseFingerprint(fingerprint),
      comment,
    };
    return { text, pin };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw damaged(`line ${index + 1} is not HOST:PORT FINGERPRINT`, error);
  }
}

function isAt({ address }: Pin, { host, port }: Address): boolean {
  return address.host === host && address.port === port;
}

function checkSize(text: string): void {
  if (utf8(text).length > MAX_PINS_BYTES) {
    throw damaged(`it is larger than ${MAX_PINS_BYTES} bytes`);
  }
}

function checkCount(lines: readonly unknown[]): void {
  if (lines.length > MAX_PIN_LINES) {
    throw damaged(`it has more than ${MAX_PIN_LINES} lines`);
  }
}

function damaged(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_PINS_DAMAGED",
    `Cannot read known servers: ${found}`,
    { cause },
  );
}
