import { ChatError } from "../errors.ts";
import { type Address, formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Io } from "./io.ts";
import { pinsPath, readPins } from "./pins_file.ts";

/** A key as the error of a handshake quotes it. */
const QUOTED_KEY = /SHA256:[A-Za-z0-9+/]{43}/;

/** How the keys of a server are shown one below the other. */
const LABELS = { trusted: "trusted", named: "named  ", shown: "shown  " };

/**
 * The error when a pin of the command line or the link contradicts what is known.
 * Nobody was asked: says what differs, and not that somebody is in between.
 */
export function contradiction(
  address: Address,
  keys: {
    readonly known: readonly Fingerprint[];
    readonly named: readonly Fingerprint[];
  },
  io: Pick<Io, "err">,
): ChatError {
  const where = formatAddress(address);
  io.err(`THE KEY YOU NAMED FOR ${where} IS NOT THE ONE YOU TRUST.`);
  io.err("The server was not asked: these two differ.");
  list(LABELS.trusted, keys.known, io);
  list(LABELS.named, keys.named, io);
  io.err("Without --pin, the trusted key counts. If the operator confirms the");
  io.err("other one over another channel:");
  io.err(`  chat pins remove ${where}`);
  io.err("and connect with it again.");
  return new ChatError(
    "CHAT_PIN_MISMATCH",
    `Cannot connect to ${where}: it is known by another key than the one named now`,
  );
}

/**
 * Runs what connects to a server, and says plainly what differs when that shows
 * none of the keys that it may show.
 *
 * @param keys `pins` are those that it may show.
 * @throws {ChatError} As `run`; on the first visit, its hint is about the pin.
 */
export async function refusingChanges<T>(
  address: Address,
  { pins, io }: { readonly pins: readonly Fingerprint[]; readonly io: Io },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const differs = error instanceof ChatError &&
      error.code === "CHAT_PIN_MISMATCH";
    if (!differs) throw error;
    const [shown] = QUOTED_KEY.exec(error.message) ?? [];
    const keys = { pins, shown: shown === undefined ? [] : [shown] };
    const known = await readPins(pinsPath(io));
    if (known.lookup(address).length > 0) {
      warnOfChange(address, keys, io);
      throw error;
    }
    warnOfMistake(address, keys, io);
    const hint = "Copy the fingerprint once more, whole, from where the " +
      "operator gave it to you";
    throw new ChatError(error.code, error.message, { cause: error, hint });
  }
}

/** The keys that a server may show, and the one that it has shown, unproven. */
interface Differing {
  readonly pins: readonly Fingerprint[];
  readonly shown: readonly string[];
}

/** The key of a server that we know is another one. */
function warnOfChange(
  address: Address,
  { pins, shown }: Differing,
  io: Io,
): void {
  const where = formatAddress(address);
  io.err(`THE KEY OF ${where} IS NOT THE ONE YOU TRUST.`);
  io.err("Either the operator changed it, or somebody is in between.");
  list(LABELS.trusted, pins, io);
  list(LABELS.shown, shown, io);
  io.err("If the operator confirms the change over another channel:");
  io.err(`  chat pins remove ${where}`);
  io.err("and connect with the new --pin.");
}

/** A server where we never were has another key than the one we were given. */
function warnOfMistake(
  address: Address,
  { pins, shown }: Differing,
  io: Io,
): void {
  const where = formatAddress(address);
  io.err(`THE KEY OF ${where} IS NOT THE ONE YOU NAMED.`);
  io.err("The fingerprint you gave is not this server's: was it copied whole?");
  list(LABELS.named, pins, io);
  list(LABELS.shown, shown, io);
  io.err(
    "If it was, somebody may be in between: ask the operator over another",
  );
  io.err("channel.");
}

function list(
  label: string,
  keys: readonly string[],
  io: Pick<Io, "err">,
): void {
  for (const key of keys) io.err(`  ${label}  ${key}`);
}
