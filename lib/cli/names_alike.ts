import { skeletonOf } from "../room/look_alike.ts";
import { tryParseName } from "../room/name.ts";

/** Names whose looks are remembered; then all are looked at anew. */
const MAX_LOOKS = 20_000;

const known = new Map<string, readonly string[]>();

/**
 * Whether two names could be taken for one another. Servers let no two such names
 * in; in sealed rooms members are called what they like.
 */
export function namesAlike(one: string, other: string): boolean {
  const looks = looksOf(other);
  return looksOf(one).some((look) => looks.includes(look));
}

function looksOf(name: string): readonly string[] {
  const before = known.get(name);
  if (before !== undefined) return before;
  const folded = name.normalize("NFKC").toLowerCase();
  const looks = tryParseName(name)?.looks ?? [skeletonOf(folded)];
  if (known.size >= MAX_LOOKS) known.clear();
  known.set(name, looks);
  return looks;
}
