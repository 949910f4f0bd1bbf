import { type Name, parseName, tryParseName } from "./name.ts";

// What could pass for the server, its operator or the reader.
const RESERVED = [
  "admin",
  "administrator",
  "anonymous",
  "chat",
  "everyone",
  "host",
  "me",
  "moderator",
  "nobody",
  "operator",
  "root",
  "server",
  "system",
  "you",
].map(parseName);

const FORMS = new Set(RESERVED.map(({ form }) => form));
const LOOKS = new Set(RESERVED.flatMap(({ looks }) => looks));
const NUMBER = /[-_.\p{Nd}]+$/u;

/**
 * Whether `name` is, or looks like, one that only the operator may bear, or is
 * such a name with a number: `admin-2` would pass for an admin, too.
 */
export function isReserved(name: Name): boolean {
  if (isListed(name)) return true;
  const bare = name.shown.replace(NUMBER, "");
  if (bare === name.shown) return false;
  const named = tryParseName(bare);
  return named !== null && isListed(named);
}

function isListed({ form, looks }: Name): boolean {
  return FORMS.has(form) || looks.some((look) => LOOKS.has(look));
}
