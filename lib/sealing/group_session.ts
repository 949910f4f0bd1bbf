import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";
import type { SealedEvent, SealedMember } from "../sealed/event.ts";
import { KeptRoom } from "../sealed/kept_room.ts";
import type { RoomHead } from "../sealed/propose.ts";
import { SealedRoom } from "../sealed/sealed_room.ts";
import { StateBox } from "../sealed/state_box.ts";
import { MarkingKeeper, markOf, unmarked } from "./marking_keeper.ts";
import type { KnownGroup, OwnMessage, SealedStore } from "./sealed_store.ts";

/** An entry of the log that is for the group. */
export type GroupEntry =
  | { readonly kind: "sealed"; readonly seq: number; readonly body: Bytes }
  | {
    readonly kind: "committed";
    readonly seq: number;
    readonly turn: number;
    readonly body: Bytes;
  };

/** What a session lives by. */
export interface SessionOptions {
  readonly identity: Identity;
  readonly store: SealedStore;
}

/** A session as a start finds it. */
export interface FoundSession {
  readonly session: GroupSession;
  /** Whether an older copy of its state was put back. */
  readonly isPutBack: boolean;
}

/**
 * This device's side of one group, kept in the store: which entries of the log its
 * state has taken in, and what of ours was sealed and not read back.
 */
