import { openPlain, sealPlain } from "../../faults/simulation/plain.ts";
import { type Bytes, equalBytes } from "../../lib/bytes.ts";
import type { Link, Transport } from "../../lib/member/link.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { RefusalCode } from "../../lib/protocol/words.ts";
import { ScriptedLink } from "./scripted_link.ts";
import { ENTERED, OTHER, room, SELF } from "./stage.ts";

/** What the model's log keeps. */
export interface Stored {
  readonly seq: number;
  readonly text: string;
  /** Of a message that is not for the server to read. */
  readonly body: Bytes | null;
  /** Whether the member under test said it. */
  readonly own: boolean;
}

/** The one whose group may change. */
const DIRECT = 2;

/** Rooms of the model that the server cannot read, and all of them. */
export const CLOSED = [DIRECT, 3] as const;
export const ROOMS = [0, 1, ...CLOSED] as const;

/** Makes up the group of a room, the one after so many. */
function groupOf(room: number, count: number): Bytes {
  const group = new Uint8Array(32).fill(room);
  new DataView(group.buffer).setUint32(0, count);
  return group;
}

/** One connection of the model: what is under way in both directions. */
interface Session {
  readonly link: ScriptedLink;
  /** Messages of the client that the server has looked at. */
  taken: number;
  /** Messages of the server that have not arrived yet. */
  readonly down: ServerMessage[];
  /** How far the client was sent each room it follows. */
  readonly cursors: Map<number, number>;
  /** Nothing later is taken before this number comes again. */
  blocked: number;
  entered: boolean;
}

/** A server as docs/application.cddl has it, as small as can be. */
export class ModelServer implements Transport {
  readonly logs = new Map<number, Stored[]>(ROOMS.map((room) => [room, []]));
  /** What is stored under which number of the member's device. */
  readonly numbers = new Map<number, { readonly seq: number }>();
  /** How many groups each closed room has had. */
  readonly #groups = new Map<number, number>(CLOSED.map((room) => [room, 1]));
  /** The next message is refused with this. */
  refuseNext: RefusalCode | undefined;
  /**
   * The next message is acknowledged and not stored: as the entry that comes next,
   * or as one that is there.
   */
  lieNext: "ahead" | "back" | undefined;
  /** Texts that were acknowledged and not stored. */
  readonly lies = new Set<string>();
  #session: Session | undefined;

  /** The newest connection, if it stands. */
  get session(): Session | undefined {
    return this.#session;
  }

