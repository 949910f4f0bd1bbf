import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { SealedRecords } from "./sealed_records.ts";
import type { KnownGroup } from "./sealed_store.ts";

/** Groups whose secret is kept; beyond, none is taken. */
export const MAX_GROUPS = 512;

/** The groups whose secret this device has. */
export class StoredGroups {
  readonly #records: SealedRecords;
  readonly #max: number;
  /** By their bytes in hex. */
  readonly #groups = new Map<string, KnownGroup>();

  /** @param max Instead of {@linkcode MAX_GROUPS}, for tests. */
  constructor(records: SealedRecords, max = MAX_GROUPS) {
    this.#records = records;
    this.#max = max;
    const range = { prefix: records.keyOf("group"), limit: MAX_GROUPS };
    for (const { value } of records.range<KnownGroup>(range)) {
      this.#groups.set(value.group.toHex(), value);
    }
  }

  all(): readonly KnownGroup[] {
    return [...this.#groups.values()];
  }

  /** What is known of a group. */
  of(group: Bytes): KnownGroup | undefined {
    return this.#groups.get(group.toHex());
  }

  /** @throws {ChatError} `CHAT_DEVICE_FULL`. */
  keep(group: KnownGroup): void {
    const name = group.group.toHex();
    if (!this.#groups.has(name) && this.#groups.size >= this.#max) {
      throw new ChatError(
        "CHAT_DEVICE_FULL",
        `Cannot keep the keys of a room: those of ${this.#max} others are kept`,
      );
    }
    this.#records.put(this.#keyOf(group.group), group);
    this.#groups.set(name, structuredClone(group));
  }

  drop(group: Bytes): void {
    this.#records.drop(this.#keyOf(group));
    this.#groups.delete(group.toHex());
  }

  #keyOf(group: Bytes): Bytes {
    return this.#records.keyOf("group", this.#records.blind("group", group));
  }
}