export class GroupSession {
  readonly group: Bytes;
  readonly #keeper: MarkingKeeper;
  readonly #store: SealedStore;
  #room: SealedRoom;
  #people: readonly SealedMember[] = [];
  /** Numbers whose messages were noted, but whose keys are maybe not used up. */
  readonly #voided = new Set<number>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    group: Bytes,
    room: SealedRoom,
    parts: { readonly keeper: MarkingKeeper; readonly store: SealedStore },
  ) {
    this.group = group;
    this.#room = room;
    this.#keeper = parts.keeper;
    this.#store = parts.store;
  }

  /**
   * Goes on from what was kept of a group; `undefined` when nothing was.
   *
   * @throws {ChatError} `CHAT_SEAL_DAMAGED`, and what reading it throws.
   */
  static async restore(
    { group, thread }: KnownGroup,
    { identity, store }: SessionOptions,
  ): Promise<FoundSession | undefined> {
    const box = await StateBox.of(identity, group);
    const { keeper: kept, found } = await KeptRoom.open(
      box,
      store.stateOf(group),
    );
    if (found === undefined) return undefined;
    const { whole, changes, putBack: isPutBack } = found;
    const keeper = new MarkingKeeper(kept);
    // A line is kept before the state, so a mark beyond is of another log.
    const mark = markOf([whole, ...changes].at(-1) as Bytes);
    keeper.begin(Math.min(mark, store.lastEntry(thread)));
    const state = { whole: unmarked(whole), changes: changes.map(unmarked) };
    const room = await SealedRoom.restore(state, {
      ...{ identity, keeper, isPutBack },
    });
    const session = new GroupSession(group, room, { keeper, store });
    await session.#dropUnsent();
    await session.#look();
    return { session, isPutBack };
  }

  /** Founds a group, of us alone. */
  static async create(
    known: KnownGroup,
    name: string,
    options: SessionOptions,
  ): Promise<GroupSession> {
    return await GroupSession.#begin(
      known,
      options,
      (entry) => SealedRoom.create({ ...entry, name }),
    );
  }

  /** Asks to join a group: its `proposal` is to be sent. */
  static async join(
    known: KnownGroup,
    { name, head }: { readonly name: string; readonly head: RoomHead },
    options: SessionOptions,
  ): Promise<GroupSession> {
    return await GroupSession.#begin(
      known,
      options,
      (entry) => SealedRoom.join(head, { ...entry, name }),
    );
  }

  static async #begin(
    { group, secret }: KnownGroup,
    { identity, store }: SessionOptions,
    enter: (
      entry: { secret: Bytes; identity: Identity; keeper: MarkingKeeper },
    ) => Promise<SealedRoom>,
  ): Promise<GroupSession> {
    const box = await StateBox.of(identity, group);
    const { keeper: kept } = await KeptRoom.open(box, store.stateOf(group));
    const keeper = new MarkingKeeper(kept);
    const room = await enter({ secret, identity, keeper });
    const session = new GroupSession(group, room, { keeper, store });
    await session.#look();
    return session;
  }

  /** What can be asked of the group; change it through the session only. */
  get room(): Pick<
    SealedRoom,
    | "standing"
    | "isStale"
    | "isInStep"
    | "turn"
    | "epoch"
    | "proposal"
    | "epochFingerprint"
    | "name"
    | "secret"
    | "head"
    | "leaving"
    | "settle"
    | "useOf"
  > {
    return this.#room;
  }

  /** Who is in the group, by place; empty while we are not. */
  get people(): readonly SealedMember[] {
    return this.#people;
  }

  /** The newest entry of the log whose effects are in the kept state. */
  get mark(): number {
    return this.#keeper.mark;
  }

  /** Changes nothing any more: another one goes on from what was kept. */
  end(): void {
    this.#keeper.end();
  }

  /**
   * Reads an entry.
   *
   * @param keep Called with what is to be kept before what opened it is gone.
   */
  async read(
    entry: GroupEntry,
    keep: (events: readonly SealedEvent[]) => void,
  ): Promise<readonly SealedEvent[]> {
    return await this.#inOrder(async () => {
      const events = await this.#keeper.at(
        entry.seq,
        keep,
        () =>
          entry.kind === "sealed"
            ? this.#room.receiveMessage(entry.body)
            : this.#room.receiveCommit({ turn: entry.turn, bytes: entry.body }),
      );
      if (entry.kind === "committed") await this.#look();
      return events;
    });
  }

  /**
   * Seals a message of ours and notes it with the store, before it may be sent.
   *
   * @param options `check` throws when somebody of {@linkcode GroupSession.people},
   * who could open it, should not.
   * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP`, and what keeping it throws.
   */
  async seal(
    number: number,
    content: Bytes,
    { check }: { readonly check: () => void },
  ): Promise<Bytes> {
    return await this.#inOrder(async () => {
      check();
      const seal = (): Promise<Bytes> => this.#room.seal(content);
      return await this.#noted({ number, content }, seal);
    });
  }

  /**
   * Whether a message is noted that must not be sent: sealing it went wrong, and
   * its key would be used again. Sealed again, it takes its place.
   */
  isVoid(number: number): boolean {
    return this.#voided.has(number);
  }

  /** Seals the notice that we go, as a message of ours that says nothing. */
  async sealLeaving(number: number): Promise<Bytes> {
    const content = new Uint8Array(0);
    const seal = (): Promise<Bytes> => this.#room.sealLeaving();
    return await this.#inOrder(() => this.#noted({ number, content }, seal));
  }

  async rekey(): Promise<void> {
    await this.#inOrder(() => this.#room.propose({ kind: "rekey" }));
  }

  async remove(members: readonly Bytes[]): Promise<void> {
    await this.#inOrder(() => this.#room.propose({ kind: "remove", members }));
  }

  async rejoin(head: RoomHead): Promise<void> {
    await this.#inOrder(() => this.#room.rejoin(head));
  }

  /** Whom a public key, 32 bytes, belongs to, if it is in the group. */
  has(publicKey: Bytes): boolean {
    return this.#people.some((one) => equalBytes(one.publicKey, publicKey));
  }

  async #noted(
    { number, content }: Pick<OwnMessage, "number" | "content">,
    seal: () => Promise<Bytes>,
  ): Promise<Bytes> {
    const { group } = this;
    this.#voided.add(number);
    const envelope = await this.#keeper.sealing(
      (envelope) => this.#store.keepOwn({ number, group, envelope, content }),
      seal,
    );
    this.#voided.delete(number);
    return envelope;
  }

  async #look(): Promise<void> {
    this.#people = await this.#room.members();
  }

  /** What was noted, but whose key was not used up, was never sent. */
  async #dropUnsent(): Promise<void> {
    for (const envelope of this.#store.envelopes(this.group)) {
      if (!await this.#room.hasSealed(envelope)) this.#store.dropAs(envelope);
    }
  }

  #inOrder<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined); // told to who asked
    return result;
  }
}

/** Whether an error says that what was kept of a group is of no use. */
export function isDamage(error: unknown): boolean {
  return error instanceof ChatError && error.code === "CHAT_SEAL_DAMAGED";
}
