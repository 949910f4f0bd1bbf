import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { fingerprintBytes } from "../identity/fingerprint.ts";
import type { SealedMessage } from "../member/sealing.ts";
import type { JoinedRoomInfo, Outgoing } from "../room/conversation.ts";
import type { SealedPerson, SealedStatus } from "../room/sealed_rooms.ts";
import type { SealedMember } from "../sealed/event.ts";
import { type Content, encodeContent } from "./content.ts";
import { GroupSession, isDamage } from "./group_session.ts";
import { unreadable } from "./lines.ts";
import { RoomCell } from "./room_cell.ts";
import { RoomChanger } from "./room_changer.ts";
import { RoomReader } from "./room_reader.ts";
import type { KnownGroup } from "./sealed_store.ts";
import { checkReaders, isReady, statusOf } from "./standing.ts";
import type { Surroundings } from "./surroundings.ts";

/** How old our keys in a room may become, in milliseconds: a day. */
export const REKEY_MS = 24 * 3_600_000;

/** One sealed or direct room of a conversation, as this device takes part in it. */
export class RoomActor {
  readonly cell: RoomCell;
  readonly reader: RoomReader;
  readonly changer: RoomChanger;
  #wasReady = false;
  #told = "";
  /** Spreads when members give the room fresh keys. */
  readonly #jitter: number;

  /**
   * @param options `begun` is a group that was just founded; `after` resolves when
   * nobody else uses what is kept of the room.
   */
  constructor(
    info: JoinedRoomInfo,
    around: Surroundings,
    { begun, after }: {
      readonly begun?:
        | { readonly known: KnownGroup; readonly session?: GroupSession }
        | undefined;
      readonly after: Promise<void>;
    },
  ) {
    this.cell = new RoomCell(info, around);
    this.reader = new RoomReader(this.cell, {
      read: (events): void => this.changer.read(events),
      updated: (): void => this.#updated(),
    });
    this.changer = new RoomChanger(this.cell, this.reader, {
      updated: (): void => this.#updated(),
    });
    this.#jitter = around.host.random();
    if (begun?.session !== undefined) {
      this.cell.held = { known: begun.known, session: begun.session };
      this.cell.isCaughtUp = true;
    } else {
      this.reader.after(async () => {
        await after;
        await this.#restore();
      });
    }
  }

  get status(): SealedStatus {
    return statusOf(this.cell);
  }

  get isReady(): boolean {
    return isReady(this.cell);
  }

  /** Something about the room is announced, such as another group. */
  announce(info: JoinedRoomInfo): void {
    const { group } = this.cell.info;
    if (!this.cell.isDirect && !isSame(group, info.group)) {
      this.cell.keyless =
        "The server shows another room in the place of this one";
      return this.#updated();
    }
    this.cell.info = info;
    if (!isSame(group, info.group)) this.changer.hurry();
  }

  /** Where it begins over this connection. */
  begin(after: number): void {
    this.reader.begin(after);
  }

  /** The connection is over. */
  detach(): void {
    this.cell.isFollowed = this.cell.isCaughtUp = false;
    this.changer.detach();
  }

  /** It is another room from now on; resolves when nothing of this one goes on. */
  async end(): Promise<void> {
    this.cell.isOver = true;
    this.cell.session?.end();
    this.cell.next?.session?.end();
    this.detach();
    await this.reader.idle();
  }

  describe(info: JoinedRoomInfo): JoinedRoomInfo {
    const known = this.cell.held?.known ?? this.#remembered(info);
    if (known === undefined) return info;
    const { topic } = known;
    return this.cell.isDirect
      ? { ...info, topic }
      : { ...info, topic, name: known.name };
  }

