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
import type { AskName } from "../room/ask_name.ts";
import {
  type Conversation,
  type ConversationEvent,
  type JoinedRoomInfo,
  LOBBY,
  type Outgoing,
} from "../room/conversation.ts";
import { Acknowledged } from "./acknowledged.ts";
import { type AdmissionOptions, checkName } from "./admission.ts";
import { Asker, type Succession } from "./asker.ts";
import type { Ending } from "./connection.ts";
import type { DeviceState } from "./device_state.ts";
import { Diary, type LogNote } from "./diary.ts";
import { EventFeed } from "./event_feed.ts";
import { type Dweller, Lifeline } from "./lifeline.ts";
import type { Clock, Transport } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { Questions } from "./questions.ts";
import { Receipts } from "./receipts.ts";
import { type Note, Rooms } from "./rooms.ts";
import { OwnStanding } from "./standing.ts";
import { Typing } from "./typing.ts";
import type { Wire } from "./wire.ts";

/** What a {@linkcode Correspondent} lives by. */
export interface CorrespondentOptions {
  /** Our fingerprint, 32 bytes. */
  readonly fingerprint: Bytes;
  readonly transport: Transport;
  readonly clock: Clock;
  /** From 0 to below 1; spreads reconnecting. */
  readonly random: () => number;
  /**
   * Its owner disposes of it, when the events have been looked at: what is looked
   * at later comes again next time.
   */
  readonly state: DeviceState;
  /** Whether to make a lost connection again; `true` when left out. */
  readonly reconnect?: boolean;
  /**
   * Whether to be told what was said in a room before it was new to us, as far as
   * the server tells newcomers; `true` when left out.
   */
  readonly past?: boolean | undefined;
  /** Told the next key of the server. */
  readonly onSuccession?: (succession: Succession) => void;
}

/** What {@linkcode Correspondent.enter} needs to know. */
export interface EnterOptions {
  /** The name to ask for; the one we had when left out. */
  readonly name?: string;
  /** Answers the server's question for a name; without it, that is an error. */
  readonly askName?: AskName;
  /** The secret of an invitation, 16 bytes: used until we are in once. */
  readonly invitation?: Bytes;
  /** Aborts entering, not the conversation. */
  readonly signal?: AbortSignal;
}

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
  readonly #receipts: Receipts;
  readonly #typing = new Typing();
  readonly #entering = Promise.withResolvers<void>();
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
      began: (...beginning): void => this.#acknowledged.begin(...beginning),
      past: options.past,
    });
    this.#standing = new OwnStanding((standing) => {
      this.#tell({ kind: "standing", standing });
    });
    this.#outbox = new Outbox(state, {
      changed: (message): void => this.#outgoing(message),
      acknowledged: (number, seq): void => {
        this.#acknowledged.acknowledge(number, seq);
      },
      refused: ({ code }): void => {
        // It may have been done after we entered, before we followed the lobby.
        if (code !== "CHAT_MUTED") return;
        this.#standing.suffer("mute", state.lastNumber);
      },
      unnoted: ({ message }): void => this.notice(message),
    });
    for (const message of this.outgoing) {
      if (message.state !== "sending") continue;
      this.#acknowledged.wait(message, { isOld: true });
    }
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
    this.#outbox.attach(wire, message.number);
    this.#entering.resolve();
  }

  announced(message: MessageOfKind<"room">): void {
    this.#rooms.announce(message);
  }

  parted(room: number): void {
    this.#rooms.part(room);
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
  }

  /** The connection is over. */
  left(): void {
    this.#questions = null;
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
    try {
      this.#end(await this.#lifeline.run(signal));
    } catch (error) {
      this.#end({ error, goodbye: null, mends: false });
    }
  }

  async #close(): Promise<void> {
    this.events.release(); // whoever reads for us may wait for room there
    await this.#lifeline.close();
    await this.#running;
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

  async #utter(
    entered: { kind: "say" | "act"; text: string; room: number },
  ): Promise<void> {
    checkText(entered.text);
    if (!Number.isSafeInteger(entered.room) || entered.room < 0) {
      throw new ChatError(
        "CHAT_NO_SUCH_ROOM",
        `Cannot send message: ${entered.room} is no room`,
      );
    }
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
    this.#rooms.changeLog();
    this.#acknowledged.changeLog();
    this.#tell({ kind: "changed", room: LOBBY, text });
    this.#outbox.changeLog();
  }

  #tell(event: ConversationEvent | null, note?: Note): void {
    if (event?.kind === "room" && event.room.type === "direct") {
      const { room } = event.room;
      this.#receipts.add(room, this.#rooms.seq(room));
    } else if (event?.kind === "parted") {
      this.#receipts.forget(event.room);
      this.#acknowledged.forget(event.room);
      this.#typing.forget(event.room);
    }
    this.events.push(event, note && this.#diary.draft(note));
    if (event !== null && "seq" in event) this.#taken(event);
  }

  /** An entry was taken that is not over. */
  #taken(entry: Entry): void {
    this.#receipts.arrived(entry);
    if (isKept(entry.kind)) this.#acknowledged.take(entry);
    if (entry.kind !== "moderated" || entry.target === null) return;
    if (equalBytes(entry.target, this.#options.fingerprint)) {
      this.#standing.suffer(entry.verb, this.#state.lastNumber);
    }
  }

  #outgoing(message: Outgoing): void {
    this.#tell({ kind: "outgoing", message });
    const { number, state } = message;
    if (state === "sending") this.#acknowledged.wait(message, { isOld: false });
    if (state === "failed") this.#acknowledged.dismiss(number);
    if (state === "sent") this.#standing.heard(number);
  }
}
