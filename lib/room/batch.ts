import { ChatError } from "../errors.ts";
import type { KeptEntry } from "../protocol/entry.ts";
import { changeOf, type Group, groupAfter, holds } from "./group.ts";
import type { History, NewEntry, Receipt, Sender } from "./history.ts";
import type { Device, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";

/** Something to be kept in a log. */
export type Append = Extract<Effect, { readonly kind: "append" }>;

/** What becomes of it. */
export type Outcome =
  /** It is the next entry of its room, once the batch is stored. */
  | { readonly kind: "new"; readonly entry: NewEntry }
  /** It is stored already. */
  | { readonly kind: "old"; readonly receipt: Receipt }
  /** It is in this batch already, and fares as that. */
  | { readonly kind: "twice"; readonly receipt: Receipt }
  /** Nobody can tell any more whether it is stored. */
  | { readonly kind: "forgotten" }
  /** It is not stored, but something that its device sent later is. */
  | { readonly kind: "late" }
  /** The group of its room is another by now. */
  | {
    readonly kind: "outrun";
    /** Whether by what is in this batch, so that it fares as that. */
    readonly isHere: boolean;
  }
  /** It could not be looked up. */
  | { readonly kind: "unknown"; readonly error: ChatError };

/**
 * What is to be stored together: numbers each entry of its room, stores no message
 * twice that comes twice, and takes what changes a group only when that is still
 * as it was. Nothing but the history changes before it is stored, so a batch that
 * fails leaves no trace.
 */
export class Batch {
  readonly entries: NewEntry[] = [];
  readonly #outcomes = new Map<Append, Outcome>();
  /** The newest number of each room, counting this batch. */
  readonly #seqs = new Map<Room, number>();
  /** The groups that this batch has changed. */
  readonly #groups = new Map<Room, Group>();
  readonly #sent = new Map<Device, Map<number, Receipt>>();
  /** The largest number of each device in this batch. */
  readonly #newest = new Map<Device, number>();
  readonly #history: Pick<History, "sent">;
  readonly #encode: (entry: KeptEntry) => Uint8Array;

  constructor(
    history: Pick<History, "sent">,
    encode: (entry: KeptEntry) => Uint8Array,
  ) {
    this.#history = history;
    this.#encode = encode;
  }

  /** Gives something its place, or finds the one it has. */
  add(append: Append): void {
    const outcome = this.#known(append) ?? this.#outrun(append) ??
      this.#place(append);
    this.#outcomes.set(append, outcome);
  }

  outcomeOf(append: Append): Outcome {
    const outcome = this.#outcomes.get(append);
    if (outcome === undefined) throw new Error("It is not of this batch");
    return outcome;
  }

  #known({ sent }: Append): Outcome | undefined {
    if (sent === undefined) return undefined;
    const { sender, device, number } = sent;
    const here = this.#sent.get(device)?.get(number);
    if (here !== undefined) return { kind: "twice", receipt: here };
    // What is above all that it ever used is new: no need to look.
    if (number > device.last) {
      const newest = this.#newest.get(device) ?? 0;
      return number > newest ? undefined : { kind: "late" };
    }
    const found = this.#lookUp(sender, number);
    if (found instanceof ChatError) return { kind: "unknown", error: found };
    // A refusal was lost, so that it comes again behind what followed it.
    if (found === undefined) return { kind: "late" };
    return found === "forgotten"
      ? { kind: "forgotten" }
      : { kind: "old", receipt: found };
  }

  #lookUp(
    sender: Sender,
    number: number,
  ): ReturnType<History["sent"]> | ChatError {
    try {
      return this.#history.sent(sender, number);
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  #outrun({ room, claim }: Append): Outcome | undefined {
    if (claim === undefined) return undefined;
    if (holds(claim, this.#groups.get(room) ?? room.group)) return undefined;
    return { kind: "outrun", isHere: holds(claim, room.group) };
  }

  #place({ room, entry, sent, claim }: Append): Outcome {
    const seq = (this.#seqs.get(room) ?? room.seq) + 1;
    this.#seqs.set(room, seq);
    const group = claim && groupAfter(claim);
    if (group !== undefined) this.#groups.set(room, group);
    const change = claim && changeOf(claim);
    const placed = { ...entry, room: room.number, seq } as KeptEntry;
    const { at } = placed;
    if (sent !== undefined) {
      const numbers = this.#sent.get(sent.device) ?? new Map();
      numbers.set(sent.number, { room: room.number, seq, at });
      this.#sent.set(sent.device, numbers);
      this.#newest.set(sent.device, sent.number);
    }
    const isSpeech = placed.kind === "said" || placed.kind === "did";
    const stored: NewEntry = {
      room: room.number,
      seq,
      at,
      payload: this.#encode(placed),
      ...isSpeech ? { text: placed.text } : {},
      ...placed.kind === "titled" ? { topic: placed.text } : {},
      ...change === undefined ? {} : { group: change },
      ...sent === undefined
        ? {}
        : { sent: { sender: sent.sender, number: sent.number } },
    };
    this.entries.push(stored);
    return { kind: "new", entry: stored };
  }
}
