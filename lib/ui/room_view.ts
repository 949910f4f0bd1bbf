import type { Entry } from "../protocol/entry.ts";
import type { JoinedRoomInfo } from "../room/conversation.ts";
import { Receipts } from "./receipts.ts";
import { roomLabel, unknownRoomLabel } from "./room_label.ts";
import { roomName } from "./room_name.ts";
import { Roster } from "./roster.ts";
import { Typists } from "./typists.ts";

/** What the user interface knows of one room. */
export class RoomView {
  readonly room: number;
  readonly roster = new Roster();
  readonly typists = new Typists();
  readonly receipts = new Receipts();
  /** Messages of others since we were last there. */
  unread = 0;
  /** Whether one of them speaks of us. */
  mentioned = false;
  /** Whether what the roster says may be wrong: the server knows better. */
  doubtful = false;
  /** Whether something was shown that `conversation.read` was not told of. */
  unmarked = false;
  /** Whether it was told that nothing can be read here without keys. */
  toldKeyless = false;
  /** Where `/history` goes on; null where it has come to the beginning. */
  pastBefore: number | null | undefined;
  /** The first entry that is shown of a room whose past is kept here. */
  shownFrom: number | undefined;
  /** What was searched for last, and where that goes on. */
  search: { readonly words: string; readonly before: number | null } | null =
    null;
  /** Whether another room has the same label: then both show their number. */
  ambiguous = false;
  #info: JoinedRoomInfo | undefined;
  /** Whether the other of a direct room has left it. */
  #deserted = false;

  constructor(room: number, info?: JoinedRoomInfo) {
    this.room = room;
    this.#info = info;
  }

  /** Undefined for a room that we only know the number of. */
  get info(): JoinedRoomInfo | undefined {
    return this.#info;
  }

  /** How it is called: `#dev`, `&plans` or `@bob`. */
  get label(): string {
    return this.ambiguous ? `${this.bareLabel}~${this.room}` : this.bareLabel;
  }

  /** The same, though another room may be called so too. */
  get bareLabel(): string {
    return this.#info === undefined
      ? unknownRoomLabel(this.room)
      : roomLabel(this.#info);
  }

  /** How programs call it. */
  get name(): string {
    const name = roomName(this.room, this.#info);
    return this.ambiguous ? `${name}~${this.room}` : name;
  }

  get direct(): boolean {
    return this.#info?.type === "direct";
  }

  /** Whether the server cannot read it: never said of a room we do not know. */
  get sealed(): boolean {
    return this.#info !== undefined && this.#info.type !== "open";
  }

  /** The same in a word, for people. */
  get secrecy(): "open" | "sealed" {
    return this.sealed ? "sealed" : "open";
  }

  /** What the other of a direct room is, unless present: left, away, or empty. */
  get absence(): "left" | "away" | "" {
    const peer = this.direct ? this.#info?.peer ?? null : null;
    if (peer === null || !this.roster.known) return "";
    if (this.#deserted) return "left";
    return this.roster.has(peer) ? "" : "away";
  }

  /** Takes in what the server says of it now. */
  update(info: JoinedRoomInfo): void {
    this.#info = info;
  }

  /** Notes who is here, types, and what was read. */
  see(entry: Entry, { now, own }: { now: number; own: boolean }): void {
    this.roster.see(entry);
    if (this.direct) this.#seePeer(entry, own);
    this.receipts.see(entry, own);
    if (entry.kind === "typing") {
      if (!own) this.typists.see(entry, now);
    } else this.typists.forget(entry);
    if (entry.kind === "titled" && this.#info !== undefined) {
      this.#info = { ...this.#info, topic: entry.text };
    }
    // The history goes on before the first entry that was shown.
    if (entry.kind !== "said" && entry.kind !== "did") return;
    if (this.sealed) this.shownFrom ??= entry.seq; // it counts lines, not entries
    else this.pastBefore ??= entry.seq;
  }

  /**
   * Who left a direct room is back when either of us says something, which the
   * server does not tell; and it may have been said long ago.
   */
  #seePeer(entry: Entry, own: boolean): void {
    if (entry.kind === "left") {
      if (!own) this.#deserted = entry.why === "parted";
      return;
    }
    const spoken = entry.kind === "said" || entry.kind === "did";
    if (own ? spoken && this.#deserted : this.absence !== "") {
      this.doubtful = true;
    }
    if (!own || spoken) this.#deserted = false;
  }
}
