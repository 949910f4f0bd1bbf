import { equalBytes } from "../bytes.ts";
import { ChatError, type ErrorCode } from "../errors.ts";
import { roomKeysOf } from "../sealed/room_secret.ts";
import { openName } from "../sealed/sealed_name.ts";
import { foundDirect, takeHello } from "./founding.ts";
import { unreadable } from "./lines.ts";
import { askHead, type Head } from "./requests.ts";
import type { HeldGroup, RoomCell } from "./room_cell.ts";
import type { RoomReader } from "./room_reader.ts";
import { isSame, restoreRoom } from "./restore_room.ts";
import type { Attachment } from "./surroundings.ts";

/** Finds out which group a room has, and gives a room of two its own. */
export class GroupFinder {
  readonly #cell: RoomCell;
  readonly #reader: RoomReader;

  constructor(cell: RoomCell, reader: RoomReader) {
    this.#cell = cell;
    this.#reader = reader;
  }

  /**
   * Founds a group for a room of two, or takes the one that was first.
   *
   * @returns Whether it is ours.
   * @throws {ChatError} What is to be tried again.
   */
  async found(attachment: Attachment): Promise<boolean> {
    const cell = this.#cell;
    if (cell.founding === undefined) return false;
    const { replaces } = cell.founding;
    try {
      await foundDirect(cell, replaces, attachment);
      cell.founded = cell.founding;
      cell.founding = undefined;
      cell.trouble = "";
      return true;
    } catch (error) {
      if (!isRefusal(error, "CHAT_SEAL_OUTRUN")) throw error;
      const head = await askHead(attachment.wire, cell.number);
      const isSame = replaces !== null && equalBytes(head.group, replaces);
      if (isSame) throw error; // it contradicts itself
      await cell.progress.reached(head.seq, attachment.signal);
      await this.#switchTo(head.group); // it may have been ours
      return false;
    }
  }

  /**
   * Finds out which group a room has whose keys we do not hold.
   *
   * @returns Whether there is more to do about it.
   */
  async find(attachment: Attachment): Promise<boolean> {
    const cell = this.#cell;
    const isThere = cell.group !== null || cell.info.group !== null;
    if (!cell.isDirect || !isThere) {
      cell.isCaughtUp = true;
      return false;
    }
    if (cell.keyless !== "") {
      cell.isCaughtUp = true;
      return false;
    }
    const { info: { group } } = cell;
    if (cell.kept.some((known) => isSame(known.group, group))) {
      this.#reader.after(() => restoreRoom(cell, this.#reader));
      await this.#reader.idle();
      return true;
    }
    try {
      await takeHello(cell, attachment);
    } catch (error) {
      if (
        !isRefusal(error, "CHAT_SEAL_NO_KEYS") &&
        !isRefusal(error, "CHAT_SEAL_REFUSED")
      ) throw error;
      if (isRefusal(error, "CHAT_SEAL_NO_KEYS")) {
        this.#reader.tell(unreadable("other_device"));
      }
      cell.keyless =
        "This device was not given the keys: say something or use /resync to begin anew";
    }
    return true;
  }

  /**
   * Finds out whether a group that we founded came to be, where the log does not
   * say it any more.
   *
   * @throws {ChatError} What is to be tried again.
   */
  async findNext(attachment: Attachment): Promise<void> {
    const cell = this.#cell;
    const { next } = cell;
    const head = await askHead(attachment.wire, cell.number);
    await cell.progress.reached(head.seq, attachment.signal);
    if (next === undefined || cell.next !== next) return; // the log has told
    if (equalBytes(head.group, next.known.group)) {
      await this.#switchTo(head.group);
    }
  }

  /**
   * Where the server stands with our group.
   *
   * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when it shows another one.
   */
  async head(held: HeldGroup, attachment: Attachment): Promise<Head> {
    const cell = this.#cell;
    const head = await askHead(attachment.wire, cell.number);
    const { group, name, secret } = held.known;
    if (equalBytes(head.group, group)) {
      if (cell.isDirect || cell.held !== held) return head;
      const keys = await roomKeysOf(secret);
      const title = await openName(keys, "room name", head.title);
      if (title !== undefined && title !== name && title !== "") {
        cell.note({ name: title });
        cell.around.host.described(cell.number);
      }
      return head;
    }
    if (cell.isDirect) {
      await cell.progress.reached(head.seq, attachment.signal);
      if (cell.held === held) { // the log does not say where it began
        await this.#switchTo(head.group);
      }
    }
    throw new ChatError(
      "CHAT_SEAL_OUT_OF_STEP",
      "Cannot use keys of sealed room: the server shows another one in its place",
    );
  }

  async #switchTo(group: Head["group"]): Promise<void> {
    if (this.#cell.isRetired(group)) {
      throw new ChatError(
        "CHAT_SEAL_OUT_OF_STEP",
        "Cannot use keys of sealed room: the server shows some that were replaced",
      );
    }
    this.#reader.after(() => void this.#reader.switchTo(group));
    await this.#reader.idle();
  }
}

/** Whether an error has this code. */
export function isRefusal(error: unknown, code: ErrorCode): boolean {
  return error instanceof ChatError && error.code === code;
}
