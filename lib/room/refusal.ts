import { ChatError, type ErrorCode } from "../errors.ts";
import { REFUSAL_CODES, type RefusalCode } from "../protocol/words.ts";
import type { Effect } from "./house_event.ts";
import type { Turn } from "./turn.ts";

/** The refusal of one request, after which its session goes on. */
export function refuse(
  refusal: { id: number; code: RefusalCode; text: string; retryMs?: number },
  { session }: Pick<Turn, "session">,
): Effect {
  return {
    kind: "reply",
    session: session.id,
    message: { kind: "refused", retryMs: 0, ...refusal },
  };
}

/** What keeps a history from being written, whoever asks: one word for peers. */
const UNWRITABLE: readonly ErrorCode[] = [
  "CHAT_STORE_IN_USE",
  "CHAT_STORE_UNKNOWN",
  "CHAT_FILE",
];

/** The refusal that an error amounts to; one that peers are not told is thrown. */
export function refuseError(
  error: unknown,
  id: number,
  turn: Pick<Turn, "session">,
): Effect {
  if (!(error instanceof ChatError)) throw error;
  const code = REFUSAL_CODES.find((code) => error.code === code);
  if (code !== undefined) {
    return refuse({ id, code, text: error.message }, turn);
  }
  if (!UNWRITABLE.includes(error.code)) throw error;
  const text = "Cannot store this: the server cannot write now";
  return refuse({ id, code: "CHAT_STORE_DAMAGED", text }, turn);
}

/** The answer to a request that needed no other. */
export function done(
  id: number,
  { session }: Pick<Turn, "session">,
  room: number | null = null,
): Effect {
  const message = { kind: "done", id, room } as const;
  return { kind: "reply", session: session.id, message };
}
