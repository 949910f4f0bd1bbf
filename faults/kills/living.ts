import { connect, type ConnectOptions } from "../../client.ts";
import type { ConversationEvent } from "../../lib/room/conversation.ts";
import type { Client } from "../../client.ts";
import { ChatError } from "../../lib/errors.ts";

/** The room that everybody joins besides the lobby. */
export const ROOM = "tea";
/** Messages of a device that may wait; then it says nothing more for a while. */
const MAX_WAITING = 40;
/** Pause between two messages, in milliseconds. */
const PAUSE_MS = 4;
/** Whoever is to wait longer for the next try connects anew, in milliseconds. */
const PATIENCE_MS = 700;

/** What somebody does in one life of a client. */
export interface Life {
  /** Says something in a room, as soon as it is in. */
  say(client: Client, room: number): void;
  /** Something is shown. */
  sees(event: ConversationEvent): void;
  /** Whether it goes on talking. */
  readonly talks: boolean;
}

/** Connects as soon as there is a server. */
export async function reach(options: ConnectOptions): Promise<Client> {
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      await pause(20);
    }
  }
}

/**
 * Talks and reads until the connection is lost for long, or the client is closed.
 *
 * @returns How it ended, if not because somebody meant it to.
 */
export async function live(client: Client, life: Life): Promise<unknown> {
  let over = false;
  const talk = async (): Promise<void> => {
    for (let count = 0; !over; count++) {
      const rooms = [...client.rooms.keys()];
      const room = rooms[count % rooms.length];
      const isFree = life.talks && client.outgoing.length < MAX_WAITING;
      if (isFree && room !== undefined) life.say(client, room);
      await pause(PAUSE_MS);
    }
  };
  void talk();
  client.join(ROOM).catch(() => {}); // it does so in its next life
  try {
    for await (const event of client.events) {
      life.sees(event);
      const isLost = event.kind === "connection" && event.state === "lost";
      if (isLost && event.retryMs > PATIENCE_MS) void client.close();
    }
    return undefined;
  } catch (error) {
    return error;
  } finally {
    over = true;
    await client.close();
  }
}

/** Resolves after `ms`. */
export async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  await promise;
}
