import type { Meddler } from "../../../../lib/lab/meddlers.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../../../../lib/protocol/messages.ts";

type Request<K extends ClientMessage["kind"]> = Extract<
  ClientMessage,
  { readonly kind: K }
>;

/** Takes requests of a kind and does nothing with them, nor answers. */
export function swallow(kind: ClientMessage["kind"]): Meddler {
  return { ask: (message) => message.kind === kind ? null : message };
}

/** Answers requests of a kind by itself; `undefined` passes one on. */
export function answer<K extends ClientMessage["kind"]>(
  kind: K,
  make: (request: Request<K>) => ServerMessage | undefined,
): Meddler {
  return {
    ask: (message, tell): ClientMessage | null => {
      if (message.kind !== kind) return message;
      const answer = make(message as Request<K>);
      if (answer === undefined) return message;
      tell(answer);
      return null;
    },
  };
}

/** Refuses requests of a kind. */
export function refuse(
  kind: ClientMessage["kind"],
  code: MessageOfKind<"refused">["code"],
): Meddler {
  return answer(kind, (request) => ({
    kind: "refused",
    id: "id" in request ? request.id : 0,
    code,
    text: "",
    retryMs: 0,
  } as MessageOfKind<"refused">));
}

/** Changes messages of a kind; none comes when it gives `undefined`. */
export function alter<K extends ServerMessage["kind"]>(
  kind: K,
  make: (message: MessageOfKind<K>) => ServerMessage | undefined,
): Meddler {
  return {
    tell: (message): readonly ServerMessage[] => {
      if (message.kind !== kind) return [message];
      const altered = make(message as MessageOfKind<K>);
      return altered === undefined ? [] : [altered];
    },
  };
}

/** Shows one room under the number of another, which is not shown any more. */
export function intoRoom(from: number, to: number): Meddler {
  const back = (room: number): number => room === to ? from : room;
  return {
    ask: (message): ClientMessage =>
      "room" in message && typeof message.room === "number"
        ? { ...message, room: back(message.room) } as ClientMessage
        : message,
    tell: (message): readonly ServerMessage[] => {
      if (!("room" in message) || typeof message.room !== "number") {
        return [message];
      }
      if (message.room === to) return [];
      if (message.room !== from) return [message];
      return [{ ...message, room: to } as ServerMessage];
    },
  };
}
