import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Entry, Member } from "../protocol/entry.ts";
import type { Conversation, ConversationEvent } from "../room/conversation.ts";
import type { SealedNews } from "../room/sealed_rooms.ts";
import { shownName } from "./author_spans.ts";
import type { CommandOptions } from "./commands.ts";
import { type EntryPlace, isOwn } from "./entry_line.ts";
import { isNews } from "./is_news.ts";
import { Link } from "./link.ts";
import { changedLines, dividerLine, motdLines } from "./remark.ts";
import type { RoomView } from "./room_view.ts";
import { RoomViews } from "./room_views.ts";
import { sanitizeLine } from "./sanitize.ts";
import { waitsFor } from "./sealed_phase.ts";
import { peopleText } from "./status.ts";
import type { Line } from "./style.ts";
import { Transcript } from "./transcript.ts";
import type { Verification } from "./verification.ts";

/** What a link may hold besides the way to the server. */
export interface LinkSecrets {
  /** 16 bytes; admits one new person. */
  readonly invitation?: Bytes;
  /** A sealed room. */
  readonly room?: RoomKey;
}

/** What a link tells of a sealed room. */
export interface RoomKey {
  /** What to call it until its own name is known. */
  readonly name: string;
  /** Its secret, 32 bytes. */
  readonly key: Bytes;
}

/** What a {@linkcode Scene} may be told. */
export interface SceneOptions {
  /** The number of the room to begin in; the lobby when left out. */
  readonly room?: number;
  /** What the server says to everybody who enters; text of a peer. */
  readonly motd?: string;
  /** Whether this process hosts the rooms, so that leaving closes them. */
  readonly hosting?: boolean;
  /** Whether what is not sent yet outlives this process. */
  readonly keeps?: boolean;
  /** The link that leads here, or to a room, with secrets if it has any. */
  readonly linkFor?: (secrets?: LinkSecrets) => string;
  /**
   * Reads the link of a sealed room of this server.
   *
   * @throws {ChatError} When it is none, or leads to another server; the error
   * does not quote it.
   */
  readonly readLink?: (text: string) => RoomKey;
  /** Who was verified on this device; without it, nobody can be. */
  readonly verification?: Verification;
  /** IANA time zone; the one of this computer when left out. */
  readonly timeZone?: string;
}

/** How a scene is shown. */
export interface SceneLook {
  /** The present, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes the date before every entry. */
  readonly dated?: boolean;
  /** Lines of one message shown at most; all of them when left out. */
  readonly maxLines?: number;
  /**
   * Columns of a screen that can show drawings, now; without it, nothing is
   * drawn.
   */
  readonly columns?: () => number;
}

/** Why all of a room is unreadable here: the status tells what to do. */
const NO_KEYS = "no_keys";

/** What an arrival in a sealed room says of it. */
const SEALED_FROM_SERVER = "the server cannot read this";

/** A conversation as somebody sees it: its rooms, and what is shown of them. */
export class Scene {
  readonly conversation: Conversation;
  readonly options: SceneOptions;
  readonly transcript: Transcript;
  readonly views: RoomViews;
  /** The connection to the server. */
  readonly link: Link;
  /** Columns for drawings; 0 where none can be shown. */
  readonly columns: () => number;
  /** Fingerprints whose code was compared and is the same, in hex. */
  readonly compared = new Set<string>();
  /** Fingerprints whose safety number was shown, in hex. */
  readonly numbered = new Set<string>();
  readonly #now: () => number;
  /** What is asked about rooms, and not answered yet. */
  readonly #learning = new Map<
    RoomView,
    Promise<readonly Member[] | undefined>
  >();
  /** A room we are on the way to for the first time, and when we are there. */
  #expected:
    | { readonly label: string; readonly arrival: PromiseWithResolvers<void> }
    | undefined;

  constructor(
    conversation: Conversation,
    options: SceneOptions,
    { now, columns = (): number => 0, ...look }: SceneLook,
  ) {
    this.columns = columns;
    this.conversation = conversation;
    this.options = options;
    this.link = new Link(now, options);
    this.#now = now;
    const { timeZone, verification } = options;
    const { self, rooms } = conversation;
    this.transcript = new Transcript({
      self,
      now: now(),
      ...look,
      ...timeZone === undefined ? {} : { timeZone },
      ...verification === undefined
        ? {}
        : { judge: (person) => verification.judge(person) },
    });
    this.views = new RoomViews(rooms, options.room);
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now();
  }

  /** Decides which commands there are, now. */
  get commands(): CommandOptions {
    const { hosting = false } = this.options;
    const { standing } = this.conversation;
    return { standing, hosting, room: this.views.current.info?.type ?? "open" };
  }

  /** How a room is called. */
  readonly label = (room: number): string => this.#viewOf(room).label;

  /** How a room is called by programs. */
  readonly nameOf = (room: number): string => this.#viewOf(room).name;

  /** What messages of ours wait for in a room; empty when for nothing. */
  readonly waitsFor = (room: number): string => (
    waitsFor(this.conversation, room, this.label(room))
  );

