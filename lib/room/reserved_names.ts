import { type Name, parseName } from "./name.ts";

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
const LOOKS = new Set(RESERVED.map(({ look }) => look));

/** Whether `name` is, or looks like, one that only the operator may bear. */
export function isReserved({ form, look }: Name): boolean {
  return FORMS.has(form) || LOOKS.has(look);
}
