import { ChatError } from "../errors.ts";
import type { Address } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import { type Succession, verifySuccession } from "../identity/succession.ts";
import type { Io } from "./io.ts";
import { trustNext } from "./trust.ts";

/** Heeds what a server says of the key that it will have next. */
export class Announcements {
  readonly #address: Address;
  readonly #pins: Fingerprint[];
  readonly #io: Io;
  #heard: Promise<void> = Promise.resolve();
  /** Where remarks go; at first, to standard error. */
  say: (line: string) => void;

  /** @param pins Keys that the server may show: the next one is added. */
  constructor(address: Address, pins: Fingerprint[], io: Io) {
    this.#address = address;
    this.#pins = pins;
    this.#io = io;
    this.say = (line): void => io.err(line);
  }

  /** Trusts the next key, if the server's own and that one have signed it. */
  hear(succession: Succession, server: PublicIdentity): void {
    const { publicKey, fingerprint } = server;
    this.#heard = this.#heard.then(async () => {
      const next = await verifySuccession(publicKey, succession);
      if (next === undefined) {
        this.say("The server announced a next key that is not well signed.");
        return;
      }
      await this.#trust(fingerprint, next.fingerprint);
    });
  }

  /** Resolves when everything that was heard is written down. */
  async settled(): Promise<void> {
    await this.#heard;
  }

  async #trust(server: Fingerprint, next: Fingerprint): Promise<void> {
    try {
      const announced = { server, next };
      const { trusted, told } = await trustNext(
        this.#address,
        announced,
        this.#io,
      );
      if (trusted && !this.#pins.includes(next)) this.#pins.push(next);
      if (told !== undefined) this.say(told);
    } catch (error) {
      if (this.#io.signal.aborted) return;
      if (!(error instanceof ChatError)) throw error;
      this.say(`The server's next key ${next} is not trusted:`);
      this.say(error.message);
    }
  }
}
