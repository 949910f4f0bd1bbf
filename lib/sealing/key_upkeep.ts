import { ChatError } from "../errors.ts";
import { Patience } from "./patience.ts";
import type { Attachment, Surroundings } from "./surroundings.ts";

/** Between two looks at how old our keys are, in milliseconds. */
export const LOOK_MS = 600_000;

/** Gives the server the key by which others reach us, until it takes it. */
export async function publishOwnKey(
  { host: { clock, random }, keys }: Surroundings,
  { wire, signal }: Attachment,
): Promise<void> {
  const patience = new Patience(random);
  while (!signal.aborted) {
    try {
      await keys.publish(wire);
      return;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (signal.aborted) return;
      await clock.delay(patience.next(error.retryMs ?? 0), signal);
    }
  }
}

/**
 * Keeps our keys fresh over a connection: that by which others reach us, and those
 * in rooms.
 *
 * @param look Told the time now and then, to see which rooms need fresh keys.
 */
export async function keepFresh(
  around: Surroundings,
  attachment: Attachment,
  look: (now: number) => void,
): Promise<void> {
  const { clock } = around.host;
  const { signal } = attachment;
  let isPublishing = false; // one try at a time, however long the server takes
  while (!signal.aborted) {
    if (!isPublishing) {
      isPublishing = true;
      void publishOwnKey(around, attachment).finally(() => {
        isPublishing = false;
      });
    }
    await clock.delay(LOOK_MS, signal);
    if (!signal.aborted) look(clock.now());
  }
}
