import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { BLIND_BYTES } from "../sealed/local_box.ts";
import { type SealedRecords, uint64 } from "./sealed_records.ts";
import { MAX_OWN_MESSAGES, type OwnMessage } from "./sealed_store.ts";

/** Where the number of the message stands in the keys of all three tables. */
const NUMBER_AT = 1 + BLIND_BYTES;

/**
 * Messages of ours that were sealed, under device and number, with an index by what
 * is sent and one by group. The numbers of another device of ours, that of a process
 * beside this one, mean other messages: those are only found by what was sent.
 */
export class StoredOwn {
  readonly #records: SealedRecords;
  readonly #device: Bytes;
  readonly #max: number;
  #count: number;

  /** @param max Instead of {@linkcode MAX_OWN_MESSAGES}, for tests. */
  constructor(records: SealedRecords, device: Bytes, max = MAX_OWN_MESSAGES) {
    this.#records = records;
    this.#device = records.blind("device", device);
    this.#max = max;
    this.#count = this.#index().length;
  }

  /**
   * Keeps one, in place of one of the same number. When there are too many, those
   * of other devices go first.
   *
   * @throws {ChatError} `CHAT_OUTBOX_FULL`.
   */
  keep(message: OwnMessage): void {
    const key = this.#keyOf(message.number);
    const old = this.#records.get<OwnMessage>(key);
    if (old !== undefined) this.#drop(key, old);
    else if (this.#count >= this.#max) this.#dropKey(this.#ofOtherDevice());
    this.#records.put(key, message);
    this.#records.put(this.#envelopeKey(message.envelope), key);
    this.#records.put(this.#groupKey(key, message.group), key);
    this.#count += 1;
  }

  /** The one of a number of this device. */
  of(number: number): OwnMessage | undefined {
    return this.#records.get<OwnMessage>(this.#keyOf(number));
  }

  /** The one that was sent as these bytes, by whatever device. */
  as(envelope: Bytes): OwnMessage | undefined {
    const key = this.#records.get<Bytes>(this.#envelopeKey(envelope));
    const found = key && this.#records.get<OwnMessage>(key);
    return found && equalBytes(found.envelope, envelope) ? found : undefined;
  }

  /** Those of this device for a group, by number. */
  all(group: Bytes): readonly OwnMessage[] {
    const prefix = this.#records.keyOf(
      "ownGroup",
      this.#records.blind("group", group),
      this.#device,
    );
    return this.#records.range<Bytes>({ prefix, limit: this.#max })
      .flatMap(({ value }) => this.#records.get<OwnMessage>(value) ?? []);
  }

  /** What was sealed for a group, by whatever device. */
  envelopes(group: Bytes): readonly Bytes[] {
    return this.#index(this.#records.blind("group", group)).flatMap((key) =>
      this.#records.get<OwnMessage>(key)?.envelope ?? []
    );
  }

  /** Forgets one of this device. */
  drop(number: number): void {
    this.#dropKey(this.#keyOf(number));
  }

  /** Forgets the one that was sent as these bytes. */
  dropAs(envelope: Bytes): void {
    const key = this.#records.get<Bytes>(this.#envelopeKey(envelope));
    if (key !== undefined) this.#dropKey(key);
  }

  /** Forgets all of a group, of whatever device. */
  dropAll(group: Bytes): void {
    const blind = this.#records.blind("group", group);
    for (const key of this.#index(blind)) this.#dropKey(key);
  }

  #ofOtherDevice(): Bytes {
    const found = this.#index().find((key) =>
      !equalBytes(key.subarray(1, NUMBER_AT), this.#device)
    );
    if (found !== undefined) return found;
    throw new ChatError(
      "CHAT_OUTBOX_FULL",
      `Cannot seal the message: ${this.#max} others were not read back`,
    );
  }

  /** Keys of messages, of all groups or of one. */
  #index(...group: readonly Bytes[]): readonly Bytes[] {
    const prefix = this.#records.keyOf("ownGroup", ...group);
    const limit = MAX_OWN_MESSAGES;
    return this.#records.range<Bytes>({ prefix, limit })
      .map(({ value }) => value);
  }

  #dropKey(key: Bytes): void {
    const message = this.#records.get<OwnMessage>(key);
    if (message !== undefined) this.#drop(key, message);
  }

  #drop(key: Bytes, { envelope, group }: OwnMessage): void {
    this.#records.drop(key);
    this.#records.drop(this.#envelopeKey(envelope));
    this.#records.drop(this.#groupKey(key, group));
    this.#count -= 1;
  }

  #keyOf(number: number): Bytes {
    return this.#records.keyOf("own", this.#device, uint64(number));
  }

  #envelopeKey(envelope: Bytes): Bytes {
    const blind = this.#records.blind("envelope", envelope);
    return this.#records.keyOf("ownEnvelope", blind);
  }

  /** @param key Of the message: table, device and number. */
  #groupKey(key: Bytes, group: Bytes): Bytes {
    const blind = this.#records.blind("group", group);
    return this.#records.keyOf("ownGroup", blind, key.slice(1));
  }
}
