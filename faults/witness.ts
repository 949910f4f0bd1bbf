import { ChatError } from "../lib/errors.ts";
import { isKept } from "../lib/protocol/entry.ts";
import type {
  Conversation,
  ConversationEvent,
  Outgoing,
} from "../lib/room/conversation.ts";
import type { SealedNews } from "../lib/room/sealed_rooms.ts";
import type { Device, Run, Said, Shown, Stream } from "./observed.ts";

/** What a witness needs of its surroundings. */
export interface WitnessOptions {
  readonly device: Device;
  /** Whether a message still waits on the device. */
  readonly waits: (text: string) => boolean;
  /** Whether the disk of the device is full now. */
  readonly isFull?: () => boolean;
  readonly note?: (text: string) => void;
}

/** Writes down what somebody said and saw, in one life of a client. */
export class Witness {
  readonly run: Run = {
    ...{ streams: [], follows: [], unnoted: [], complaints: [] },
    end: "alive",
  };
  readonly #options: WitnessOptions;
  /** It was just said that something could not be noted. */
  #unnoted = false;

  constructor(options: WitnessOptions) {
    this.#options = options;
    options.device.runs.push(this.run);
  }

  get isAlive(): boolean {
    return this.run.end === "alive";
  }

  /** The newest entry that was shown of a room; 0 before the first. */
  reach(room: number): number {
    const last = this.#stream(room)?.items.at(-1);
    if (last === undefined) return 0;
    return "seq" in last ? last.seq : last.to;
  }

  /** Somebody enters a message, which is about to be said. */
  enters(room: number, padding = 0): Said {
    const { name, said } = this.#options.device;
    const order = said.length + 1;
    const text = `${name} ${order}${" x".repeat(padding)}`;
    const entered: Said = {
      ...{ order, room, text, state: "waiting", why: "", unnoted: false },
    };
    said.push(entered);
    this.#note(`says ${order} in ${room}`);
    return entered;
  }

  /** Says it. */
  async say(
    said: Said,
    conversation: Pick<Conversation, "say">,
  ): Promise<void> {
    try {
      const saying = conversation.say(said.text, said.room);
      if (!this.isAlive) said.state = "unsure"; // it ended while keeping it
      await saying;
      this.#told(said, "acknowledged", "");
    } catch (error) {
      if (this.#options.waits(said.text)) return; // for another life
      this.#told(said, "failed", codeOf(error));
    }
  }

  /** Something is shown. */
  sees(event: ConversationEvent): void {
    switch (event.kind) {
      case "room":
        this.#open(event.room.room);
        return;
      case "parted": {
        const stream = this.#stream(event.room);
        if (stream !== undefined) stream.parted = true;
        return;
      }
      case "missed": {
        const { room, from, to } = event;
        this.#open(room).items.push({ from, to });
        return this.#note(`misses ${from} to ${to} of ${room}`);
      }
      case "outgoing":
        return this.#outgoing(event.message);
      case "changed":
        this.run.complaints.push(event.text);
        return this.#note(event.text);
      case "notice":
        if (event.text.startsWith("Cannot write")) this.#unnoted = true;
        else this.run.complaints.push(event.text);
        return this.#note(event.text);
      case "connection":
        return this.#note(`${event.state} ${event.text}`);
    }
    if (event.kind === "sealed" && "change" in event) return this.#news(event);
    if ("seq" in event && isKept(event.kind)) this.#entry(event);
  }

  /** It ended by itself. */
  ends(error: unknown): void {
    const code = codeOf(error);
    this.#note(`ends: ${code} ${error instanceof Error ? error.message : ""}`);
    if (code !== "CHAT_PROTOCOL" && code !== "bug") return;
    this.run.complaints.push(String(error));
  }

  /**
   * Looks at what became of messages when it was not looking, as it crashed: what
   * neither waits nor failed is stored, or should be.
   */
  settle(outgoing: readonly Outgoing[]): void {
    for (const said of this.#options.device.said) {
      if (said.state !== "waiting") continue;
      const found = outgoing.find(({ text }) => text === said.text);
      if (found === undefined) this.#told(said, "acknowledged", "");
      else if (found.state === "failed") {
        this.#told(said, "failed", found.why ?? "");
      }
    }
  }

  #told(said: Said, state: Said["state"], why: string): void {
    if (!this.isAlive || said.state === "unsure") return;
    said.state = state;
    said.why = why;
    if (state === "failed") said.unnoted = this.#options.isFull?.() ?? false;
    this.#note(`${said.order} is ${state} ${why}`);
  }

  #outgoing({ text, state, why }: Outgoing): void {
    const { said: all } = this.#options.device;
    const said = all.find((each) => each.text === text);
    const unnoted = this.#unnoted;
    this.#unnoted = false;
    if (said === undefined) return;
    if (said.state === "failed") said.unnoted ||= unnoted;
    if (said.state !== "waiting") return;
    if (state === "sent") this.#told(said, "acknowledged", "");
    if (state !== "failed") return;
    this.#told(said, "failed", why ?? "");
    said.unnoted ||= unnoted;
  }

  #entry(entry: Extract<ConversationEvent, { readonly seq: number }>): void {
    const text = "text" in entry ? entry.text : "";
    this.#shows({ ...entry, text });
  }

  #shows({ room, seq, at, fingerprint, text }: Omit<Shown, "author"> & {
    readonly room: number;
    readonly fingerprint: Uint8Array;
  }): void {
    const stream = this.#stream(room);
    if (stream === undefined) {
      const what = `entry ${seq} of room ${room}, which is not there`;
      this.run.complaints.push(what);
    }
    stream?.items.push({ seq, at, text, author: fingerprint.toHex() });
    this.#note(`sees ${seq} of ${room}`);
  }

  /** An entry is shown as what it means. */
  #news({ room, entry, at, change }: SealedNews): void {
    if (change.kind === "restarted" && change.by !== null) {
      const { fingerprint } = change.by;
      return this.#shows({ room, seq: entry, at, fingerprint, text: "" });
    }
    this.run.complaints.push(`${change.kind} of entry ${entry} of ${room}`);
  }

  #stream(room: number): Stream | undefined {
    return this.run.streams.findLast((each) =>
      each.room === room && !each.parted
    );
  }

  #open(room: number): Stream {
    const known = this.#stream(room);
    if (known !== undefined) return known;
    const stream: Stream = { room, items: [], parted: false };
    this.run.streams.push(stream);
    return stream;
  }

  #note(text: string): void {
    this.#options.note?.(`${this.#options.device.name} ${text}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof ChatError ? error.code : "bug";
}
