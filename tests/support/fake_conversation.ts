import { equalBytes } from "../../lib/bytes.ts";
import { ChatError } from "../../lib/errors.ts";
import type {
  KeptEntry,
  Member,
  Standing,
  Verb,
} from "../../lib/protocol/entry.ts";
import { Queue } from "../../lib/queue.ts";
import type {
  Conversation,
  ConversationEvent,
  EntryPage,
  JoinedRoomInfo,
  ListedRoom,
  ListedSanction,
  MadeInvitation,
  MemberIdentity,
  Outgoing,
} from "../../lib/room/conversation.ts";
import { FakeSealedRooms } from "./fake_sealed_rooms.ts";
import { member, NOON } from "./people.ts";
import { directRoom, openRoom, sealedRoom } from "./rooms.ts";

/** A conversation that a test drives; what is said in it is echoed to all. */
export class FakeConversation implements Conversation {
  readonly self: Member = member("alice", "x7Kp");
  standing: Standing = "member";
  serverName = "garden";
  readonly rooms = new Map<number, JoinedRoomInfo>([[0, openRoom(0, "lobby")]]);
  readonly sealed: FakeSealedRooms = new FakeSealedRooms({
    request: (what, room) => this.#request(what, room),
    enter: (name, make) => this.enter(make(this.rooms.size, name)),
  });
  outgoing: readonly Outgoing[] = [];
  readonly events: Queue<ConversationEvent> = new Queue(1);
  members: readonly Member[] = [this.self, member("bob", "Qm2d")];
  /** What was asked of it, in order: `say hello`, `whois bob`. */
  readonly asked: string[] = [];
  /** Rooms that were noted as read or typed in: `read 3`, `typing 0`. */
  readonly noted: string[] = [];
  /** What `history` and `search` find, oldest first. */
  kept: readonly KeptEntry[] = [];
  sanctions: readonly ListedSanction[] = [];
  /** Whether nothing is answered until `answer()`. */
  silent = false;
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
  hear(author: Member, text: string, room = 0): void {
    this.#seq += 1;
    const { name, fingerprint } = author;
    const position = { room, seq: this.#seq, at: NOON };
    this.events.push({ ...position, name, fingerprint, kind: "said", text });
  }

  /** Puts us into a room, as the server would. */
  enter(info: JoinedRoomInfo): JoinedRoomInfo {
    this.rooms.set(info.room, info);
    this.events.push({ kind: "room", room: info });
    return info;
  }

  /** Changes what waits, and tells of one message. */
  wait(message: Outgoing): void {
    this.outgoing = [
      ...this.outgoing.filter(({ number }) => number !== message.number),
      ...message.state === "sent" ? [] : [message],
    ];
    this.events.push({ kind: "outgoing", message });
  }

  /** Loses the connection, or restores it when `retryMs` is 0. */
  lose(retryMs: number, text = ""): void {
    const state = retryMs === 0 ? "restored" : "lost";
    this.events.push({ kind: "connection", state, text, retryMs });
  }

  async say(text: string, room = 0): Promise<void> {
    await this.#request(`say ${text}`, room);
    this.hear(this.self, text, room);
  }

  async act(text: string, room = 0): Promise<void> {
    await this.#request(`act ${text}`, room);
  }

  retry(number: number): void {
    this.asked.push(`retry ${number}`);
  }

  discard(number: number): void {
    this.asked.push(`discard ${number}`);
    this.outgoing = this.outgoing.filter((message) => (
      message.number !== number
    ));
  }

  async join(name: string): Promise<JoinedRoomInfo> {
    await this.#request(`join ${name}`);
    const known = [...this.rooms.values()].find((room) => room.name === name);
    return known ?? this.enter(openRoom(this.rooms.size, name));
  }

  async leave(room: number): Promise<void> {
    await this.#request(`leave ${room}`);
    this.rooms.delete(room);
    this.events.push({ kind: "parted", room });
  }

  async listRooms(): Promise<readonly ListedRoom[]> {
    await this.#request("rooms");
    return [...this.rooms.values()].filter(({ type }) => type === "open")
      .map(({ room, name, topic }) => (
        { room, name, topic, present: 2, joined: true }
      ));
  }

  async title(text: string, room = 0): Promise<void> {
    await this.#request(`title ${text}`, room);
  }

  async direct(subject: string): Promise<JoinedRoomInfo> {
    await this.#request(`direct ${subject}`);
    const found = this.#member(subject);
    const known = [...this.rooms.values()].find(({ peer }) => (
      peer !== null && equalBytes(peer, found.fingerprint)
    ));
    return known ?? this.enter(directRoom(this.rooms.size, found));
  }

  async history(
    room: number,
    { before, limit }: { before?: number | null; limit?: number } = {},
  ): Promise<EntryPage> {
    await this.#request(`history ${before ?? "newest"} ${limit}`, room);
    return this.#page(limit ?? 2, before ?? Infinity);
  }

  async search(
    words: string,
    { room, before }: { room: number; before?: number | null },
  ): Promise<EntryPage> {
    await this.#request(`search ${words} ${before ?? "newest"}`, room);
    return this.#page(2, before ?? Infinity);
  }

  read(room: number): void {
    this.noted.push(`read ${room}`);
  }

  typing(room: number): void {
    this.noted.push(`typing ${room}`);
  }

  async who(room = 0): Promise<readonly Member[]> {
    await this.#request("who", room);
    return this.members;
  }

  async whois(name: string): Promise<MemberIdentity> {
    await this.#request(`whois ${name}`);
    const found = this.#member(name);
    return { ...found, publicKey: new Uint8Array(32), address: null };
  }

  async moderate(
    verb: Verb,
    subject: string,
    seconds: number | null = null,
  ): Promise<void> {
    const time = seconds === null ? "" : ` ${seconds}`;
    await this.#request(`${verb} ${subject}${time}`);
  }

  async bans(): Promise<readonly ListedSanction[]> {
    await this.#request("bans");
    return this.sanctions;
  }

  async invite(seconds: number): Promise<MadeInvitation> {
    await this.#request(`invite ${seconds}`);
    return { secret: new Uint8Array(16), until: NOON + seconds * 1_000 };
  }

  close(): Promise<void> {
    this.closed += 1;
    this.events.end();
    return Promise.resolve();
  }

  #page(limit: number, before: number): EntryPage {
    const earlier = this.kept.filter(({ seq }) => seq < before);
    const entries = earlier.slice(-limit);
    const more = earlier.length > entries.length;
    return { entries, before: more ? entries[0]?.seq ?? null : null };
  }

  #member(name: string): Member {
    const found = this.members.find((member) => member.name === name);
    if (found === undefined) {
      const what = `Cannot find "${name}": nobody here has that name`;
      throw new ChatError("CHAT_NO_SUCH_MEMBER", what);
    }
    return found;
  }

  async #request(what: string, room = 0): Promise<void> {
    this.asked.push(room === 0 ? what : `${what} in ${room}`);
    if (this.silent) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#answers.push(resolve);
      await promise;
    }
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) throw refusal;
  }
}

export { directRoom, openRoom, sealedRoom };
