import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Wire } from "../member/wire.ts";
import { unexpected } from "../member/unexpected.ts";
import { REFUSAL_CODES } from "../protocol/words.ts";
import type { JoinedRoomInfo } from "../room/conversation.ts";
import { whyNotSealedName } from "../sealed/credential.ts";
import { generateRoomSecret, roomKeysOf } from "../sealed/room_secret.ts";
import { sealName } from "../sealed/sealed_name.ts";
import { groupOf } from "./founding.ts";
import { GroupSession } from "./group_session.ts";
import { found, joinSealed } from "./requests.ts";
import type { KnownGroup } from "./sealed_store.ts";
import type { Surroundings } from "./surroundings.ts";

/** A group that was founded, until its room is announced. */
interface Begun {
  readonly known: KnownGroup;
  readonly session?: GroupSession;
}

/** The ways into sealed rooms. */
export class Entrances {
  readonly #around: Surroundings;
  readonly #begun = new Map<string, Begun>();
  /** Groups of whose rooms the server was asked, and has not answered. */
  readonly #asked = new Set<string>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Whether the server was asked for the room of a group, and has not answered. */
  isAsked(group: Bytes): boolean {
    return this.#asked.has(group.toHex());
  }

  /** What was begun of a group whose room is announced now. */
  take(group: Bytes): Begun | undefined {
    const hex = group.toHex();
    const begun = this.#begun.get(hex);
    this.#begun.delete(hex);
    return begun;
  }

  /**
   * Makes a sealed room, of us alone.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID`, a refusal, what keeping it throws.
   */
  async create(name: string, wire: Wire): Promise<JoinedRoomInfo> {
    const why = whyNotSealedName(name);
    if (why !== undefined) {
      const text = `Cannot make sealed room: its name ${why}`;
      throw new ChatError("CHAT_NAME_INVALID", text);
    }
    const { host, store } = this.#around;
    const rekeyedAt = host.clock.now();
    const secret = generateRoomSecret();
    const group = await groupOf(secret, { peer: null, name, rekeyedAt });
    const known: KnownGroup = { ...group, mayGo: "unborn" };
    return await this.#enter(known, async () => {
      store.keepGroup(known);
      const named = this.#around.name();
      const session = await GroupSession.create(known, named, this.#around);
      this.#begun.set(known.group.toHex(), { known, session });
      const keys = await roomKeysOf(secret);
      const title = await sealName(keys, "room name", name);
      const { groupInfo: info } = await session.room.head();
      const { group } = known;
      return await found(wire, {
        ...{ room: null, group, replaces: null, title, info },
      });
    });
  }

  /**
   * Joins the room of a secret; keys come later.
   *
   * @throws {ChatError} `CHAT_NO_SUCH_ROOM`, what keeping it throws.
   */
  async join(
    name: string,
    secret: Bytes,
    wire: Wire,
  ): Promise<JoinedRoomInfo> {
    const { store } = this.#around;
    const fresh = await groupOf(secret, { peer: null, name, rekeyedAt: 0 });
    const known = store.groups().find(({ group }) =>
      equalBytes(group, fresh.group)
    );
    return await this.#enter(known ?? fresh, async () => {
      if (known !== undefined) return await joinSealed(wire, known.group);
      store.keepGroup({ ...fresh, mayGo: "unborn" });
      return await joinSealed(wire, fresh.group);
    });
  }

  /** What the server refuses is forgotten again. */
  async #enter(
    { group }: KnownGroup,
    ask: () => Promise<number>,
  ): Promise<JoinedRoomInfo> {
    this.#asked.add(group.toHex());
    try {
      return this.#infoOf(await ask(), group);
    } catch (error) {
      this.#begun.delete(group.toHex());
      const isRefused = error instanceof ChatError &&
        (REFUSAL_CODES as readonly string[]).includes(error.code);
      if (isRefused) this.#forget(group);
      throw error;
    } finally {
      this.#asked.delete(group.toHex());
    }
  }

  /** Unless it was known before. */
  #forget(group: Bytes): void {
    const { store } = this.#around;
    const known = store.groups().find((one) => equalBytes(one.group, group));
    if (known?.mayGo === "unborn") store.forgetGroup(group, { lines: false });
  }

  #infoOf(room: number, group: Bytes): JoinedRoomInfo {
    const info = this.#around.host.rooms.get(room);
    if (
      info?.type === "sealed" && info.group && equalBytes(info.group, group)
    ) {
      return info;
    }
    throw unexpected("done");
  }
}