  /** What is kept of it, before its keys are: a room has its name from the start. */
  #remembered({ group }: JoinedRoomInfo): KnownGroup | undefined {
    if (group === null || this.cell.isOver) return undefined;
    return this.cell.around.store.groups()
      .find((known) => equalBytes(known.group, group));
  }

  get people(): readonly SealedPerson[] {
    const people = this.cell.session?.people ?? [];
    return people.map(({ name, fingerprint, publicKey }) => ({
      name,
      fingerprint: fingerprintBytes(fingerprint),
      publicKey: publicKey.slice(),
    }));
  }

  /** See `Sealing.seal`. */
  async seal({ number, kind, text }: Outgoing): Promise<SealedMessage> {
    const { store } = this.cell.around;
    const own = store.ownOf(number);
    const isVoid = this.cell.session?.isVoid(number) ?? false;
    if (own !== undefined && this.cell.isOf(own.group) && !isVoid) {
      return { group: own.group, body: own.envelope };
    }
    if (own !== undefined) store.dropOwn(number);
    if (this.#begins()) {
      checkReaders(this.cell);
      this.changer.found();
    }
    return await this.sealContent(number, { kind, text });
  }

  /** Seals something for whoever is in the group now. */
  async sealContent(number: number, content: Content): Promise<SealedMessage> {
    const { session } = this.cell;
    if (session === undefined || !this.isReady) throw this.#outOfStep();
    const encoded = encodeContent(content);
    const check = (): void => checkReaders(this.cell);
    try {
      const body = await session.seal(number, encoded, { check });
      return { group: session.group, body };
    } catch (error) {
      this.#wasReady = false; // it is told when it can be sealed after all
      throw error;
    }
  }

  /** The notice that we go, unless there is nobody to tell. */
  async sealLeaving(): Promise<SealedMessage> {
    const { session } = this.cell;
    if (session === undefined || !this.isReady) throw this.#outOfStep();
    return { group: session.group, body: await session.sealLeaving() };
  }

  /**
   * Who is meant by a name or fingerprint.
   *
   * @throws {ChatError} `CHAT_NO_SUCH_MEMBER`, also when several are.
   */
  memberOf(subject: string): SealedMember {
    const people = this.cell.session?.people ?? [];
    const [one, other] = people.filter(({ name, fingerprint }) =>
      fingerprint === subject || name === subject
    );
    if (one !== undefined && other === undefined) return one;
    throw new ChatError(
      "CHAT_NO_SUCH_MEMBER",
      other === undefined
        ? "Cannot find member: nobody in this room is called so"
        : "Cannot find member: several are called so, give the fingerprint",
    );
  }

  async resync(): Promise<void> {
    const { cell } = this;
    if (!cell.isDirect && cell.held === undefined) throw noKeys();
    if (cell.isDirect && (cell.held === undefined || cell.ghosts.length > 0)) {
      return this.changer.found();
    }
    await this.changer.resync();
  }

  /** Gives the room fresh keys if those of ours are too old. */
  rekeyIfDue(now: number): void {
    const { held, isCaughtUp } = this.cell;
    if (!held?.session?.room.isInStep || !isCaughtUp) return;
    const age = now - held.known.rekeyedAt;
    if (age < REKEY_MS * (1 + this.#jitter / 10)) return;
    this.changer.wants.rekey = true;
    this.changer.wake();
  }

  /** Forgets the room. */
  forget(options: { readonly lines: boolean }): void {
    const { cell } = this;
    for (const held of [cell.held, cell.next]) {
      if (held === undefined) continue;
      cell.around.store.forgetGroup(held.known.group, options);
    }
    cell.held = cell.next = undefined;
    this.changer.detach();
  }

  /** Whether saying something would begin the room. */
  #begins(): boolean {
    const { phase } = this.status;
    return this.cell.isDirect && (phase === "unborn" || phase === "keyless");
  }

  #outOfStep(): ChatError {
    const { phase, why } = this.status;
    return new ChatError(
      "CHAT_SEAL_OUT_OF_STEP",
      `Cannot seal message: ${why || phase.replace("_", " ")}`,
    );
  }

  /** Finds what was kept of the room. */
  async #restore(): Promise<void> {
    const { cell } = this;
    const { store } = cell.around;
    const { info } = cell;
    const kept = store.groups().filter(({ group, peer }) =>
      cell.isDirect
        ? peer !== null && isSame(peer, info.peer)
        : peer === null && isSame(group, info.group)
    );
    // Of two, one was founded by us, and the log has not said which it is now.
    const isNow = ({ group }: KnownGroup): boolean => isSame(group, info.group);
    const [next] = kept.length > 1 ? kept.filter(isNow) : [];
    const [known, ...others] = kept.filter((one) => one !== next);
    const isVain = cell.isDirect && info.group === null;
    for (const { group } of isVain ? kept : others) {
      store.forgetGroup(group, { lines: false });
    }
    if (isVain || known === undefined) return;
    cell.held = { known, session: await this.#session(known) };
    cell.group = known.group;
    if (next === undefined) return;
    cell.next = { known: next, session: await this.#session(next) };
    if (cell.next.session === undefined) cell.next = undefined;
  }

  async #session(known: KnownGroup): Promise<GroupSession | undefined> {
    const { around } = this.cell;
    try {
      const found = around.restored(known.group) ??
        await GroupSession.restore(known, around);
      if (found === undefined) return undefined;
      const { session, isPutBack } = found;
      this.reader.doubt(session.mark);
      if (isPutBack) this.reader.tell(unreadable("own_state_old"));
      return session;
    } catch (error) {
      if (!isDamage(error)) throw error;
      around.store.forgetGroup(known.group, { lines: false });
      around.store.keepGroup(known);
      this.reader.tell(unreadable("own_state_damaged"));
      return undefined;
    }
  }

  #updated(): void {
    const { cell } = this;
    const { host } = cell.around;
    this.changer.wants.look();
    const { phase, why, epoch, changed } = this.status;
    const told = `${phase} ${epoch} ${changed.length} ${why}`;
    if (told !== this.#told) host.described(cell.number);
    this.#told = told;
    const isReady = this.isReady;
    if (isReady && !this.#wasReady) host.sealable(cell.number);
    this.#wasReady = isReady;
    if (cell.isFollowed) this.changer.wake();
  }
}

function isSame(a: Bytes | null, b: Bytes | null): boolean {
  return a === b || (a !== null && b !== null && equalBytes(a, b));
}

function noKeys(): ChatError {
  return new ChatError(
    "CHAT_SEAL_NO_KEYS",
    "Cannot take keys of sealed room: its secret is not known on this device",
  );
}
