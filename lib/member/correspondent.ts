import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  type Author,
  type Entry,
  isKept,
  type Standing,
} from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { checkText } from "../protocol/text.ts";
import {
  type Conversation,
  type ConversationEvent,
  type JoinedRoomInfo,
  LOBBY,
  type Outgoing,
} from "../room/conversation.ts";
import { Acknowledged } from "./acknowledged.ts";
import { type AdmissionOptions, checkName } from "./admission.ts";
import { Asker } from "./asker.ts";
import type { Ending } from "./connection.ts";
import type {
  CorrespondentOptions,
  EnterOptions,
} from "./correspondent_options.ts";
import type { DeviceState } from "./device_state.ts";
import { Diary, type LogNote } from "./diary.ts";
import { EventFeed } from "./event_feed.ts";
import { type Dweller, Lifeline } from "./lifeline.ts";
import { NoSealing } from "./no_sealing.ts";
import { Outbox } from "./outbox.ts";
import { OutboxReport } from "./outbox_report.ts";
import { Questions } from "./questions.ts";
import { Receipts } from "./receipts.ts";
import { type Beginning, type Note, Rooms, type Tell } from "./rooms.ts";
import { SealedWay } from "./sealed_way.ts";
import type { Sealing, SealingHost } from "./sealing.ts";
import { OwnStanding } from "./standing.ts";
import { Typing } from "./typing.ts";
import type { Wire } from "./wire.ts";

/**
 * Our side of the rooms of a server, whatever carries it. Outlives connections:
 * what is said is kept until it is stored, and every room is read on from where
 * it was. Knows time, chance, the network and the disk only as it is given them.
 */
export class Correspondent extends Asker implements Conversation, Dweller {
  readonly events: EventFeed<LogNote>;
  readonly #options: CorrespondentOptions;
  readonly #state: DeviceState;
  readonly #lifeline: Lifeline;
  readonly #diary: Diary;
  readonly #outbox: Outbox;
  readonly #acknowledged: Acknowledged;
  readonly #rooms: Rooms;
  readonly #way: SealedWay;
  readonly #receipts: Receipts;
  readonly #typing = new Typing();
  readonly #entering = Promise.withResolvers<void>();
  readonly #closing = Promise.withResolvers<void>();
  readonly #standing: OwnStanding;
  #enterOptions: EnterOptions = {};
  #questions: Questions | null = null;
  #entered: MessageOfKind<"entered"> | undefined;
  #lost = false;
  #running: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  /** Why it is over. */
  #over: unknown;

