import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Beginning, Note } from "../member/rooms.ts";
import type {
  SealedMessage,
  Sealing,
  SealingHost,
  Vault,
} from "../member/sealing.ts";
import { unexpected } from "../member/unexpected.ts";
import type { Wire } from "../member/wire.ts";
import type { Entry, KeptEntry, Member } from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type {
  ConversationEvent,
  EntryPage,
  JoinedRoomInfo,
  Outgoing,
} from "../room/conversation.ts";
import type { SealedPerson, SealedStatus } from "../room/sealed_rooms.ts";
import { Entrances } from "./entrances.ts";
import type { FoundSession } from "./group_session.ts";
import { keepFresh } from "./key_upkeep.ts";
import { OwnKeys } from "./own_keys.ts";
import { Past } from "./past.ts";
import { askMembers } from "./requests.ts";
import { RoomActor } from "./room_actor.ts";
import type { Attachment, Surroundings, Trust } from "./surroundings.ts";
import { Load } from "./tasks.ts";
import type { Identity } from "../identity/identity.ts";
import type { SealedStore } from "./sealed_store.ts";
import { Wishes } from "./wishes.ts";

/** What waits to be read of all rooms together; then nothing more is taken. */
export const MAX_WAITING = 1_024;

/** What a sealing lives by, besides its conversation. */
export interface SealingOptions {
  readonly identity: Identity;
  /** Its owner disposes of it. */
  readonly store: SealedStore;
  readonly vault: Vault;
  /** Whether a person's key was compared; nobody's was when left out. */
  readonly trust?: Trust | undefined;
  /** What we are called in sealed rooms; as on the server when left out. */
  readonly sealedName?: string | undefined;
  /** Groups with messages of ours that were not read back, opened before. */
  readonly restored?: Map<string, FoundSession>;
}

/** All sealed and direct rooms of one conversation. */
export class ConversationSealing implements Sealing {
  readonly vault: Vault;
  readonly #host: SealingHost;
  readonly #store: SealedStore;
  readonly #keys: OwnKeys;
  readonly #around: Surroundings;
  readonly #entrances: Entrances;
  readonly #actors = new Map<number, RoomActor>();
  readonly #over = new AbortController();
  /** Resolves when rooms that are over use nothing that is kept any more. */
  #ended: Promise<void> = Promise.resolve();
  #attachment: (Attachment & { readonly end: AbortController }) | null = null;

  constructor(host: SealingHost, options: SealingOptions) {
    const { identity, store, vault, trust, sealedName, restored } = options;
    this.vault = vault;
    this.#host = host;
    this.#store = store;
    this.#keys = new OwnKeys({ identity, store, clock: host.clock });
    this.#around = {
      ...{ host, identity, store, keys: this.#keys },
      trust: trust ?? ((): "unverified" => "unverified"),
      load: new Load(MAX_WAITING),
      restored: (group): FoundSession | undefined => {
        const hex = group.toHex();
        const found = restored?.get(hex);
        restored?.delete(hex);
        return found;
      },
      name: (): string => sealedName ?? host.self.name,
      attachment: (): Attachment | null => this.#attachment,
      signal: this.#over.signal,
    };
    this.#entrances = new Entrances(this.#around);
  }

  attach(wire: Wire): void {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.#over.signal]);
    this.#attachment = { wire, signal, end };
    this.#keys.forgetPublished(); // another device of ours may have replaced it
    void keepFresh(this.#around, this.#attachment, (now) => {
      for (const actor of this.#actors.values()) actor.look(now);
    });
  }

