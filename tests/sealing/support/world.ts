import type { Bytes } from "../../../lib/bytes.ts";
import { ChatError } from "../../../lib/errors.ts";
import { fingerprintBytes } from "../../../lib/identity/fingerprint.ts";
import {
  generateIdentity,
  type Identity,
} from "../../../lib/identity/identity.ts";
import { Correspondent } from "../../../lib/member/correspondent.ts";
import type { Link, Transport } from "../../../lib/member/link.ts";
import { MemoryDeviceState } from "../../../lib/member/memory_device_state.ts";
import type { SealedDatabase } from "../../../lib/member/sealed_database.ts";
import type {
  ConversationEvent,
  JoinedRoomInfo,
} from "../../../lib/room/conversation.ts";
import type { SealedChange } from "../../../lib/room/sealed_rooms.ts";
import { LocalBox } from "../../../lib/sealed/local_box.ts";
import { makeSealing, type Trust } from "../../../lib/sealing/make_sealing.ts";
import { MemorySealedDatabase } from "../../../lib/sealing/memory_sealed_database.ts";
import { StoredRooms } from "../../../lib/sealing/stored_rooms.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { quiet } from "./quiet.ts";
import { TestServer } from "./test_server.ts";

/** Steps of a wait; then it failed. */
const MAX_STEPS = 20_000;

/** A server, a clock that runs while somebody waits, and people. */
export class World implements AsyncDisposable {
  readonly clock = new VirtualClock(1_700_000_000_000);
  /** The server that there is now. */
  server = new TestServer(this.clock);
  readonly #people: Person[] = [];

  /** Somebody new, who is in. */
  async person(
    name: string,
    options: Partial<PersonOptions> = {},
  ): Promise<Person> {
    const identity = options.identity ?? await generateIdentity();
    const person = new Person(this, name, { ...options, identity });
    this.#people.push(person);
    await person.start();
    return person;
  }

  /** Lets time pass, slowly enough for what computes, until something is so. */
  async until(
    isSo: () => boolean,
    what: string | (() => unknown) = "it",
  ): Promise<void> {
    for (let step = 0; step < MAX_STEPS; step++) {
      if (isSo()) return;
      await quiet();
      await this.clock.pass(20);
    }
    const found = typeof what === "string" ? what : what();
    throw new Error(`did not come: ${JSON.stringify(found, plain)}`);
  }

  /** Lets time pass until something is done. */
  async done<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = (): void => void (isDone = true);
    work.then(end, end);
    await this.until(() => isDone, "its end");
    return await work;
  }

  /** Lets time pass while everybody does what they do. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    const step = Math.max(20, ms / 400);
    while (this.clock.now() < end) {
      await quiet();
      await this.clock.pass(Math.min(step, end - this.clock.now()));
    }
    await quiet();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of this.#people) await person.stop();
  }
}

/** Who somebody is, and what its device remembers. */
export interface PersonOptions {
  readonly identity: Identity;
  readonly trust: Trust;
  readonly database: SealedDatabase;
  readonly state: MemoryDeviceState;
  readonly random: () => number;
  readonly sealedName: string;
}

/** Somebody with one device, whose disk outlives its processes. */
export class Person {
  readonly identity: Identity;
  readonly fingerprint: Bytes;
  readonly name: string;
  database: SealedDatabase;
  state: MemoryDeviceState;
  readonly events: ConversationEvent[] = [];
  conversation!: Correspondent;
  store!: StoredRooms;
  /** Whether there is a way to the server. */
  isOnline = true;
  readonly #world: World;
  readonly #options: Partial<PersonOptions>;
  #link: Link | undefined;
  #seed = 1;

  constructor(
    world: World,
    name: string,
    options: Partial<PersonOptions> & Pick<PersonOptions, "identity">,
  ) {
    this.#world = world;
    this.name = name;
    this.#options = options;
    this.identity = options.identity;
    this.fingerprint = fingerprintBytes(options.identity.fingerprint);
    this.database = options.database ?? new MemorySealedDatabase();
    const device = crypto.getRandomValues(new Uint8Array(16));
    this.state = options.state ?? new MemoryDeviceState(device);
  }

  /** Begins a process and enters. */
  async start(): Promise<void> {
    const { identity, state } = this;
    const box = await LocalBox.of(identity);
    const { device } = state;
    const store = new StoredRooms(this.database, { box, device });
    this.store = store;
    const { trust, sealedName } = this.#options;
    const keeping = { identity, store, vault: box };
    const sealing = await makeSealing({ ...keeping, trust, sealedName });
    const transport: Transport = {
      open: (): Promise<Link> => {
        if (!this.isOnline) {
          throw new ChatError("CHAT_UNREACHABLE", "Cannot connect: offline");
        }
        this.#link = this.#world.server.connect(identity);
        return Promise.resolve(this.#link);
      },
    };
    this.conversation = new Correspondent({
      ...{ fingerprint: this.fingerprint, transport, state, sealing },
      clock: this.#world.clock,
      random: this.#options.random ?? ((): number => this.#random()),
    });
    void this.#listen(this.conversation);
    await this.conversation.enter({ name: this.name });
  }

  /** Ends the process in order. */
  async stop(): Promise<void> {
    await this.conversation.close();
  }

  /** The connection breaks; it is made again when there is a way. */
  cut(): void {
    const reason = new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: cut");
    this.#link?.abort(reason);
  }

  get sealed(): Correspondent["sealed"] {
    return this.conversation.sealed;
  }

  /** Which room is with somebody, or the only sealed one. */
  room(peer?: Person): JoinedRoomInfo {
    const found = [...this.conversation.rooms.values()].find((info) =>
      peer === undefined
        ? info.type === "sealed"
        : info.peer?.toHex() === peer.fingerprint.toHex()
    );
    if (found === undefined) throw new Error("no such room");
    return found;
  }

  phase(room: number): string {
    return this.sealed.status(room)?.phase ?? "none";
  }

  /** What was shown as said in a room. */
  texts(room: number): readonly string[] {
    return this.events.flatMap((event) =>
      (event.kind === "said" || event.kind === "did") && event.room === room
        ? [`${event.name}: ${event.text}`]
        : []
    );
  }

  /** What was shown of the keys of a room. */
  changes(room: number): readonly SealedChange[] {
    return this.events.flatMap((event) =>
      "change" in event && event.room === room ? [event.change] : []
    );
  }

  kinds(room: number): readonly string[] {
    return this.changes(room).map((change) =>
      change.kind === "unreadable" ? change.reason : change.kind
    );
  }

  async #listen(conversation: Correspondent): Promise<void> {
    try {
      for await (const event of conversation.events) this.events.push(event);
    } catch {
      // it ended: whoever waits for it is told
    }
  }

  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}`;
  return value instanceof Uint8Array ? value.toHex().slice(0, 12) : value;
}
