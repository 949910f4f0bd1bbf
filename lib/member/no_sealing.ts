import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  type Entry,
  isSealedEntry,
  type KeptEntry,
} from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type {
  ConversationEvent,
  EntryPage,
  JoinedRoomInfo,
  Outgoing,
} from "../room/conversation.ts";
import type {
  SealedChange,
  SealedPerson,
  SealedStatus,
} from "../room/sealed_rooms.ts";
import type { Note } from "./rooms.ts";
import type { SealedMessage, Sealing, SealingHost, Vault } from "./sealing.ts";
import type { Wire } from "./wire.ts";

/** Why nothing can be read or said here. */
const WHY = "this program has no keys for rooms that the server cannot read";

/** Why another chat of ours can do that, and this one cannot. */
const ELSEWHERE =
  "your sealed and direct rooms are open in another chat of yours on this machine";

/** The sealing of a conversation without keys: it tells where something was said. */
export class NoSealing implements Sealing {
  readonly vault: Vault;
  /** See `SealedRooms`; for good or until the other chat ends. */
  readonly unavailable: string;
  readonly #host: SealingHost;
  readonly #isElsewhere: boolean;

  /** @param options Whether another process of ours has the keys. */
  constructor(
    host: SealingHost,
    { isElsewhere = false }: { readonly isElsewhere?: boolean } = {},
  ) {
    this.#host = host;
    this.#isElsewhere = isElsewhere;
    this.unavailable = isElsewhere ? ELSEWHERE : WHY;
    this.vault = {
      hide: (): never => {
        throw this.#refusal();
      },
      reveal: (): undefined => undefined,
    };
  }

  attach(_wire: Wire): void {}
  detach(): void {}
  changeLog(): void {}
  announced(_room: MessageOfKind<"room">): void {}
  parted(_room: number): void {}
  complete(): void {}
  began(): void {}

  take(entry: KeptEntry, note: Note | undefined): void {
    // What the other chat shows needs no alarm here.
    const isShownThere = this.#isElsewhere && isSealedEntry(entry);
    this.#host.tell(isShownThere ? null : shown(entry), note);
  }

  pass(entry: Entry): void {
    this.#host.tell(entry);
  }

  interrupt(
    event: Parameters<Sealing["interrupt"]>[0],
    note: Note | undefined,
  ): void {
    this.#host.tell(event, note);
  }

  async room(): Promise<void> {}

  describe(info: JoinedRoomInfo): JoinedRoomInfo {
    return info;
  }

  isReady(_room: number): boolean {
    return false;
  }

  async seal(_message: Outgoing): Promise<SealedMessage> {
    return await this.#refuse();
  }

  sealedAs(_number: number): SealedMessage | undefined {
    return undefined;
  }

  unseal(_number: number): void {}
  dismiss(_number: number): void {}

  async who(): Promise<never> {
    return await this.#refuse();
  }

  /** Nothing was read, so there is nothing. */
  history(): Promise<EntryPage> {
    return Promise.resolve({ entries: [], before: null });
  }

  search(): Promise<EntryPage> {
    return this.history();
  }

  async title(): Promise<never> {
    return await this.#refuse();
  }

  /** There is nobody who could be told. */
  async leave(): Promise<void> {}

  async create(): Promise<never> {
    return await this.#refuse();
  }

  async join(): Promise<never> {
    return await this.#refuse();
  }

  known(): readonly Bytes[] {
    return [];
  }

  secret(): undefined {}

  status(room: number): SealedStatus | undefined {
    const type = this.#host.rooms.get(room)?.type ?? "open";
    if (type === "open") return undefined;
    const nothing = { epoch: null, digits: null, changed: [] };
    return { phase: "keyless", why: this.unavailable, ...nothing };
  }

  people(): Promise<readonly SealedPerson[]> {
    return Promise.resolve([]);
  }

  async remove(): Promise<never> {
    return await this.#refuse();
  }

  async rekey(): Promise<never> {
    return await this.#refuse();
  }

  async resync(_room: number): Promise<void> {
    return await this.#refuse();
  }

  async share(): Promise<never> {
    return await this.#refuse();
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #refuse(): Promise<never> {
    return Promise.reject(this.#refusal());
  }

  #refusal(): ChatError {
    const code = this.#isElsewhere ? "CHAT_DEVICE_IN_USE" : "CHAT_SEAL_NO_KEYS";
    return new ChatError(code, `Cannot do that: ${this.unavailable}`);
  }
}

/** What an entry of a room without keys is shown as; `null` for nothing. */
function shown(entry: KeptEntry): ConversationEvent | null {
  const { kind, room, seq, at, name, fingerprint } = entry;
  if (kind === "renewed") return entry;
  if (kind === "founded") return null;
  const change: SealedChange = isSealedEntry(entry)
    ? {
      kind: "unreadable",
      what: kind === "sealed" ? "message" : "commit",
      reason: "no_keys",
      text: WHY,
    }
    : { kind: "unsealed", author: { name, fingerprint } };
  return { kind: "sealed", room, entry: seq, at, change };
}
