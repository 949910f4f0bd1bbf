import { RawMember } from "../raw_member.ts";
import type { WatchedServer } from "../watched_server.ts";

/** Pause between two probes, in milliseconds. */
const PAUSE_MS = 5;

/** How long people waited for what others said, while something went on. */
export interface Latencies {
  readonly phase: string;
  /** In milliseconds, in the order in which they were said. */
  readonly ms: readonly number[];
}

/** Two people who talk, and take the time that a line needs to the other. */
export class Probe implements Disposable {
  readonly phases: Latencies[] = [];
  readonly #speaker: RawMember;
  readonly #listener: RawMember;
  #said = 0;
  #heard = 0;

  private constructor(speaker: RawMember, listener: RawMember) {
    this.#speaker = speaker;
    this.#listener = listener;
  }

  /** Both enter. */
  static async enter(server: WatchedServer): Promise<Probe> {
    return new Probe(
      await RawMember.enter(server, "Hana"),
      await RawMember.enter(server, "Hugo"),
    );
  }

  /** Lines said by one of them, and those that the other heard in their order. */
  get count(): { readonly said: number; readonly heard: number } {
    return { said: this.#said, heard: this.#heard };
  }

  /** Measures for as long as `work` takes, ten times at least. */
  async during<T>(phase: string, work: () => Promise<T>): Promise<T> {
    let over = false;
    const working = work().finally(() => over = true);
    working.catch(() => {}); // awaited below
    const ms: number[] = [];
    while (!over || ms.length < 10) {
      ms.push(await this.#once());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.phases.push({ phase, ms });
    return await working;
  }

  async #once(): Promise<number> {
    const text = `probe ${++this.#said}`;
    const began = performance.now();
    this.#speaker.say(text);
    for (;;) {
      const message = await this.#listener.next();
      if (message.kind !== "said" || !message.text.startsWith("probe ")) {
        continue;
      }
      if (message.text !== text) throw new Error(`Cannot find ${text}`);
      this.#heard += 1;
      return performance.now() - began;
    }
  }

  [Symbol.dispose](): void {
    this.#speaker[Symbol.dispose]();
    this.#listener[Symbol.dispose]();
  }
}
