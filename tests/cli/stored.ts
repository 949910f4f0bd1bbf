import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import type { KeptEntry } from "../../lib/protocol/entry.ts";
import type { History } from "../../lib/room/history.ts";
import { parseName } from "../../lib/room/name.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";

/** Who said what the tests store. */
export const ALICE = { name: "alice", fingerprint: new Uint8Array(32) };

/** What an entry says besides its place. */
type Content =
  | { readonly kind: "said" | "did" | "titled"; readonly text: string }
  | { readonly kind: "renewed"; readonly next: Uint8Array<ArrayBuffer> }
  | { readonly kind: "sealed"; readonly body: Uint8Array<ArrayBuffer> }
  | {
    readonly kind: "committed";
    readonly turn: number;
    readonly body: Uint8Array<ArrayBuffer>;
  }
  | { readonly kind: "founded"; readonly group: Uint8Array<ArrayBuffer> };

/** An entry as a server stores it. */
export function payloadOf(entry: KeptEntry): Uint8Array {
  return encodeMessage(MESSAGE_TYPES.data, encodeServerMessage(entry));
}

/** Stores entries as a server does, one second apart. */
export function store(
  history: History,
  room: number,
  contents: Iterable<Content>,
): void {
  let seq = history.room(room)?.seq ?? 0;
  for (const content of contents) {
    const at = Date.UTC(2026, 2, 3) + ++seq * 1000;
    const payload = payloadOf({ room, seq, at, ...ALICE, ...content });
    history.append([{ room, seq, at, payload }]);
  }
}

/** Makes an open room. */
export function makeRoom(history: History, shown: string): number {
  const { form } = parseName(shown);
  return history.createRoom({ name: shown, form }).number;
}
