import type { Bytes } from "../../lib/bytes.ts";
import { connect } from "../../client.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import {
  generateIdentity,
  type Identity,
} from "../../lib/identity/identity.ts";
import type { DeviceState } from "../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import type { SealingMaker } from "../../lib/member/sealing.ts";
import type { Conversation } from "../../lib/room/conversation.ts";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import { LocalBox } from "../../lib/sealed/local_box.ts";
import { makeSealing } from "../../lib/sealing/make_sealing.ts";
import { MemorySealedDatabase } from "../../lib/sealing/memory_sealed_database.ts";
import { StoredRooms } from "../../lib/sealing/stored_rooms.ts";
import { Follower } from "./served.ts";

/** What somebody enters a server with. */
export interface Entering {
  readonly identity: Identity;
  readonly name: string;
  readonly state: DeviceState;
  readonly sealing: SealingMaker;
}

/** A way into a server. */
export type Entrance = (who: Entering) => Promise<Conversation>;

/** The way in by TCP: a port of loopback for each identity. */
export function overTcp(
  port: (identity: Identity) => number,
  fingerprint: Fingerprint,
): Entrance {
  return async (who) =>
    await connect({
      ...{ host: "127.0.0.1", port: port(who.identity), pins: [fingerprint] },
      ...who,
    });
}

/** Time that anything may take to show, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Somebody with one device in this process, who may go and come back. */
export class SealedMember implements AsyncDisposable {
  readonly identity: Identity;
  readonly #enter: Entrance;
  readonly #names: { readonly name: string; readonly sealedName: string };
  readonly #state: MemoryDeviceState;
  readonly #database = new MemorySealedDatabase();
  store!: StoredRooms;
  client!: Conversation;
  /** What was shown since it came last. */
  shown!: Follower;

  private constructor(
    identity: Identity,
    enter: Entrance,
    names: { readonly name: string; readonly sealedName: string },
  ) {
    this.identity = identity;
    this.#enter = enter;
    this.#names = names;
    this.#state = new MemoryDeviceState(
      crypto.getRandomValues(new Uint8Array(16)),
    );
  }

  /**
   * Somebody new, who is in.
   *
   * @param names What the server calls it, and what only members of its rooms do.
   */
  static async enter(
    enter: Entrance,
    names: { readonly name: string; readonly sealedName: string },
  ): Promise<SealedMember> {
    const member = new SealedMember(await generateIdentity(), enter, names);
    await member.come();
    return member;
  }

  /** Comes, or comes back. */
  async come(): Promise<void> {
    const { identity } = this;
    const { name, sealedName } = this.#names;
    const vault = await LocalBox.of(identity);
    const { device } = this.#state;
    const store = new StoredRooms(this.#database, { box: vault, device });
    this.store = store;
    this.client = await this.#enter({
      ...{ identity, name, state: this.#state },
      sealing: await makeSealing({ identity, store, vault, sealedName }),
    });
    this.shown = new Follower(this.client);
  }

  /** Goes away in order. */
  async go(): Promise<void> {
    await this.client.close();
    await this.shown.ended;
  }

  /** Joins the room of a secret, and has its keys. */
  async join(secret: Bytes): Promise<number> {
    const { room } = await this.client.sealed.join("?", secret);
    await this.sees(room, "entered");
    return room;
  }

  /** What was shown as said in a room. */
  said(room: number): readonly string[] {
    return this.shown.events.flatMap((event) =>
      event.kind === "said" && event.room === room
        ? [`${event.name}: ${event.text}`]
        : []
    );
  }

  /** What was shown of the keys of a room. */
  changes(room: number): readonly SealedChange[] {
    return this.shown.events.flatMap((event) =>
      "change" in event && event.room === room ? [event.change] : []
    );
  }

  /** Waits until a text was shown. */
  async reads(room: number, text: string): Promise<void> {
    await this.#until(
      () => this.said(room).some((line) => line.endsWith(`: ${text}`)),
      `"${text}"`,
    );
  }

  /** Waits until a change of keys was shown. */
  async sees(room: number, kind: SealedChange["kind"]): Promise<void> {
    await this.#until(
      () => this.changes(room).some((change) => change.kind === kind),
      kind,
    );
  }

  /** Everything secret that its device keeps of its rooms: keys, not texts. */
  secrets(): readonly { readonly what: string; readonly bytes: Bytes }[] {
    const { name } = this.#names;
    return [
      ...this.store.groups().map(({ secret, peer }) => ({
        what: peer === null ? "the room secret" : "a secret of two",
        bytes: secret,
      })),
      ...this.store.keys().map(({ secret }) => ({
        what: `the private half of the sealing key of ${name}`,
        bytes: secret,
      })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    this.store[Symbol.dispose]();
  }

  /** Waits for something that an event brings. */
  async #until(isSo: () => boolean, what: string): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`${this.#names.name} never saw ${what}`)),
      PATIENCE_MS,
    );
    try {
      await Promise.race([this.shown.until(isSo), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