  open(): Promise<Link> {
    const link = new ScriptedLink();
    this.#session = {
      link,
      ...{ taken: 0, down: [], cursors: new Map(), blocked: Infinity },
      entered: false,
    };
    return Promise.resolve(link);
  }

  /** Loses the connection with all that is under way. */
  cut(error: Error): void {
    this.#session?.link.finish(error);
    this.#session = undefined;
  }

  /** Somebody else says something. */
  say(room: number, text: string): void {
    const group = this.#groupOf(room);
    const said = { kind: "say", text, number: 0 } as const;
    const body = group === null ? null : sealPlain(said, group);
    this.#store(room, { text, body, own: false });
  }

  /** Somebody gives the direct room another group. */
  regroup(): void {
    this.#groups.set(DIRECT, (this.#groups.get(DIRECT) ?? 0) + 1);
    const { down, entered } = this.#session ?? {};
    if (entered) down?.push(this.#announcement(DIRECT));
  }

  /** The server looks at what the client has sent, one message or all. */
  receive(count: number): void {
    const session = this.#session;
    if (session === undefined) return;
    for (let i = 0; i < count; i++) {
      const message = session.link.sent[session.taken];
      if (message === undefined) return;
      session.taken += 1;
      this.#answer(message, session);
    }
  }

  /** So many messages of the server arrive, in one batch. */
  deliver(count: number): void {
    const session = this.#session;
    if (session === undefined || session.down.length === 0) return;
    session.link.say(...session.down.splice(0, count));
  }

  /** Loses, doubles or swaps an entry under way, if there is one. */
  disturb(how: "lose" | "double" | "swap"): boolean {
    const down = this.#session?.down ?? [];
    const at = down.findIndex(({ kind }) => (
      kind === "said" || kind === "sealed"
    ));
    const entry = down[at];
    if (entry === undefined) return false;
    if (how === "lose") down.splice(at, 1);
    else if (how === "double") down.splice(at, 0, entry);
    else down.push(...down.splice(at, 1));
    return true;
  }

  get #newest(): number {
    return Math.max(0, ...this.numbers.keys());
  }

  #answer(message: ClientMessage, session: Session): void {
    const { down } = session;
    switch (message.kind) {
      case "enter":
        session.entered = true;
        down.push(
          { ...ENTERED, number: this.#newest },
          ...ROOMS.map((each) => this.#announcement(each)),
        );
        return;
      case "follow":
        return this.#follow(message, session);
      case "mark":
        down.push({ kind: "done", id: message.id, room: null });
        return;
      case "say":
      case "seal":
        return this.#take(message, session);
      default:
        throw new Error(`The model does not know "${message.kind}"`);
    }
  }

  #follow(
    { id, room, after: asked }: MessageOfKind<"follow">,
    session: Session,
  ): void {
    const seq = this.logs.get(room)?.length ?? 0;
    const after = asked ?? 0;
    if (after > seq) throw new Error("It has read what is not there");
    session.down.push({ kind: "following", id, room, after, at: after, seq });
    session.cursors.set(room, after);
    this.#pump(session);
  }

  #groupOf(room: number): Bytes | null {
    const count = this.#groups.get(room);
    return count === undefined ? null : groupOf(room, count);
  }

  #announcement(number: number): ServerMessage {
    const group = this.#groupOf(number);
    if (group === null) return room(number);
    if (number !== DIRECT) {
      return room(number, { type: "sealed", name: "", group });
    }
    return room(number, { type: "direct", group, peer: OTHER });
  }

  #take(message: MessageOfKind<"say" | "seal">, session: Session): void {
    const { id, room, number } = message;
    const { down } = session;
    const body = message.kind === "seal" ? message.body : null;
    const text = message.kind === "say"
      ? message.text
      : openPlain(message.body)?.text ?? "";
    const group = this.#groupOf(room);
    if ((group === null) !== (body === null)) throw new Error("In clear");
    const isOutrun = message.kind === "seal" && group !== null &&
      !equalBytes(group, message.group);
    const known = this.numbers.get(number);
    const refusal = number > session.blocked
      ? "CHAT_RATE_LIMITED"
      : number < this.#newest // it was refused before, or would come late
      ? "CHAT_FORGOTTEN"
      : this.refuseNext ?? (isOutrun ? "CHAT_SEAL_OUTRUN" : undefined);
    if (number <= session.blocked) {
      session.blocked = Infinity;
      this.refuseNext = undefined;
    }
    if (refusal === "CHAT_RATE_LIMITED") {
      session.blocked = Math.min(session.blocked, number);
    }
    if (refusal !== undefined && known === undefined) {
      const retryMs = refusal === "CHAT_RATE_LIMITED" ? 100 : 0;
      down.push({ kind: "refused", id, code: refusal, text: "No", retryMs });
      return;
    }
    session.blocked = Infinity;
    const { seq } = known ?? this.#lie(room, text) ??
      this.#store(room, { text, body, own: true });
    this.numbers.set(number, { seq });
    down.push({ kind: "ack", id, seq, at: seq });
  }

  #lie(room: number, text: string): { readonly seq: number } | undefined {
    const how = this.lieNext;
    const newest = this.logs.get(room)?.length ?? 0;
    if (how === undefined || (how === "back" && newest === 0)) return undefined;
    this.lieNext = undefined;
    this.lies.add(text);
    return { seq: how === "ahead" ? newest + 1 : Math.ceil(newest / 2) };
  }

  #store(room: number, what: Omit<Stored, "seq">): Stored {
    const log = this.logs.get(room) ?? [];
    const stored = { seq: log.length + 1, ...what };
    log.push(stored);
    if (this.#session !== undefined) this.#pump(this.#session);
    return stored;
  }

  #pump({ cursors, down }: Session): void {
    for (const [room, cursor] of cursors) {
      const log = this.logs.get(room) ?? [];
      for (const { seq, text, body, own } of log.slice(cursor)) {
        const name = body !== null ? "" : own ? "alice" : "bob";
        const fingerprint = own ? SELF : OTHER;
        const position = { room, seq, at: seq, name, fingerprint };
        down.push(
          body === null
            ? { kind: "said", ...position, text }
            : { kind: "sealed", ...position, body },
        );
      }
      cursors.set(room, log.length);
    }
  }
}
