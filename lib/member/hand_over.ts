import { ChatError } from "../errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { GOODBYE_ERRORS } from "../protocol/words.ts";
import type { Succession } from "./asker.ts";
import type { Clock, Transport } from "./link.ts";
import { unexpected } from "./unexpected.ts";

/** Time a server may take to answer, in milliseconds. */
export const HAND_OVER_TIMEOUT_MS = 30_000;

/** Requests are numbered; this is the only one of its connection. */
const ID = 1;

/**
 * Hands over everything we are on a server to our next key, over a connection of
 * its own that proves the old one and never enters.
 *
 * @throws {ChatError} What the server refuses it with, such as
 * `CHAT_NO_SUCH_MEMBER` when it does not know the old key, or why there was no
 * connection, or `CHAT_CONNECTION_CUT` and `CHAT_TIMEOUT` when nobody knows
 * whether it has happened. The abort reason when `signal` aborts.
 */
export async function handOver(
  transport: Transport,
  succession: Succession,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const link = await transport.open(signal);
  const over = new AbortController();
  const abort = (): void => void link.close();
  const late = new ChatError(
    "CHAT_TIMEOUT",
    `Cannot rotate: the server did not answer within ${
      HAND_OVER_TIMEOUT_MS / 1000
    } s`,
  );
  let isLate = false;
  void clock.delay(HAND_OVER_TIMEOUT_MS, over.signal).then(() => {
    if (over.signal.aborted) return;
    isLate = true;
    link.abort(late);
  });
  signal.addEventListener("abort", abort);
  try {
    link.send({ kind: "rotate", id: ID, ...succession });
    await answered(link.batches);
  } catch (error) {
    signal.throwIfAborted();
    throw isLate ? late : error;
  } finally {
    signal.removeEventListener("abort", abort);
    over.abort();
    await link.close();
  }
}

async function answered(
  batches: AsyncIterable<readonly ServerMessage[]>,
): Promise<void> {
  for await (const batch of batches) {
    for (const message of batch) if (isDone(message)) return;
  }
  throw new ChatError(
    "CHAT_CONNECTION_CUT",
    "Cannot rotate: the server left without an answer",
  );
}

function isDone(message: ServerMessage): boolean {
  switch (message.kind) {
    case "ack":
    case "done":
      if (message.id === ID) return true;
      break;
    case "refused":
      if (message.id === ID) throw new ChatError(message.code, message.text);
      break;
    case "goodbye":
      throw new ChatError(
        GOODBYE_ERRORS[message.why] ?? "CHAT_RESTARTING",
        `Cannot rotate: ${message.text}`,
      );
  }
  throw unexpected(message.kind);
}
