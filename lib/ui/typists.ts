import type { Author } from "../protocol/entry.ts";
import { shownName } from "./author_spans.ts";

/** Milliseconds for which somebody counts as typing after saying so. */
export const TYPING_LASTS_MS = 6_000;

/** People remembered at most; others who type then are not shown. */
const MAX_TYPISTS = 16;

/** Who is typing in a room. */
export class Typists {
  /** By fingerprint: the name, and when it is over. */
  readonly #known = new Map<string, { name: string; until: number }>();

  /** Notes that somebody is typing, `now` in milliseconds. */
  see(author: Author, now: number): void {
    this.#expire(now);
    const identity = author.fingerprint.toHex();
    if (this.#known.size >= MAX_TYPISTS && !this.#known.has(identity)) return;
    const until = now + TYPING_LASTS_MS;
    this.#known.set(identity, { name: shownName(author), until });
  }

  /** Notes that somebody is done: said it, or left. */
  forget(author: Author): void {
    this.#known.delete(author.fingerprint.toHex());
  }

  /** Who is typing in words; empty when nobody is. */
  text(now: number): string {
    this.#expire(now);
    const [first, second, ...more] = [...this.#known.values()];
    if (first === undefined) return "";
    if (second === undefined) return `${first.name} is typing`;
    if (more.length > 0) return `${2 + more.length} people are typing`;
    return `${first.name} and ${second.name} are typing`;
  }

  /** Milliseconds until the words change by themselves, if they will. */
  changesIn(now: number): number | undefined {
    let next: number | undefined;
    for (const { until } of this.#known.values()) {
      next = Math.min(next ?? Infinity, until - now);
    }
    return next === undefined ? undefined : Math.max(1, next);
  }

  #expire(now: number): void {
    for (const [identity, { until }] of this.#known) {
      if (until <= now) this.#known.delete(identity);
    }
  }
}
