import { MAX_MISSING } from "./limits.ts";

/** What is remembered of a member's messages since it joined. */
export interface MemberRecord {
  readonly leaf: number;
  /** First epoch it was a member in, as far as we know. */
  readonly since: bigint;
  /** Number its next message should have; `undefined` before we saw one. */
  readonly next: number | undefined;
  /** Numbers that were skipped and may still come; the oldest are forgotten. */
  readonly missing: readonly number[];
  /** Whether it said that it goes. */
  readonly leaving: boolean;
}

/** What the number of a message says. */
export interface Counted {
  readonly record: MemberRecord;
  /** How many messages before it were not delivered, newly noticed. */
  readonly missing: number;
  /** Whether it had been counted as missing. */
  readonly late: boolean;
}

/** Who has just joined: its messages count from 0 on. */
export function newcomer(leaf: number, since: bigint): MemberRecord {
  return { leaf, since, next: 0, missing: [], leaving: false };
}

/** Who was there when we came: it may have said anything before. */
export function stranger(leaf: number, since: bigint): MemberRecord {
  return { leaf, since, next: undefined, missing: [], leaving: false };
}

/**
 * Notes that message `number` came; a drop that no key shows, such as at the
 * end of an epoch, shows here. That none comes twice is for the keys of MLS.
 *
 * @param message `generation` counts the messages of this author and epoch: of
 * an author who was there before us, it says how many we should have seen.
 */
export function countMessage(
  record: MemberRecord,
  { number, generation }: {
    readonly number: number;
    readonly generation: number;
  },
): Counted {
  const next = record.next ?? Math.max(0, number - generation);
  if (number < next) {
    const missing = record.missing.filter((other) => other !== number);
    return { record: { ...record, missing }, missing: 0, late: true };
  }
  const skipped = number - next;
  const first = number - Math.min(skipped, MAX_MISSING);
  const fresh = Array.from({ length: number - first }, (_, i) => first + i);
  const missing = [...record.missing, ...fresh].slice(-MAX_MISSING);
  return {
    record: { ...record, next: number + 1, missing },
    missing: skipped,
    late: false,
  };
}
