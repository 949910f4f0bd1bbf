import type { RefusalCode } from "../protocol/words.ts";
import type { RoomEffect } from "./room_event.ts";
import type { Turn } from "./turn.ts";

/** The refusal of one request, after which its session goes on. */
export function refuse(
  refusal: { id: number; code: RefusalCode; text: string; retryMs?: number },
  { session }: Turn,
): RoomEffect {
  return {
    kind: "reply",
    session: session.id,
    message: { kind: "refused", retryMs: 0, ...refusal },
  };
}
