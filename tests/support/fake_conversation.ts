import { ChatError } from "../../lib/errors.ts";
import type { Member } from "../../lib/protocol/entry.ts";
import { Queue } from "../../lib/queue.ts";
import type {
  Conversation,
  ConversationEvent,
  MemberIdentity,
} from "../../lib/room/conversation.ts";
import { member, NOON } from "./people.ts";

/** A conversation that a test drives; what is said in it is echoed to all. */
export class FakeConversation implements Conversation {
  readonly self: Member = member("alice", "x7Kp");
  serverName = "garden";
  readonly events: Queue<ConversationEvent> = new Queue(1);
  members: readonly Member[] = [this.self, member("bob", "Qm2d")];
  /** What was asked of it, in order: `say hello`, `whois bob`. */
  readonly asked: string[] = [];
  /** Whether nothing is answered until `answer()`. */
  silent = false;
  kick?: (name: string) => Promise<void>;
  closed = 0;
  #refusals: Error[] = [];
  #answers: (() => void)[] = [];
  #seq = 0;

  /** Refuses the next request. */
  refuse(
    error: Error = new ChatError("CHAT_RATE_LIMITED", "Cannot say that"),
  ): void {
    this.#refusals.push(error);
  }

  /** Answers the oldest request that waits. */
  answer(): void {
    this.#answers.shift()?.();
  }

  notice(text: string): void {
    this.events.push({ kind: "notice", text });
  }

  /** Lets `author` say something. */
  hear(author: Member, text: string): void {
    this.#seq += 1;
    const { name, fingerprint } = author;
    const position = { room: 0, seq: this.#seq, at: NOON };
    this.events.push({ ...position, name, fingerprint, kind: "said", text });
  }

  async say(text: string): Promise<void> {
    await this.#request(`say ${text}`);
    this.hear(this.self, text);
  }

  async act(text: string): Promise<void> {
    await this.#request(`act ${text}`);
  }

  async who(): Promise<readonly Member[]> {
    await this.#request("who");
    return this.members;
  }

  async whois(name: string): Promise<MemberIdentity> {
    await this.#request(`whois ${name}`);
    const found = this.members.find((member) => member.name === name);
    if (found === undefined) {
      const what = `Cannot find "${name}": nobody here has that name`;
      throw new ChatError("CHAT_NO_SUCH_MEMBER", what);
    }
    return { ...found, publicKey: new Uint8Array(32) };
  }

  /** Gives the conversation the operator's power. */
  makeOperator(): void {
    this.kick = (name) => this.#request(`kick ${name}`);
  }

  close(): Promise<void> {
    this.closed += 1;
    this.events.end();
    return Promise.resolve();
  }

  async #request(what: string): Promise<void> {
    this.asked.push(what);
    if (this.silent) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#answers.push(resolve);
      await promise;
    }
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) throw refusal;
  }
}