  constructor(options: CorrespondentOptions) {
    super();
    const { state, clock, reconnect = true } = options;
    this.#options = options;
    this.#state = state;
    this.#lifeline = new Lifeline({ ...options, reconnect }, this);
    this.#diary = new Diary(state, clock);
    this.#receipts = new Receipts(options.fingerprint);
    this.#entering.promise.catch(() => {}); // `enter` awaits it, if it runs
    this.events = new EventFeed({
      shown: (event): void => {
        if ("seq" in event) this.#receipts.taken(event);
        if (event.kind === "room") this.#rooms.shown(event.room);
      },
      noted: (note): void => this.#diary.write(note),
    });
    const positions = state.positions();
    this.#acknowledged = new Acknowledged(options.fingerprint, {
      positions,
      tell: (room, text): void => this.#tell({ kind: "changed", room, text }),
    });
    this.#rooms = new Rooms(positions, {
      tell: (event, note): void => this.#tell(event, note),
      announced: (message): void => this.#way.announced(message),
      describe: (info) => this.sealed.describe(info),
      began: (...beginning): void => this.#began(...beginning),
      past: options.past,
    });
    this.#way = new SealedWay(
      options.sealing ?? ((host): Sealing => new NoSealing(host)),
      {
        host: (tell) => this.#hostOf(tell),
        deliver: (event, note): void => this.#show(event, note),
      },
    );
    this.#standing = new OwnStanding((standing) => {
      this.#tell({ kind: "standing", standing });
    });
    const report = new OutboxReport({
      ...{ acknowledged: this.#acknowledged, standing: this.#standing, state },
      outbox: () => this.#outbox,
      show: (event): void => this.#show(event),
    });
    const { sealed: sealing, rooms } = this;
    this.#outbox = new Outbox(state, { listener: report, sealing, rooms });
    report.restore(sealing);
  }

  get self(): Author {
    const name = this.#entered?.name ?? "";
    return { name, fingerprint: this.#options.fingerprint };
  }

  get standing(): Standing {
    return this.#standing.value;
  }

  get serverName(): string {
    return this.#entered?.serverName ?? "";
  }

  /** Message of the day; text of a peer, so sanitise it. */
  get motd(): string {
    return this.#entered?.motd ?? "";
  }

  /** People present when we entered, ourselves included. */
  get present(): number {
    return this.#entered?.present ?? 0;
  }

  get rooms(): ReadonlyMap<number, JoinedRoomInfo> {
    return this.#rooms.joined;
  }

  get sealed(): Sealing {
    return this.#way.sealing;
  }

  get outgoing(): readonly Outgoing[] {
    return this.#outbox.outgoing;
  }

  /**
   * Connects and asks to enter until the server grants a name. Call it once.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID`, `CHAT_NAME_TAKEN`, or why the
   * connection ended; the abort reason when `signal` aborts.
   */
  async enter(options: EnterOptions = {}): Promise<void> {
    const { name, signal = new AbortController().signal } = options;
    if (name !== undefined) checkName(name);
    this.#enterOptions = options;
    this.#running ??= this.#run(signal);
    await this.#entering.promise;
  }

  async say(text: string, room = LOBBY): Promise<void> {
    await this.#utter({ kind: "say", text, room });
  }

  async act(text: string, room = LOBBY): Promise<void> {
    await this.#utter({ kind: "act", text, room });
  }

  /** @throws {ChatError} `CHAT_OUTBOX_FULL`, or what else keeping it throws. */
  retry(number: number): void {
    this.#outbox.retry(number);
  }

  discard(number: number): void {
    this.#outbox.discard(number);
    this.#acknowledged.dismiss(number);
  }

  read(room: number): void {
    this.#receipts.read(room);
  }

  typing(room: number): void {
    if (this.#questions === null || !this.rooms.has(room)) return;
    if (!this.#typing.isDue(room, this.#options.clock.now())) return;
    this.#questions.type(room);
  }

  notice(text: string): void {
    this.events.push({ kind: "notice", text });
  }

  async close(): Promise<void> {
    await (this.#closed ??= this.#close());
  }

  // What follows, the lifeline calls.

  /** What to enter with, this time. */
  get admission(): AdmissionOptions {
    const { name, askName, invitation } = this.#enterOptions;
    const isNew = this.#entered === undefined;
    return {
      device: this.#state.device,
      name: this.#entered?.name ?? name ?? null,
      invitation: isNew && invitation !== undefined ? invitation : null,
      ...askName === undefined ? {} : { askName },
    };
  }

  /** The server lets us in. */
  entered(message: MessageOfKind<"entered">, wire: Wire): void {
    this.#entered = message;
    if (this.#lost) {
      const retryMs = 0;
      this.#lost = false;
      this.#tell({ kind: "connection", state: "restored", text: "", retryMs });
    }
    this.#compareLogs(message.log);
    this.#standing.change(message.standing, this.#state.lastNumber);
    this.#questions = new Questions(wire, this.rooms);
    this.#rooms.attach(wire);
    this.#receipts.attach(wire);
    this.sealed.attach(wire);
    this.#outbox.attach(wire, message.number);
    this.#entering.resolve();
  }

  announced(message: MessageOfKind<"room">): void {
    this.#rooms.announce(message);
    this.#outbox.abandon(message.room);
    if (message.type !== "open") this.#outbox.resume(message.room);
  }

  parted(room: number): void {
    this.#rooms.part(room);
    this.#outbox.abandon(room);
  }

  took(entry: Entry): ChatError | undefined {
    return this.#rooms.take(entry);
  }

  succession(
    { publicKey, signature, consent }: MessageOfKind<"succession">,
  ): void {
    this.#options.onSuccession?.({ publicKey, signature, consent });
  }

  /** Resolves when there is room for more events. */
  async room(): Promise<void> {
    await this.events.room();
    await Promise.race([this.sealed.room(), this.#closing.promise]);
  }

  /** The connection is over. */
  left(): void {
    this.#questions = null;
    this.sealed.detach();
    this.#outbox.detach();
    this.#rooms.detach();
    this.#acknowledged.detach();
    this.#receipts.detach();
  }

  /** It is made again, the next time after `retryMs`. */
  lost(error: unknown, retryMs: number): void {
    this.#lost = true;
    const text = error instanceof Error ? error.message : "";
    this.#tell({ kind: "connection", state: "lost", text, retryMs });
  }

  async #run(signal: AbortSignal): Promise<void> {
    let ending: Ending;
    try {
      ending = await this.#lifeline.run(signal);
    } catch (error) {
      ending = { error, goodbye: null, mends: false };
    }
    await this.sealed[Symbol.asyncDispose](); // what it has taken is told before
    this.#end(ending);
  }

  async #close(): Promise<void> {
    this.events.release(); // whoever reads for us may wait for room there
    this.#closing.resolve();
    await this.#lifeline.close();
    await (this.#running ?? this.sealed[Symbol.asyncDispose]());
    this.#end({ error: undefined, goodbye: null, mends: false });
  }

  #end({ error, goodbye }: Ending): void {
    if (this.#over !== undefined) return;
    this.#over = error ?? new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot ask the server: the conversation is over",
    );
    if (goodbye !== null) {
      const { why, text } = goodbye;
      this.#tell({ kind: "goodbye", why, text });
    }
    this.events.end(error);
    this.#diary.hurry();
    this.#outbox.end(this.#over);
    this.#entering.reject(this.#over);
  }

  protected override get questions(): Questions {
    if (this.#over !== undefined) throw this.#over;
    if (this.#questions !== null) return this.#questions;
    throw new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot ask the server: there is no connection",
    );
  }

  protected override sealingOf(room: number): Sealing | undefined {
    return this.#way.leadsFrom(room) ? this.sealed : undefined;
  }

  async #utter(
    entered: { kind: "say" | "act"; text: string; room: number },
  ): Promise<void> {
    checkText(entered.text);
    this.#rooms.check(entered.room);
    await this.#outbox.add({ ...entered, at: this.#options.clock.now() });
  }

  /** Finds out whether what we remember is about this server's log. */
  #compareLogs(log: Bytes): void {
    const known = this.#state.logId;
    if (known !== null && equalBytes(known, log)) return;
    const text = "the server keeps another log than before";
    this.#state.startLog(log, `Cannot send message: ${text}`);
    if (known === null) return;
    this.#diary.changeLog();
    this.#way.changeLog();
    this.#rooms.changeLog();
    this.#acknowledged.changeLog();
    this.#tell({ kind: "changed", room: LOBBY, text });
    this.#outbox.changeLog();
  }

  /** A room is followed from here on. */
  #began(room: number, beginning: Beginning): void {
    this.#acknowledged.begin(room, beginning);
    this.#way.began(room, beginning);
    if (room === LOBBY) this.#outbox.abandon(); // all rooms were announced
  }

  /** Something happens: it is shown at once, or goes through the sealing first. */
  #tell(event: ConversationEvent | null, note?: Note): void {
    if (!this.#way.take(event, note)) this.#show(event, note);
    if (event !== null && "seq" in event) this.#taken(event);
  }

  #show(event: ConversationEvent | null, note?: Note): void {
    if (event?.kind === "room" && event.room.type === "direct") {
      const { room } = event.room;
      this.#receipts.add(room, this.#rooms.seq(room));
    } else if (event?.kind === "parted") {
      this.#receipts.forget(event.room);
      this.#acknowledged.forget(event.room);
      this.#typing.forget(event.room);
    }
    this.events.push(event, note && this.#diary.draft(note));
    if (event !== null && "seq" in event) this.#receipts.arrived(event);
  }

  /** An entry was taken that is not over. */
  #taken(entry: Entry): void {
    if (isKept(entry.kind)) this.#acknowledged.take(entry);
    if (entry.kind !== "moderated" || entry.target === null) return;
    if (equalBytes(entry.target, this.#options.fingerprint)) {
      this.#standing.suffer(entry.verb, this.#state.lastNumber);
    }
  }

  #hostOf(tell: Tell): SealingHost {
    const { clock, random } = this.#options;
    const self = (): Author => this.self;
    return {
      ...{ clock, random, rooms: this.rooms, tell },
      get self() {
        return self();
      },
      described: (room): void => this.#rooms.describe(room),
      sealable: (room): void => this.#outbox.resume(room),
      stored: (number, seq) => this.#outbox.stored(number, seq),
      post: (room, seal) => this.#outbox.post(room, seal),
    };
  }
}
