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

/** The sealing of a conversation without keys: it tells where something was said. */
export class NoSealing implements Sealing {
  readonly vault: Vault = { hide: refuse, reveal: (): undefined => undefined };
  readonly #host: SealingHost;

  constructor(host: SealingHost) {
    this.#host = host;
  }

  attach(_wire: Wire): void {}
  detach(): void {}
  changeLog(): void {}
  announced(_room: MessageOfKind<"room">): void {}
  parted(_room: number): void {}
  complete(): void {}
  began(): void {}

  take(entry: KeptEntry, note: Note | undefined): void {
    this.#host.tell(shown(entry), note);
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
    return await refuseLater();
  }

  sealedAs(_number: number): SealedMessage | undefined {
    return undefined;
  }

  unseal(_number: number): void {}
  dismiss(_number: number): void {}

  async who(): Promise<never> {
    return await refuseLater();
  }

  /** Nothing was read, so there is nothing. */
  history(): Promise<EntryPage> {
    return Promise.resolve({ entries: [], before: null });
  }

  search(): Promise<EntryPage> {
    return this.history();
  }

  async title(): Promise<never> {
    return await refuseLater();
  }

  /** There is nobody who could be told. */
  async leave(): Promise<void> {}

  async create(): Promise<never> {
    return await refuseLater();
  }

  async join(): Promise<never> {
    return await refuseLater();
  }

  known(): readonly Bytes[] {
    return [];
  }

  secret(): undefined {}

  status(room: number): SealedStatus | undefined {
    const type = this.#host.rooms.get(room)?.type ?? "open";
    if (type === "open") return undefined;
    const nothing = { epoch: null, digits: null, changed: [] };
    return { phase: "keyless", why: WHY, ...nothing };
  }

  people(): Promise<readonly SealedPerson[]> {
    return Promise.resolve([]);
  }

  async remove(): Promise<never> {
    return await refuseLater();
  }

  async rekey(): Promise<never> {
    return await refuseLater();
  }

  async resync(_room: number): Promise<void> {
    return await refuseLater();
  }

  async share(): Promise<never> {
    return await refuseLater();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
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

function refuse(): never {
  throw new ChatError("CHAT_SEAL_NO_KEYS", `Cannot do that: ${WHY}`);
}

function refuseLater(): Promise<never> {
  return Promise.reject(
    new ChatError("CHAT_SEAL_NO_KEYS", `Cannot do that: ${WHY}`),
  );
}