  /** The first lines: who we are, what to do, what the server says to all. */
  welcome(): Line[] {
    const { serverName, outgoing } = this.conversation;
    const { current } = this.views;
    return [
      ...this.transcript.welcome(serverName),
      ...motdLines(this.options.motd ?? "", serverName),
      ...current.room === 0 ? [] : [this.#arrival(current)],
      ...this.link.leftOver(outgoing.length),
    ];
  }

  /** Takes in what happens, and gives the lines it is shown as. */
  show(event: ConversationEvent): Line[] {
    switch (event.kind) {
      case "room":
        this.views.add(event.room);
        return [];
      case "parted":
        return this.part(event.room);
      case "connection":
        return this.link.see(event, this.conversation.outgoing.length);
    }
    if (isNews(event)) return this.#news(event);
    if ("seq" in event) return this.#entry(event);
    const lines = this.transcript.show(event, { label: this.label });
    return event.kind === "outgoing" && event.message.state === "failed"
      ? [...lines, ...this.#changedLines(event.message.room)]
      : lines;
  }

  /** What to do where nothing is sealed, as a verified name has another key. */
  #changedLines(room: number): Line[] {
    const { changed = [] } = this.conversation.sealed.status(room) ?? {};
    const [first] = changed;
    return first === undefined ? [] : changedLines(shownName(first));
  }

  /** We are on the way to a room that we did not belong to. */
  expect(label: string): void {
    this.arrived();
    const arrival = Promise.withResolvers<void>();
    this.#expected = { label: label.toLowerCase(), arrival };
  }

  /** What was on the way is there, and shown, or will not come. */
  arrived(): void {
    this.#expected?.arrival.resolve();
    this.#expected = undefined;
  }

  /**
   * Resolves when an event may be shown: the past of a room comes after its
   * header. Waits for nothing but an answer that came before the event did.
   */
  async inTurn(event: ConversationEvent): Promise<void> {
    const isOfRoom = "seq" in event || isNews(event);
    if (this.#expected === undefined || !isOfRoom) return;
    const { label, arrival } = this.#expected;
    const { bareLabel } = this.#viewOf(event.room);
    if (bareLabel.toLowerCase() === label) await arrival.promise;
  }

  /** Goes to a room; nothing is shown when we are there. */
  go(view: RoomView): Line[] {
    if (view === this.views.current) return [];
    return [this.#arrival(this.views.go(view.room))];
  }

  /** Takes in that we do not belong to a room any more, once. */
  part(room: number): Line[] {
    const { views } = this;
    if (!views.has(room)) return [];
    const label = this.label;
    const lines = this.transcript.show({ kind: "parted", room }, { label });
    const was = views.current;
    views.remove(room);
    if (views.current === was) return lines;
    return [...lines, this.#arrival(views.current)];
  }

  /** Learns who is in a room; without an answer, nobody knows. */
  learn(view: RoomView): Promise<readonly Member[] | undefined> {
    const asked = view.doubtful ? undefined : this.#learning.get(view);
    if (asked !== undefined) return asked;
    view.doubtful = false;
    const learning = this.#learn(view).finally(() => {
      if (this.#learning.get(view) === learning) this.#learning.delete(view);
    });
    this.#learning.set(view, learning);
    return learning;
  }

  async #learn(view: RoomView): Promise<readonly Member[] | undefined> {
    try {
      const members = await this.conversation.who(view.room);
      view.roster.reset(members);
      return members;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return undefined;
    }
  }

  /** Tells the other of a direct room that all of it was shown here. */
  markRead(): void {
    const { current } = this.views;
    if (!current.direct || !current.unmarked) return;
    current.unmarked = false;
    this.conversation.read(current.room);
  }

  /** We answer in a direct room without going there: then we have read it. */
  answered(view: RoomView): void {
    view.unread = 0;
    view.unmarked = false;
    this.conversation.read(view.room);
  }

  #entry(entry: Entry): Line[] {
    const view = this.#viewOf(entry.room);
    const own = isOwn(entry, this.conversation);
    const here = view.room === this.views.current.room;
    view.see(entry, { now: this.#now(), own });
    if ((entry.kind === "said" || entry.kind === "did") && !own) {
      view.unmarked = true;
      if (!here) {
        view.unread += 1;
        view.mentioned ||= this.transcript.mentions(entry);
      }
    }
    if (own && entry.kind === "marks" && entry.read >= entry.seq) {
      view.unread = 0; // read on another device of ours
    }
    const passing = entry.kind === "joined" || entry.kind === "left";
    if (passing && !here) return [];
    return this.transcript.show(entry, {
      label: this.label,
      place: this.#placeOf(view),
    });
  }

  /** Who can read a room changes: that is told wherever we are. */
  #news(news: SealedNews): Line[] {
    const view = this.#viewOf(news.room);
    const { change } = news;
    if (change.kind === "entered") view.toldKeyless = false;
    else if (change.kind === "unreadable" && change.reason === NO_KEYS) {
      if (view.toldKeyless) return []; // each entry is as unreadable
      view.toldKeyless = true;
    } else view.doubtful = true; // others are in it now
    return this.transcript.show(news, {
      label: this.label,
      place: this.#placeOf(view),
    });
  }

  /** How what happens in a room is shown. */
  #placeOf({ room, label, direct, sealed }: RoomView): EntryPlace {
    const here = room === this.views.current.room;
    return {
      direct,
      sealed: sealed && !direct,
      label: here ? [] : [{ dim: true, text: label }],
    };
  }

  #viewOf(room: number): RoomView {
    const view = this.views.of(room);
    const info = this.conversation.rooms.get(room);
    return view.info === undefined && info !== undefined
      ? this.views.add(info)
      : view;
  }

  /** The line between what was shown of two rooms. */
  #arrival({ label, info, roster, sealed, direct }: RoomView): Line {
    const topic = sanitizeLine(info?.topic ?? "");
    const people = peopleText(roster.size, sealed ? roster.members : undefined);
    const about = [
      label,
      ...sealed && !direct ? [SEALED_FROM_SERVER] : [],
      ...topic === "" ? [] : [topic],
      ...roster.known && !direct ? [people] : [],
    ];
    return dividerLine(about.join(" · "), { bold: true });
  }
}
