import { ChatError } from "../errors.ts";
import { fingerprintBytes } from "../identity/fingerprint.ts";
import type { SealedMessage } from "../member/sealing.ts";
import type { Entry } from "../protocol/entry.ts";
import type { JoinedRoomInfo, Outgoing } from "../room/conversation.ts";
import type { SealedPerson, SealedStatus } from "../room/sealed_rooms.ts";
import type { SealedMember } from "../sealed/event.ts";
import { type Content, encodeContent } from "./content.ts";
import type { GroupSession } from "./group_session.ts";
import { HelloWatch } from "./hello_watch.ts";
import { followPeer } from "./peer_change.ts";
import { RoomCell } from "./room_cell.ts";
import { RoomChanger } from "./room_changer.ts";
import { RoomReader } from "./room_reader.ts";
import { isSame, restoreRoom } from "./restore_room.ts";
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
  /** Whether our user has left it, as far as the server does not say otherwise. */
  isLeft = false;
  #wasReady = false;
  #told = "";
  readonly #hello: HelloWatch;
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
      read: (events): void => {
        this.changer.read(events);
        this.#hello.read();
      },
      updated: (): void => this.#updated(),
    });
    this.changer = new RoomChanger(this.cell, this.reader, {
      updated: (): void => this.#updated(),
    });
    this.#hello = new HelloWatch(this.cell, () => this.changer.found());
    this.#jitter = around.host.random();
    if (begun?.session !== undefined) {
      this.cell.held = { known: begun.known, session: begun.session };
      this.cell.isCaughtUp = this.cell.isFound = true;
    } else this.reader.after(() => after);
    this.restore();
    if (this.cell.isOutdated) this.reader.tellReplaced();
  }

  get status(): SealedStatus {
    return statusOf(this.cell);
  }

  get isReady(): boolean {
    return isReady(this.cell);
  }

  /** What is kept of it is taken up, unless it is already. */
  restore(): void {
    if (this.cell.held === undefined) this.cell.isFound = false;
    this.reader.after(() => restoreRoom(this.cell, this.reader));
    this.reader.after(() => {
      this.#stay();
      this.#updated();
    });
  }

  /** Something about the room is announced, such as another group. */
  announce(info: JoinedRoomInfo): void {
    const { group, peer } = this.cell.info;
    if (!this.cell.isDirect && !isSame(group, info.group)) {
      this.cell.keyless =
        "The server shows another room in the place of this one";
      return this.#updated();
    }
    if (peer !== null && info.peer !== null && !isSame(peer, info.peer)) {
      followPeer(this.cell, { from: peer, to: info.peer });
    }
    this.cell.info = info;
    this.isLeft = false;
    this.reader.after(() => this.#stay());
    if (isSame(group, info.group)) return;
    if (this.cell.isOutdated) this.reader.tellReplaced();
    this.changer.hurry();
  }

  /** Where it begins over this connection. */
  begin(after: number): void {
    this.reader.begin(after);
    this.reader.after(() => this.#hello.soon());
  }

  /** What came in passing. */
  pass(entry: Entry): void {
    this.reader.pass(entry);
    if (entry.kind === "joined") {
      this.changer.refresher.greet(entry.fingerprint);
    }
    if (!this.cell.isSelf(entry)) this.#hello.soon();
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
    const { known } = this.cell;
    if (known === undefined) return info;
    const { topic } = known;
    return this.cell.isDirect
      ? { ...info, topic }
      : { ...info, topic, name: known.name };
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
    const session = this.#requireSession();
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

  /** The notice that we go. */
  async sealLeaving(number: number): Promise<SealedMessage> {
    const session = this.#requireSession();
    return { group: session.group, body: await session.sealLeaving(number) };
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
    const isLost = cell.held === undefined || cell.isOutdated ||
      cell.isOutlived;
    if (cell.isDirect && (isLost || cell.ghosts.length > 0)) {
      return this.changer.found();
    }
    await this.changer.resync();
  }

  /** Time has passed: looks whether keys are to be changed. */
  look(now: number): void {
    this.#hello.soon();
    this.#rekeyIfDue(now);
  }

  /** Our user leaves: it is forgotten, unless the server announces it again. */
  leave(): void {
    const { kept, around: { store } } = this.cell;
    this.isLeft = true;
    for (const known of kept) store.keepGroup({ ...known, mayGo: "left" });
    const { held } = this.cell;
    if (held !== undefined) held.known = { ...held.known, mayGo: "left" };
  }

  /** Forgets the room, and what was said there. */
  forget(): void {
    const { cell } = this;
    const { store } = cell.around;
    const groups = cell.kept.map(({ group }) => group);
    for (const group of [...groups, cell.thread]) {
      store.forgetGroup(group, { lines: true });
    }
    cell.held = cell.next = undefined;
  }

  /** The session in which something can be sealed now. */
  #requireSession(): GroupSession {
    const { session, isOutlived } = this.cell;
    if (session === undefined || isOutlived || !this.isReady) {
      throw this.#outOfStep();
    }
    return session;
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

  /** Gives the room fresh keys if those of ours are too old. */
  #rekeyIfDue(now: number): void {
    const { held, isCaughtUp } = this.cell;
    if (!held?.session?.room.isInStep || !isCaughtUp) return;
    if (held.known.isOutlived) return;
    const age = now - held.known.rekeyedAt;
    if (age < REKEY_MS * (1 + this.#jitter / 10)) return;
    this.changer.wants.rekey = true;
    this.changer.wake();
  }

  /** The server has announced it: what was to go when it does not stays. */
  #stay(): void {
    const { cell, isLeft } = this;
    if (!isLeft && cell.held?.known.mayGo) cell.note({ mayGo: null });
  }

  #updated(): void {
    const { cell } = this;
    const { host } = cell.around;
    this.changer.wants.look();
    this.#hello.updated();
    const { phase, why, epoch, changed } = this.status;
    if (phase === "keyless") this.changer.noKeys();
    const told = `${phase} ${epoch} ${changed.length} ${why}`;
    if (told !== this.#told) host.described(cell.number);
    this.#told = told;
    const isReady = this.isReady;
    if (isReady && !this.#wasReady) host.sealable(cell.number);
    this.#wasReady = isReady;
    if (cell.isFollowed) this.changer.wake();
  }
}

function noKeys(): ChatError {
  return new ChatError(
    "CHAT_SEAL_NO_KEYS",
    "Cannot take keys of sealed room: its secret is not known on this device",
  );
}
