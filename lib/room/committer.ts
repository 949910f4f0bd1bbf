import { ChatError } from "../errors.ts";
import type { KeptEntry } from "../protocol/entry.ts";
import { type Append, Batch, type Outcome } from "./batch.ts";
import type { History } from "./history.ts";
import type { Effect } from "./house_event.ts";
import { Unsaved } from "./unsaved.ts";

/** Entries that may wait for a disk that fails; then the oldest are given up. */
const MAX_INSISTED = 1_024;

/** What has become of what a turn wanted stored. */
export interface Commit {
  /** Why nothing of it could be stored; undefined when all of it was. */
  readonly failure: unknown;
  outcomeOf(append: Append): Outcome;
}

/** Stores what a turn has caused, entries and changes, with one commit. */
export class Committer {
  readonly #history: History;
  readonly #encode: (entry: KeptEntry) => Uint8Array;
  readonly #onFailure: (error: unknown) => void;
  readonly #unsaved = new Unsaved();
  #insisted: Append[] = [];

  constructor(history: History, options: {
    readonly encode: (entry: KeptEntry) => Uint8Array;
    readonly onFailure?: ((error: unknown) => void) | undefined;
  }) {
    this.#history = history;
    this.#encode = options.encode;
    this.#onFailure = options.onFailure ?? ((): void => {});
  }

  /** Puts what could not be stored before, and has to be, in front. */
  withInsisted(effects: readonly Effect[]): readonly Effect[] {
    if (this.#insisted.length === 0) return effects;
    const all = [...this.#insisted, ...effects];
    this.#insisted = [];
    return all;
  }

  /** Tries it again with what comes next. */
  insist(append: Append): void {
    this.#insisted.push(append);
    if (this.#insisted.length > MAX_INSISTED) this.#insisted.shift();
  }

  commit(effects: readonly Effect[]): Commit {
    const batch = new Batch(this.#history, this.#encode);
    let insists = false;
    for (const effect of effects) {
      if (effect.kind === "save") this.#unsaved.add(effect.change);
      if (effect.kind !== "append") continue;
      batch.add(effect);
      insists ||= effect.insist ?? false;
    }
    return {
      failure: this.#store(batch, insists),
      outcomeOf: (append) => batch.outcomeOf(append),
    };
  }

  /**
   * @param insists Whether the changes mean nothing without the entries.
   * @returns Why nothing could be stored.
   */
  #store(batch: Batch, insists: boolean): unknown {
    const { entries } = batch;
    if (entries.length === 0 && this.#unsaved.size === 0) return undefined;
    try {
      this.#history.append(entries, this.#unsaved.changes);
      this.#unsaved.clear();
      return undefined;
    } catch (error) {
      this.#onFailure(error);
      if (insists && error instanceof ChatError) return error;
      // Changes are small, and may still have a place where entries have not.
      if (entries.length > 0 && this.#unsaved.size > 0) {
        this.#store(new Batch(this.#history, this.#encode), false);
      } else if (!(error instanceof ChatError)) {
        this.#unsaved.storeApart((change) =>
          this.#history.append([], [change])
        );
      }
      return error;
    }
  }
}
