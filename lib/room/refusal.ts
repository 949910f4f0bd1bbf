import { ChatError } from "../errors.ts";
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

/** The refusal that an error amounts to; one that peers are not told is thrown. */
export function refuseError(
  error: unknown,
  id: number,
  turn: Pick<Turn, "session">,
): Effect {
  const code = REFUSAL_CODES.find((code) =>
    error instanceof ChatError && error.code === code
  );
  if (code === undefined) throw error;
  return refuse({ id, code, text: (error as ChatError).message }, turn);
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
