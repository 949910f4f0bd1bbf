import type { Fingerprint } from "../../identity/fingerprint.ts";
import { RawMember } from "../raw_member.ts";
import type { Heard } from "./laws.ts";

/** Somebody in the room whom nobody attacks, and who hears what is stored. */
export class Witness implements Disposable {
  readonly #member: RawMember;
  #heard: Heard[] = [];
  #fences = 0;

  private constructor(member: RawMember) {
    this.#member = member;
  }

  /** Enters the room of a server directly. */
  static async enter(
    server: { readonly port: number; readonly fingerprint: Fingerprint },
  ): Promise<Witness> {
    return new Witness(await RawMember.enter(server, "witness"));
  }

  /** What was said since the last call, once the server has dealt with it. */
  async room(): Promise<readonly Heard[]> {
    const fence = `fence ${++this.#fences}`;
    this.#member.say(fence);
    for (;;) {
      const message = await this.#member.next();
      if (message.kind !== "said") continue;
      if (message.text === fence) break; // all that came before is stored
      this.#heard.push(message);
    }
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  [Symbol.dispose](): void {
    this.#member[Symbol.dispose]();
  }
}