  detach(): void {
    this.#attachment?.end.abort();
    this.#attachment = null;
    for (const actor of this.#actors.values()) actor.detach();
  }

  changeLog(): void {
    this.#store.startLog();
    this.#keys.forgetPublished();
    for (const actor of this.#actors.values()) this.#endOf(actor);
    this.#actors.clear();
  }

  announced(message: MessageOfKind<"room">): void {
    const { room, type, name, topic, peer, group } = message;
    if (type === "sealed" && group === null) throw unexpected("room");
    const info = { room, type, name, topic, peer, group };
    const known = this.#actors.get(room);
    if (known !== undefined) return known.announce(info);
    const begun = group === null ? undefined : this.#entrances.take(group);
    this.#endTwins(info);
    const after = this.#ended;
    const options = { begun, after };
    this.#actors.set(room, new RoomActor(info, this.#around, options));
  }

  parted(room: number): void {
    const actor = this.#actors.get(room);
    this.#actors.delete(room);
    if (actor === undefined) return;
    // Else the server says so by itself, and may take us in again, or lie.
    if (actor.isLeft) actor.reader.after(() => actor.forget());
    this.#endOf(actor);
  }

  complete(): void {
    for (const { group, thread, mayGo } of this.#store.groups()) {
      if (!mayGo || this.#isThere(thread)) continue;
      if (this.#entrances.isAsked(group)) continue;
      const lines = mayGo === "left";
      tolerate(() => this.#store.forgetGroup(group, { lines }));
    }
  }

  began(room: number, { after }: Beginning): void {
    this.#actors.get(room)?.begin(after);
  }

  take(entry: KeptEntry, note: Note | undefined): void {
    this.#actors.get(entry.room)?.reader.take(entry, note);
  }

  pass(entry: Entry): void {
    this.#actors.get(entry.room)?.pass(entry);
  }

  interrupt(
    event: Extract<ConversationEvent, { readonly kind: "missed" | "changed" }>,
    note: Note | undefined,
  ): void {
    this.#actors.get(event.room)?.reader.interrupt(event, note);
  }

  async room(): Promise<void> {
    await this.#around.load.room(this.#over.signal);
  }

  describe(info: JoinedRoomInfo): JoinedRoomInfo {
    return this.#actors.get(info.room)?.describe(info) ?? info;
  }

  isReady(room: number): boolean {
    return this.#actors.get(room)?.isReady ?? false;
  }

  async seal(message: Outgoing): Promise<SealedMessage> {
    return await this.#actorOf(message.room).seal(message);
  }

  sealedAs(number: number): SealedMessage | undefined {
    const own = this.#store.ownOf(number);
    const isVoid = [...this.#actors.values()].some(({ cell }) =>
      cell.session?.isVoid(number)
    );
    if (own === undefined || isVoid) return undefined;
    return { group: own.group, body: own.envelope };
  }

  unseal(number: number): void {
    const own = this.#store.ownOf(number);
    if (own === undefined) return;
    this.#store.dropOwn(number);
    for (const { cell, changer } of this.#actors.values()) {
      if (cell.isOf(own.group)) changer.doubt();
    }
  }

  dismiss(number: number): void {
    this.#store.dropOwn(number);
  }

  async create(name: string): Promise<JoinedRoomInfo> {
    return await this.#entrances.create(name, this.#wire);
  }

  async join(name: string, secret: Bytes): Promise<JoinedRoomInfo> {
    await this.#ended; // it may be the room that we have just left
    const info = await this.#entrances.join(name, secret, this.#wire);
    // The server may have announced it before this device had its secret.
    this.#actors.get(info.room)?.restore();
    return info;
  }

  known(name: string): readonly Bytes[] {
    return this.#store.groups().filter((known) =>
      known.peer === null && known.name === name && !known.mayGo &&
      !this.#isThere(known.thread)
    ).map(({ secret }) => secret.slice());
  }

  secret(room: number): Bytes | undefined {
    const cell = this.#actors.get(room)?.cell;
    if (cell === undefined || cell.isDirect) return undefined;
    return cell.known?.secret.slice();
  }

  status(room: number): SealedStatus | undefined {
    return this.#actors.get(room)?.status;
  }

  people(room: number): Promise<readonly SealedPerson[]> {
    return Promise.resolve(this.#actors.get(room)?.people ?? []);
  }

  async remove(room: number, subject: string): Promise<void> {
    await this.#wishesFor(room).remove(subject);
  }

  async rekey(room: number): Promise<void> {
    await this.#wishesFor(room).rekey();
  }

  async resync(room: number): Promise<void> {
    await this.#wishesFor(room).resync();
  }

  async share(room: number, count: number): Promise<number> {
    return await this.#wishesFor(room).share(count);
  }

  async title(text: string, room: number): Promise<void> {
    await this.#wishesFor(room).title(text);
  }

  async leave(room: number): Promise<void> {
    const actor = this.#actors.get(room);
    if (actor === undefined) return;
    tolerate(() => actor.leave());
    await new Wishes(actor, this.#around).sayGoodbye();
  }

  async who(room: number): Promise<readonly Member[]> {
    const { session } = this.#actorOf(room).cell;
    const seen = await askMembers(this.#wire, room);
    if (session?.room.standing !== "member") return seen;
    return this.#actorOf(room).people.map((person) => {
      const { name, fingerprint } = person;
      const hex = fingerprint.toHex();
      const found = seen.find((one) => one.fingerprint.toHex() === hex);
      const unseen = { since: 0, standing: "member", online: false } as const;
      return { ...found ?? unseen, name, fingerprint };
    });
  }

  history(
    room: number,
    options: { readonly before: number | null; readonly limit: number },
  ): Promise<EntryPage> {
    return Promise.resolve(this.#past(this.#actorOf(room)).page(options));
  }

  search(
    room: number,
    { words, before }: {
      readonly words: string;
      readonly before: number | null;
    },
  ): Promise<EntryPage> {
    const past = this.#past(this.#actorOf(room));
    return Promise.resolve(past.search(words, before));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.detach();
    this.#over.abort();
    for (const { reader } of this.#actors.values()) await reader.idle();
  }

  /**
   * Of two rooms with the same keys, only the one that was announced last has them:
   * two sides of one group would use the same keys twice.
   */
  #endTwins({ room, peer, group }: JoinedRoomInfo): void {
    const thread = peer ?? group;
    if (thread === null) return;
    for (const [number, actor] of this.#actors) {
      if (!equalBytes(actor.cell.thread, thread)) continue;
      this.#actors.delete(number);
      this.#endOf(actor);
      const text =
        `The server shows room ${number} once more, as room ${room}: it is used there`;
      this.#host.tell({ kind: "notice", text });
    }
  }

  /** Whether the server has announced the room of a thread. */
  #isThere(thread: Bytes): boolean {
    return this.#actors.values()
      .some(({ cell }) => equalBytes(cell.thread, thread));
  }

  #endOf(actor: RoomActor): void {
    const former = this.#ended;
    this.#ended = actor.end().then(() => former);
  }

  #past({ cell }: RoomActor): Past {
    return new Past(this.#store, cell.thread);
  }

  #actorOf(room: number): RoomActor {
    const actor = this.#actors.get(room);
    if (actor !== undefined) return actor;
    throw new ChatError(
      "CHAT_NO_SUCH_ROOM",
      `Cannot use sealed room: room ${room} is none that you are in`,
    );
  }

  get #wire(): Wire {
    if (this.#attachment !== null) return this.#attachment.wire;
    throw new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot ask the server: there is no connection",
    );
  }

  /** What cannot be while there is no connection is refused. */
  #wishesFor(room: number): Wishes {
    const actor = this.#actorOf(room);
    void this.#wire;
    return new Wishes(actor, this.#around);
  }
}

/** What cannot be forgotten now is another time. */
function tolerate(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
  }
}
