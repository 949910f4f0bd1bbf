import { type Bytes, equalBytes } from "../bytes.ts";
import type { Author } from "../protocol/entry.ts";
import type { JoinedRoomInfo } from "../room/conversation.ts";
import type { GroupSession } from "./group_session.ts";
import { authorOf } from "./lines.ts";
import { Progress } from "./progress.ts";
import type { KnownGroup } from "./sealed_store.ts";
import type { Surroundings } from "./surroundings.ts";

/** A group, and our side of it once there is one. */
export interface HeldGroup {
  known: KnownGroup;
  session: GroupSession | undefined;
}

/**
 * What this device knows of one sealed or direct room: shared by those who read
 * its log, change its keys and tell how it stands.
 */
export class RoomCell {
  readonly around: Surroundings;
  readonly number: number;
  readonly progress: Progress;
  info: JoinedRoomInfo;
  /** The group that the log is about, as far as it was read. */
  held: HeldGroup | undefined;
  /** One that we found, until the log says that it is ordered. */
  next: HeldGroup | undefined;
  /** The group that the log has named last; `null` before any. */
  group: Bytes | null;
  /**
   * Whether this device is about to begin a direct room, in place of which group;
   * `null` for a first one.
   */
  founding: { readonly replaces: Bytes | null } | undefined;
  /** What the server says that it has ordered: `next`, if the log agrees. */
  founded: { readonly replaces: Bytes | null } | undefined;
  /** Whether what is kept of it was looked for. */
  isFound = false;
  /** Whether we are not in it any more as we were: nothing of it is kept. */
  isOver = false;
  /** Whether somebody is to be taken out before more is said. */
  isHeld = false;
  /** Whether the log is read over this connection. */
  isFollowed = false;
  /** Whether all was read that there was when this connection began. */
  isCaughtUp = false;
  /** Entries by which the turn changed, the last ones. */
  readonly turnedAt: number[] = [];
  /** Whether the state of the keys was found to be of no use: `/resync`. */
  isStray = false;
  /** What stands in the way, in words of this program. */
  trouble = "";
  /** Why there are no keys, when only something new helps. */
  keyless = "";

  constructor(info: JoinedRoomInfo, around: Surroundings) {
    this.info = info;
    this.number = info.room;
    this.around = around;
    this.group = info.type === "sealed" ? info.group : null;
    this.progress = new Progress(around.host.clock);
  }

  get session(): GroupSession | undefined {
    return this.held?.session;
  }

  /** What lines are kept under. */
  get thread(): Bytes {
    return this.info.peer ?? this.info.group ?? new Uint8Array(32);
  }

  get isDirect(): boolean {
    return this.info.type === "direct";
  }

  /** What is known of its group, also before its keys are there. */
  get known(): KnownGroup | undefined {
    if (this.held !== undefined) return this.held.known;
    const { group } = this.info;
    if (group === null || this.isOver) return undefined;
    return this.kept.find((known) => equalBytes(known.group, group));
  }

  /** Groups of this room that are kept: of a room of two, maybe several. */
  get kept(): readonly KnownGroup[] {
    const { peer } = this.info;
    return this.around.store.groups().filter((known) =>
      equalBytes(known.thread, this.thread) &&
      (known.peer === null) === (peer === null)
    );
  }

  /** Whether the server shows a group of a room of two that was replaced. */
  get isOutdated(): boolean {
    const { group } = this.info;
    return group !== null && this.isRetired(group);
  }

  /** Whether a group of a room of two was replaced by another. */
  isRetired(group: Bytes): boolean {
    return this.isDirect && this.around.store.isRetired(this.thread, group);
  }

  /**
   * Whether the server has acknowledged the group that we found, but says over this
   * connection that the room still has the one before.
   */
  get isFoundedInVain(): boolean {
    const { next, founded, info: { group } } = this;
    if (next === undefined || founded === undefined) return false;
    const { replaces } = founded;
    if (group === null || replaces === null) return group === replaces;
    return equalBytes(group, replaces);
  }

  /** Whether the keys are those of the group that the room has. */
  isOf(group: Bytes | null): boolean {
    return group !== null && this.held !== undefined &&
      equalBytes(this.held.known.group, group);
  }

  /** Ourselves, under our name in the room. */
  get self(): Author {
    const { fingerprint, name } = this.around.host.self;
    return { fingerprint, name: this.session?.room.name || name };
  }

  isSelf({ fingerprint }: Author): boolean {
    return equalBytes(fingerprint, this.around.host.self.fingerprint);
  }

  /** Everybody else in the group. */
  get others(): readonly Author[] {
    const people = this.session?.people ?? [];
    return people.map(authorOf).filter((one) => !this.isSelf(one));
  }

  /** Whether somebody is in the group, ourselves included. */
  hasInGroup(fingerprint: Bytes): boolean {
    return (this.session?.people ?? []).map(authorOf)
      .some((one) => equalBytes(one.fingerprint, fingerprint));
  }

  /** Whether the other of a direct room has its keys. */
  get hasPeer(): boolean {
    return this.others.some((one) => this.#isPeer(one));
  }

  /** Whether its group is that of a key which the other does not have any more. */
  get isOutlived(): boolean {
    return this.held?.known.isOutlived ?? false;
  }

  /** Whether another device of ours has put this one out. */
  get isElsewhere(): boolean {
    return this.held?.known.isElsewhere ?? false;
  }

  /** Public keys of places that were ours before we had the key of now. */
  get formerPlaces(): readonly Bytes[] {
    const { formerly = [] } = this.held?.known ?? {};
    const people = this.session?.people ?? [];
    return people.filter((one) =>
      formerly.some((key) => equalBytes(key, authorOf(one).fingerprint))
    ).map(({ publicKey }) => publicKey);
  }

  /** In a room of two, whoever is there besides. */
  get ghosts(): readonly Author[] {
    if (!this.isDirect || this.isOutlived) return [];
    return this.others.filter((one) => !this.#isPeer(one));
  }

  /** Members under whose name another identity was verified. */
  get changed(): readonly Author[] {
    const { name, peer } = this.info;
    const shown = peer === null ? [] : [{ name, fingerprint: peer }];
    const others = this.isOutlived ? [] : this.others; // nothing is said there
    const people = [...others, ...shown].filter((one) =>
      this.around.trust(one) === "changed"
    );
    const keys = people.map(({ fingerprint }) => fingerprint.toHex());
    return people.filter((_, index) =>
      keys.indexOf(keys[index] as string) === index
    );
  }

  /** Notes what has changed of the group. */
  note(change: Partial<KnownGroup>): void {
    if (this.held === undefined) return;
    const known = { ...this.held.known, ...change };
    this.around.store.keepGroup(known);
    this.held.known = known;
  }

  #isPeer({ fingerprint }: Author): boolean {
    return this.info.peer !== null && equalBytes(fingerprint, this.info.peer);
  }
}
