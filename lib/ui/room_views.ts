import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";
import { skeletonOf } from "../room/look_alike.ts";
import { SIGNED, SIGNS } from "./room_label.ts";
import { RoomView } from "./room_view.ts";

/** Rooms remembered at most; a server has no reason to put us into more. */
export const MAX_VIEWS = 1_024;

/** The rooms we belong to and the one we are in. */
export class RoomViews {
  readonly #views = new Map<number, RoomView>();
  /** Rooms whose labels look alike, by what they look like. */
  readonly #alike = new Map<string, Set<RoomView>>();
  readonly #looks = new Map<RoomView, string>();
  #current: RoomView;

  /** @param current Where text goes first. */
  constructor(
    rooms: ReadonlyMap<number, JoinedRoomInfo>,
    current: number = LOBBY,
  ) {
    for (const info of rooms.values()) this.add(info);
    this.#current = this.of(current);
    this.#views.set(current, this.#current);
  }

  /** The room that text goes to. */
  get current(): RoomView {
    return this.#current;
  }

  /** The room that everybody is in. */
  get lobby(): RoomView {
    return this.of(LOBBY);
  }

  /** The rooms we belong to, the lobby first, then by number. */
  get all(): readonly RoomView[] {
    return [...this.#views.values()].sort((a, b) => a.room - b.room);
  }

  /** A room by its number; one that nobody told us of is not remembered. */
  of(room: number): RoomView {
    return this.#views.get(room) ?? new RoomView(room);
  }

  /** Whether it is one that we know. */
  has(room: number): boolean {
    return this.#views.has(room);
  }

  /** Notes what a room is, now. */
  add(info: JoinedRoomInfo): RoomView {
    const known = this.#views.get(info.room);
    if (known !== undefined) {
      const was = known.bareLabel;
      known.update(info);
      if (known.bareLabel !== was) this.#file(known);
      return known;
    }
    const view = new RoomView(info.room, info);
    if (this.#views.size < MAX_VIEWS) {
      this.#views.set(info.room, view);
      this.#file(view);
    }
    return view;
  }

  /** Forgets a room; when it was the current one, we are in the lobby. */
  remove(room: number): void {
    if (room === LOBBY) return;
    const view = this.#views.get(room);
    if (view !== undefined) this.#unfile(view);
    this.#views.delete(room);
    if (this.#current.room === room) this.go(LOBBY);
  }

  /** Goes to a room: what was unread there is not any more. */
  go(room: number): RoomView {
    const view = this.of(room);
    this.#views.set(room, view); // a person goes one room at a time
    this.#current = view;
    [view.unread, view.mentioned, view.unmarked] = [0, false, true];
    return view;
  }

  /** Nothing is shown any more: the past begins with the newest again. */
  forgetShown(): void {
    for (const view of this.#views.values()) {
      [view.pastBefore, view.search] = [undefined, null];
      view.shownFrom = undefined;
    }
  }

  /** The room `step` places on, round and round. */
  beside(step: 1 | -1): RoomView {
    const all = this.all;
    const at = all.indexOf(this.#current) + step;
    return all[(at + all.length) % all.length] ?? this.#current;
  }

  /** A room where something is new: those that speak to us first. */
  get newest(): RoomView | undefined {
    const unread = this.all.filter((view) => view.unread > 0);
    return unread.find(({ direct, mentioned }) => direct || mentioned) ??
      unread[0];
  }

  /** Finds a room as it is shown, or by its bare name. */
  named(text: string): RoomView | undefined {
    const all = this.all;
    const is = (label: string) => ({ label: known }: RoomView): boolean => (
      known.toLowerCase() === label.toLowerCase()
    );
    if (SIGNED.test(text)) return all.find(is(text));
    return Object.values(SIGNS).map((sign) => all.find(is(sign + text)))
      .find((view) => view !== undefined);
  }

  /**
   * Notes what a room is called: sealed rooms are called as their members like,
   * and people may have each other's names.
   */
  #file(view: RoomView): void {
    this.#unfile(view);
    const look = skeletonOf(view.bareLabel.toLowerCase());
    const alike = this.#alike.get(look) ?? new Set();
    this.#alike.set(look, alike.add(view));
    this.#looks.set(view, look);
    for (const each of alike) each.ambiguous = alike.size > 1;
  }

  #unfile(view: RoomView): void {
    const look = this.#looks.get(view);
    if (look === undefined) return;
    const alike = this.#alike.get(look);
    this.#looks.delete(view);
    alike?.delete(view);
    if (alike?.size === 0) this.#alike.delete(look);
    for (const each of alike ?? []) each.ambiguous = (alike?.size ?? 0) > 1;
  }
}
