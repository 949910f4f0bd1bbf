import type { Introduction } from "../room/group_record.ts";
import type { NewEntry } from "../room/history.ts";
import type { Change } from "../room/registry.ts";

/** Bytes of what a group is introduced by. */
export function introductionBytes(
  { title, info, hello }: Introduction,
): number {
  return title.length + info.length + hello.length;
}

/** Bytes that an entry takes, with what comes with it. */
export function entryBytes({ payload, group }: NewEntry): number {
  if (group === undefined) return payload.length;
  return payload.length +
    (group.kind === "founded" ? introductionBytes(group) : group.info.length);
}

/** Bytes of what a member has a change keep; 0 for what is small. */
export function changeBytes(change: Change): number {
  switch (change.kind) {
    case "sealing key":
      return change.key.length;
    case "group info":
      return change.info.length;
    default:
      return 0;
  }
}

/** The sum of what `bytesOf` tells of each. */
export function sumOf<T>(
  all: Iterable<T>,
  bytesOf: (one: T) => number,
): number {
  let sum = 0;
  for (const one of all) sum += bytesOf(one);
  return sum;
}
