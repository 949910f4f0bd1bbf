import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";
import { NoSealing } from "../member/no_sealing.ts";
import type { Verification } from "../ui/verification.ts";
import type { App, OpenSealing } from "./app.ts";
import type { Io } from "./io.ts";

/** Whose sealed rooms they are, and where they are kept. */
export interface SealingPlace {
  readonly identity: Identity;
  /** The device whose numbers messages of ours have, 16 bytes. */
  readonly device: Bytes;
  /** Beside what else is kept of the server; in memory when left out. */
  readonly directory?: string | undefined;
  /** What members call us, rather than our name on the server. */
  readonly name?: string | undefined;
  readonly verification: Verification;
  /** Whether there is no use in going on without sealed rooms. */
  readonly needed?: boolean;
}

/**
 * Opens the sealed rooms of an identity on one server. When another process of
 * ours has them, this one goes on without: two with the same keys would use them
 * for different messages.
 *
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` where they are `needed`, and what
 * `App.openSealing` throws.
 */
export async function openSealing(
  place: SealingPlace,
  { app, io }: {
    readonly app: Pick<App, "openSealing">;
    readonly io: Pick<Io, "err">;
  },
): Promise<OpenSealing> {
  const { verification, needed = false, directory, name, ...own } = place;
  try {
    return await app.openSealing({
      ...own,
      ...directory === undefined ? {} : { directory },
      ...name === undefined ? {} : { name },
      trust: (person) => verification.judge(person),
      onDamage: (renamed, why) => {
        io.err(
          why === "damaged"
            ? `What this device knew of your sealed rooms was damaged; it is now ${renamed}`
            : `The sealed rooms that were kept here are another identity's; they are now in ${renamed}`,
        );
        io.err("Open their links again to join them anew.");
      },
    });
  } catch (error) {
    const inUse = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_IN_USE";
    if (!inUse || needed) throw error;
    io.err(
      "Another chat of yours has your sealed and direct rooms on this server open: here, only open rooms can be read and written.",
    );
    return {
      maker: (host) => new NoSealing(host, { isElsewhere: true }),
      [Symbol.dispose]: (): void => {},
    };
  }
}
