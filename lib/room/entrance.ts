import { ChatError } from "../errors.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type { NameReason } from "../protocol/words.ts";
import type { Guestbook } from "./guestbook.ts";
import { type Name, parseName } from "./name.ts";
import { isReserved } from "./reserved_names.ts";
import { suggestName } from "./suggestion.ts";

/** Who asks to be let in, and as whom. */
export interface NameRequest {
  /** The identity, as the guestbook calls it. */
  readonly owner: string;
  /** The name as typed; null for the one this identity had last. */
  readonly raw: string | null;
  /** The operator may bear a reserved name. */
  readonly console: boolean;
}

/** What to ask a client that may not have the name it asked for. */
export type NameWanted = MessageOfKind<"name_wanted">;

/** Decides on a name that somebody asks for; changes nothing. */
export function chooseName(
  request: NameRequest,
  guests: Guestbook,
): Name | NameWanted {
  const { owner, raw, console } = request;
  if (raw === null) {
    return guests.guestOf(owner)?.name ?? wanted("needed", "Choose a name");
  }
  const isAllowed = (name: Name): boolean => console || !isReserved(name);
  const isFree = (name: Name): boolean => guests.judge(owner, name) === "free";
  const refuse = (why: NameReason, text: string): NameWanted =>
    wanted(why, text, suggestName(raw, { isAllowed, isFree }));

  let name;
  try {
    name = parseName(raw);
  } catch (error) {
    if (error instanceof ChatError) return refuse("invalid", error.message);
    throw error;
  }
  if (!isAllowed(name)) {
    return refuse("invalid", "Cannot take name: it could pass for the server");
  }
  switch (guests.judge(owner, name)) {
    case "free":
      return name;
    case "taken":
      return refuse("taken", "Cannot take name: it is somebody else's");
    case "look_alike":
      return refuse("look_alike", "Cannot take name: it looks like another's");
  }
}

function wanted(
  why: NameReason,
  text: string,
  suggestion: string | null = null,
): NameWanted {
  return { kind: "name_wanted", why, text, suggestion };
}
