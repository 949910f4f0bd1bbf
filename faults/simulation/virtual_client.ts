import { ChatError } from "../../lib/errors.ts";
import { Correspondent } from "../../lib/member/correspondent.ts";
import type { Clock, Transport } from "../../lib/member/link.ts";
import type { DeviceState } from "../../lib/member/device_state.ts";
import { isKept } from "../../lib/protocol/entry.ts";
import type {
  ConversationEvent,
  Outgoing,
} from "../../lib/room/conversation.ts";
import type { Device, Run, Said, Stream } from "./observed.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What one life of a client needs. */
export interface ClientOptions {
  readonly name: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
  readonly device: Device;
  readonly state: DeviceState;
  readonly transport: Transport;
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly note: (text: string) => void;
  /** Whether its disk takes what it writes at the end. */
  readonly wrote: () => boolean;
  /** Whether its disk is full now. */
  readonly isFull: () => boolean;
  /** Told when it ended by itself. */
  readonly onEnd: () => void;
}

/** One life of a client, from its start to its end, and who sits before it. */
export class VirtualClient {
  readonly #options: ClientOptions;
  readonly #correspondent: Correspondent;
  readonly run: Run = {
    ...{ streams: [], follows: [], unnoted: [], complaints: [] },
    end: "alive",
  };
  /** It was just said that something could not be noted. */
  #unnoted = false;
  /** Set while nobody looks at what is shown. */
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(options: ClientOptions) {
    const { time, fingerprint, transport, random, state } = options;
    this.#options = options;
    options.device.runs.push(this.run);
    const clock: Clock = {
      now: () => time.now,
      delay: (ms, signal) =>
        new Promise((resolve) => {
          const go = (): void => {
            if (this.isAlive) resolve();
          };
          signal.addEventListener("abort", go);
          if (signal.aborted) go();
          time.after(ms, go);
        }),
    };
    this.#correspondent = new Correspondent({
      ...{ fingerprint, transport, clock, random, state },
    });
  }

  get isAlive(): boolean {
    return this.run.end === "alive";
  }

  /** Rooms that it is in. */
  get rooms(): readonly number[] {
    return [...this.#correspondent.rooms.keys()];
  }

  /** Enters, and looks at what is shown until it is over. */
  async live(): Promise<void> {
    const { name, state, note, device } = this.#options;
    this.#correspondent.enter({ name }).catch(() => {});
    try {
      for await (const event of this.#correspondent.events) {
        if (!this.isAlive) return;
        this.#look(event);
        await this.#pause?.promise;
        if (!this.isAlive) return;
      }
    } catch (error) {
      if (!this.isAlive) return;
      this.#complain(error);
    }
    if (!this.isAlive) return;
    await this.#correspondent.close();
    if (!this.isAlive) return;
    state[Symbol.dispose]();
    if (!this.isAlive) return;
    this.run.end = this.#options.wrote() ? "clean" : "crash";
    note(`${device.name} is over`);
    this.#options.onEnd();
  }

  /** Ends at once: whatever it still does, nobody sees. */
  crash(): void {
    this.run.end = "crash";
  }

  say(room: number, padding: number): void {
    const { device, note } = this.#options;
    const order = device.said.length + 1;
    const text = `${device.name} ${order}${" x".repeat(padding)}`;
    const said: Said = {
      ...{ order, room, text, state: "waiting", why: "", unnoted: false },
    };
    device.said.push(said);
    const saying = this.#correspondent.say(text, room);
    if (!this.isAlive) said.state = "unsure"; // it ended while keeping it
    const say = `${device.name} says ${order} in ${room}`;
    note(say);
    saying.then(
      () => this.#told(said, "acknowledged", ""),
      (error) => {
        if (!this.#isWaiting(said)) this.#told(said, "failed", codeOf(error));
      },
    );
  }

  /** Joins a room; `joined` is told when it is in. */
  join(name: string, joined: (room: number) => void): void {
    this.#ask(this.#correspondent.join(name), ({ room }) => joined(room));
  }

  direct(name: string): void {
    this.#ask(this.#correspondent.direct(name), () => {});
  }

  leave(room: number, left: () => void): void {
    this.#ask(this.#correspondent.leave(room), left);
  }

  /** Somebody has seen what is there, and types. */
  look(room: number): void {
    this.#correspondent.read(room);
    this.#correspondent.typing(room);
  }

  /** Looks away for some time. */
  pause(ms: number): void {
    if (this.#pause !== undefined) return;
    const pause = this.#pause = Promise.withResolvers<void>();
    this.#options.time.after(ms, () => {
      this.#pause = undefined;
      pause.resolve();
    });
  }

  /**
   * Looks at what became of messages when it was not looking, as it crashed: what
   * neither waits nor failed is stored, or should be.
   */
  settle(): void {
    for (const said of this.#options.device.said) {
      if (said.state !== "waiting") continue;
      const { outgoing } = this.#correspondent;
      const found = outgoing.find(({ text }) => text === said.text);
      if (found === undefined) this.#told(said, "acknowledged", "");
      else if (found.state === "failed") {
        this.#told(said, "failed", found.why ?? "");
      }
    }
  }

  /** Whether it still waits, here or on the disk, for another life. */
  #isWaiting({ text }: Said): boolean {
    return this.#options.state.outbox()
      .some((each) => each.text === text && each.failed === null);
  }

  #told(said: Said, state: Said["state"], why: string): void {
    if (!this.isAlive || said.state === "unsure") return;
    said.state = state;
    said.why = why;
    if (state === "failed") said.unnoted = this.#options.isFull();
    const { device, note } = this.#options;
    note(`${device.name} ${said.order} is ${state} ${why}`);
  }

  #ask<T>(answer: Promise<T>, then: (answer: T) => void): void {
    answer.then((value) => {
      if (this.isAlive) then(value);
    }, () => {});
  }

  #look(event: ConversationEvent): void {
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
    if (!("seq" in event) || !isKept(event.kind)) return;
    const { room, seq, at, fingerprint } = event;
    const text = "text" in event ? event.text : "";
    const stream = this.#stream(room);
    if (stream === undefined) {
      this.run.complaints.push(
        `entry ${seq} of room ${room}, which is not there`,
      );
    }
    stream?.items.push({ seq, at, text, author: fingerprint.toHex() });
    this.#note(`sees ${seq} of ${room}`);
  }

  #outgoing(
    { text, state, why }: Outgoing,
  ): void {
    const said = this.#options.device.said.find((each) => each.text === text);
    const unnoted = this.#unnoted;
    this.#unnoted = false;
    if (said === undefined) return;
    if (said.state === "failed") said.unnoted ||= unnoted;
    if (said.state === "failed") return;
    if (state === "sent") this.#told(said, "acknowledged", "");
    if (state === "failed" && said.state === "waiting") {
      this.#told(said, "failed", why ?? "");
      said.unnoted ||= unnoted;
    }
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

  #complain(error: unknown): void {
    const code = codeOf(error);
    this.#note(`ends: ${code} ${error instanceof Error ? error.message : ""}`);
    if (code === "CHAT_PROTOCOL" || code === "bug") {
      this.run.complaints.push(String(error));
    }
  }

  #note(text: string): void {
    this.#options.note(`${this.#options.device.name} ${text}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof ChatError ? error.code : "bug";
}
