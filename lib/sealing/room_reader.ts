import { equalBytes } from "../bytes.ts";
import type { Note } from "../member/rooms.ts";
import type { Entry, KeptEntry } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import type { SealedChange } from "../room/sealed_rooms.ts";
import type { SealedEvent, UnreadableReason } from "../sealed/event.ts";
import { Flood } from "./flood.ts";
import { authorOf, linesOf, news, unreadable } from "./lines.ts";
import type { HeldGroup, RoomCell } from "./room_cell.ts";
import type { KeptLine, OwnMessage } from "./sealed_store.ts";
import { Tasks } from "./tasks.ts";

/** Commits whose place in the log is remembered. */
const MAX_TURNS = 256;

type Founded = Extract<KeptEntry, { readonly kind: "founded" }>;
type ForGroup = Extract<
  KeptEntry,
  { readonly kind: "sealed" | "committed" }
>;

/** Told what reading the log brings. */
export interface ReaderListener {
  /** What an entry of the group said. */
  read(events: readonly SealedEvent[]): void;
  /** How things stand may be different. */
  updated(): void;
}

/**
 * Reads the log of a room, in order: what is opened is kept, then shown, and then
 * noted as read.
 */
export class RoomReader {
  readonly #cell: RoomCell;
  readonly #listener: ReaderListener;
  readonly #tasks: Tasks;
  /** Authors whose messages may have been read, though the state says no. */
  readonly #unsure = new Set<string>();
  readonly #flood = new Flood();
  #toldKeyless = false;
  /** The entry of before we had keys that was told. */
  #beforeUs: number | undefined;

