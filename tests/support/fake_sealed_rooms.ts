import type { Bytes } from "../../lib/bytes.ts";
import type { JoinedRoomInfo } from "../../lib/room/conversation.ts";
import type {
  SealedPerson,
  SealedRooms,
  SealedStatus,
} from "../../lib/room/sealed_rooms.ts";
import { sealedRoom } from "./rooms.ts";

/** What a fake needs of the conversation it belongs to. */
interface Around {
  /** Notes what was asked, and answers or refuses it. */
  request(what: string, room?: number): Promise<void>;
  /** Puts us into a room that is new. */
  enter(name: string, make: typeof sealedRoom): JoinedRoomInfo;
}

/** The status of a room that has its keys. */
export const MEMBER: SealedStatus = {
  phase: "member",
  why: "",
  epoch: 7n,
  digits: "012345678901234567890123456789",
  changed: [],
};

/** Sealed rooms that a test drives. */
export class FakeSealedRooms implements SealedRooms {
  /** By room. */
  readonly statuses = new Map<number, SealedStatus>();
  readonly secrets = new Map<number, Bytes>();
  /** Of rooms that we do not belong to, by name. */
  readonly kept = new Map<string, readonly Bytes[]>();
  /** Who has the keys of every room. */
  members: readonly SealedPerson[] = [];
  /** How many lines there are to share. */
  shareable = 0;
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  async create(name: string): Promise<JoinedRoomInfo> {
    await this.#around.request(`seal ${name}`);
    return this.#enter(name, new Uint8Array(32).fill(9));
  }

  async join(name: string, secret: Bytes): Promise<JoinedRoomInfo> {
    await this.#around.request(`join &${name} ${secret.toHex()}`);
    return this.#enter(name, secret);
  }

  known(name: string): readonly Bytes[] {
    return this.kept.get(name) ?? [];
  }

  secret(room: number): Bytes | undefined {
    return this.secrets.get(room);
  }

  status(room: number): SealedStatus | undefined {
    return this.statuses.get(room);
  }

  async people(room: number): Promise<readonly SealedPerson[]> {
    await this.#around.request("people", room);
    return this.members;
  }

  async remove(room: number, subject: string): Promise<void> {
    await this.#around.request(`remove ${subject}`, room);
  }

  async rekey(room: number): Promise<void> {
    await this.#around.request("rekey", room);
  }

  async resync(room: number): Promise<void> {
    await this.#around.request("resync", room);
  }

  async share(room: number, count: number): Promise<number> {
    await this.#around.request(`share ${count}`, room);
    return Math.min(count, this.shareable);
  }

  #enter(name: string, secret: Bytes): JoinedRoomInfo {
    const info = this.#around.enter(name, sealedRoom);
    this.secrets.set(info.room, secret);
    this.statuses.set(info.room, MEMBER);
    return info;
  }
}