  constructor(cell: RoomCell, listener: ReaderListener) {
    const { host, load, signal } = cell.around;
    this.#cell = cell;
    this.#listener = listener;
    this.#tasks = new Tasks({
      ...{ clock: host.clock, random: host.random, load, signal },
      failed: ({ message }): void => {
        const text = `Cannot read on in room ${cell.number}: ${message}`;
        host.tell({ kind: "notice", text });
      },
    });
  }

  /** Does something behind all that is read already. */
  after(task: () => Promise<void> | void): void {
    this.#tasks.push(task);
  }

  /** Resolves when all that has come is read. */
  async idle(): Promise<void> {
    await this.#tasks.idle();
  }

  /** It is read on after an entry. */
  begin(after: number): void {
    this.after(() => {
      this.#cell.progress.move(after);
      this.#cell.isFollowed = true;
      if (this.#cell.isFoundedInVain) this.#cell.founding = this.#cell.founded;
      this.#toldKeyless = false;
      this.#listener.updated();
    });
  }

  take(entry: KeptEntry, note: Note | undefined): void {
    this.after(async () => {
      if (this.#cell.isOver) return;
      await this.#read(entry, note);
      this.#cell.progress.move(entry.seq);
      this.#listener.updated();
    });
  }

  pass(entry: Entry): void {
    this.after(() => {
      this.#cell.around.host.tell(entry);
    });
  }

  interrupt(
    event: Extract<ConversationEvent, { readonly kind: "missed" | "changed" }>,
    note: Note | undefined,
  ): void {
    this.after(() => {
      const { thread, around: { host, store }, isOver } = this.#cell;
      this.#cell.isCaughtUp = false;
      const isShorter = event.kind === "changed" && note?.kind === "read to" &&
        note.position.seq < store.lastEntry(thread);
      // What comes now has numbers of what was read, and is something else.
      if (isShorter && !isOver) store.restartThread(thread);
      host.tell(event, note);
      this.#listener.updated();
    });
  }

  /** Tells something that came with no entry. */
  tell(change: SealedChange): void {
    const { number, around: { host } } = this.#cell;
    this.after(() => {
      const place = { room: number, seq: 0, at: host.clock.now() };
      host.tell(news(change, place));
    });
  }

  /**
   * A session was restored: lines that it has not taken in are of messages that
   * will not come again, so their authors' next ones seem to come after a gap.
   */
  doubt(mark: number): void {
    const { thread, around: { store } } = this.#cell;
    const last = store.lastEntry(thread);
    for (let entry = Math.max(mark, last - MAX_TURNS); entry < last; entry++) {
      for (const line of store.linesOf(thread, entry + 1)) {
        if (line.kind === "sealed" || this.#cell.isSelf(line)) continue;
        this.#unsure.add(line.fingerprint.toHex());
      }
    }
  }

  /** Tells that the server shows a group that was replaced. */
  tellReplaced(): void {
    this.tell(unreadable("forked", "commit"));
  }

  async #read(entry: KeptEntry, note: Note | undefined): Promise<void> {
    const { around: { host }, number: room } = this.#cell;
    const { seq, at, name, fingerprint } = entry;
    if (entry.kind === "renewed") return host.tell(entry, note);
    let lines: readonly KeptLine[];
    switch (entry.kind) {
      case "sealed":
      case "committed":
        lines = await this.#open(entry);
        break;
      case "founded":
        lines = this.#flood.take(seq, this.#found(entry));
        break;
      default: {
        const author = { name, fingerprint };
        const line = news({ kind: "unsealed", author }, { room, seq, at });
        lines = this.#flood.take(seq, [line]);
      }
    }
    this.#keep(entry, lines);
    this.#show(lines, note);
  }

  async #open(entry: ForGroup): Promise<readonly KeptLine[]> {
    const { around: { store }, thread, session, number: room } = this.#cell;
    const { seq, at } = entry;
    const isKnown = seq <= store.lastEntry(thread);
    const own = this.#ownAs(entry);
    const isPast = !this.#cell.isCaughtUp;
    if (isKnown && (session === undefined || seq <= session.mark)) {
      if (own !== undefined) this.#readBack(own, seq);
      return store.linesOf(thread, seq);
    }
    if (session === undefined && own === undefined) return this.#keyless(entry);
    const context = {
      ...{ room, seq, at, self: this.#cell.self, own: own?.content },
      unsure: this.#unsure,
    };
    const told = (events: readonly SealedEvent[]): readonly KeptLine[] => {
      const all = own === undefined
        ? this.#tellable(entry, events)
        : asOwn(events);
      return this.#flood.take(seq, linesOf(all, context), { isPast });
    };
    if (session === undefined) { // what we said with the key before
      const lines = told([]);
      this.#keep(entry, lines);
      if (own !== undefined) this.#readBack(own, seq);
      return lines;
    }
    const { turn, standing } = session.room;
    const events = await session.read(entry, (events) => {
      this.#keep(entry, told(events));
    });
    if (standing === "joining" && own === undefined && events.length === 0) {
      return this.#keyless(entry);
    }
    if (session.room.turn > turn) this.#turned(seq);
    const lines = isKnown
      ? [
        ...store.linesOf(thread, seq),
        ...linesOf(events.filter(isOld), context),
      ]
      : told(events);
    this.#keep(entry, lines);
    if (own !== undefined) this.#readBack(own, seq);
    for (const event of events) {
      if (event.kind === "confirmed" && event.intent === "join") {
        this.#beforeUs = undefined;
      }
      if (event.kind !== "message") continue;
      this.#unsure.delete(authorOf(event.from).fingerprint.toHex());
    }
    this.#listener.read(events);
    return lines;
  }

  /** What of ours an entry is, unless it was sealed for another room. */
  #ownAs(entry: ForGroup): OwnMessage | undefined {
    if (entry.kind !== "sealed") return undefined;
    const own = this.#cell.around.store.ownAs(entry.body);
    if (own === undefined || this.#cell.isOf(own.group)) return own;
    const { held, info } = this.#cell;
    const isOurs = held === undefined && info.group !== null &&
      equalBytes(info.group, own.group);
    return isOurs ? own : undefined;
  }

  /** Of another log, the numbers of entries mean others now. */
  #keep(entry: KeptEntry, lines: readonly KeptLine[]): void {
    const { isOver, thread, around: { store } } = this.#cell;
    const body = "body" in entry ? entry.body : undefined;
    if (!isOver) store.keepLines(thread, entry.seq, lines, body);
  }

  /**
   * What is to be told of what an entry said. What cannot be read because it was,
   * in a log that has come back, is there already.
   */
  #tellable(
    { body, seq }: ForGroup,
    events: readonly SealedEvent[],
  ): readonly SealedEvent[] {
    const { thread, around: { store } } = this.#cell;
    return events.filter((event) => {
      if (event.kind === "unreadable" && event.reason === "before_us") {
        // It is as usual, for whoever takes keys while others speak.
        this.#beforeUs ??= seq;
        if (this.#beforeUs !== seq) return false;
      }
      return !isMaybeRead(event) || !store.wasKept(thread, body);
    });
  }

  /** A message of ours is stored: forgets it, unless it might be sent again. */
  #readBack({ number, envelope }: OwnMessage, seq: number): void {
    const { host, store } = this.#cell.around;
    const ours = store.ownOf(number)?.envelope;
    // Another process of ours has numbers of its own, and will send it again.
    if (ours === undefined || !equalBytes(ours, envelope)) return;
    if (host.stored(number, seq)) store.dropAs(envelope);
  }

  /**
   * What came before we had keys is not for us. Later, and by who was here before,
   * it is told once.
   */
  #keyless({ room, seq, at, kind }: ForGroup): readonly KeptLine[] {
    const { keyless, isCaughtUp, thread, around: { store } } = this.#cell;
    if (kind === "committed" || this.#toldKeyless) return [];
    const isLater = keyless !== "" && isCaughtUp;
    const wasHere = (): boolean =>
      store.linesBefore(thread, { before: null, limit: 1 }).length > 0;
    if (!isLater && !wasHere()) return [];
    this.#toldKeyless = true;
    const why = isLater ? "no_keys" : "earlier";
    return [news(unreadable(why), { room, seq, at })];
  }

  /** From here on the log is about another group. */
  #found(entry: Founded): readonly KeptLine[] {
    const cell = this.#cell;
    const { room, seq, at, group } = entry;
    const place = { room, seq, at };
    const { thread, around: { store } } = cell;
    if (!cell.isDirect) return [news(unreadable("not_permitted"), place)];
    if (seq <= store.lastEntry(thread)) return store.linesOf(thread, seq);
    if (cell.isRetired(group)) return [news(unreadable("forked"), place)];
    const before = cell.group;
    if (!this.switchTo(group) || before === null) return [];
    const { name, peer } = cell.info;
    const other = peer && { name, fingerprint: peer };
    const by = cell.isSelf(entry) ? null : other;
    return [news({ kind: "restarted", by }, place)];
  }

  /**
   * Goes on with another group of a direct room: the keys of the one before are
   * forgotten, and those of the other have to be found.
   *
   * @returns Whether it is another one.
   */
  switchTo(group: Founded["group"]): boolean {
    const cell = this.#cell;
    const { held, next, around: { store } } = cell;
    const is = (other: HeldGroup | undefined): boolean =>
      other !== undefined && equalBytes(other.known.group, group);
    const isOther = cell.group === null || !equalBytes(cell.group, group);
    store.transaction(() => {
      for (const known of cell.kept) {
        if (!equalBytes(known.group, group)) store.retireGroup(known.group);
        else if (known.mayGo) store.keepGroup({ ...known, mayGo: null });
      }
    });
    cell.group = group.slice();
    cell.next = cell.founding = cell.founded = undefined;
    if (is(held)) return isOther;
    held?.session?.end();
    cell.held = undefined;
    if (next !== undefined && is(next)) {
      cell.held = { ...next, known: { ...next.known, mayGo: null } };
      cell.isCaughtUp = next.session?.room.isInStep ?? false;
    }
    cell.keyless = cell.trouble = "";
    return isOther;
  }

  #turned(seq: number): void {
    const { turnedAt } = this.#cell;
    turnedAt.push(seq);
    if (turnedAt.length > MAX_TURNS) turnedAt.shift();
  }

  #show(lines: readonly KeptLine[], note: Note | undefined): void {
    const { host } = this.#cell.around;
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      if (line.kind === "titled") this.#cell.note({ topic: line.text });
      host.tell(line, isLast ? note : undefined);
      if (line.kind === "titled") host.described(this.#cell.number);
    }
    if (lines.length === 0) host.tell(null, note);
  }
}

/** What we know to be ours, though its keys may be gone, or those of a backup. */
function asOwn(events: readonly SealedEvent[]): readonly SealedEvent[] {
  return [{ kind: "echo", epoch: 0n }, ...events.filter(isOld)];
}

/** Whether it says what may be because an entry was read before. */
function isMaybeRead(event: SealedEvent): boolean {
  return event.kind === "echo" || event.kind === "unreadable" &&
      MAYBE_READ.includes(event.reason);
}

/** What an entry is refused for that was read in an earlier log. */
const MAYBE_READ: readonly UnreadableReason[] = [
  ...["replayed", "too_old", "before_us", "damaged", "forked"] as const,
];

/** Whether it says that an old backup was restored. */
function isOld(event: SealedEvent): boolean {
  return event.kind === "unreadable" && event.reason === "own_state_old";
}
