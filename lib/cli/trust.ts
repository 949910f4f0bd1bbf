import { ChatError } from "../errors.ts";
import { type Address, formatAddress } from "../identity/address.ts";
import { type Fingerprint, parseFingerprint } from "../identity/fingerprint.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import { wordsOf } from "../identity/words.ts";
import type { App } from "./app.ts";
import type { Io } from "./io.ts";
import { contradiction } from "./pin_alarm.ts";
import { changePins, pinsPath, readPins } from "./pins_file.ts";

/** Questions asked before an unclear answer counts as a no. */
const MAX_QUESTIONS = 3;

/**
 * The keys a server may show: those named on the command line or in the link,
 * or those known from before, or the one a person confirms now.
 *
 * @param named Pins of the command line and the link.
 * @throws {ChatError} `CHAT_PIN_MISMATCH` when `named` contradicts what is
 * known, `CHAT_SERVER_UNKNOWN` when nobody can be asked or the answer is no,
 * and what `inspect` throws.
 */
export async function trustedPins(
  address: Address,
  named: readonly Fingerprint[],
  { app, io }: { readonly app: Pick<App, "inspect">; readonly io: Io },
): Promise<readonly Fingerprint[]> {
  const pins = await readPins(pinsPath(io));
  const known = pins.lookup(address);
  if (named.length > 0) {
    if (known.length === 0) return named;
    // A link from a stranger must neither replace nor join a key that served
    // before: new keys of a known server come by `chat pins add`, or signed by
    // a key that is known.
    const agreed = pins.agreeing(address, named);
    if (agreed.length === 0) {
      throw contradiction(address, { known, named }, io);
    }
    return agreed;
  }
  if (known.length > 0) return known;
  return [await askAbout(address, { app, io })];
}

/** Remembers the key that a server has proven, for the next time. */
export async function remember(
  address: Address,
  fingerprint: Fingerprint,
  io: Io,
): Promise<void> {
  const { before, after } = await changePins(
    pinsPath(io),
    (pins) => pins.settle(address, fingerprint),
    io,
  );
  if (after === before) return;
  const where = formatAddress(address);
  io.err(
    before.lookup(address).includes(fingerprint)
      ? `${where} has the key that it announced; the one before is no longer trusted`
      : `Remembered the key of ${where}`,
  );
}

/** A server of now, and the key that it will have next. */
export interface Announcement {
  /** What it has proved to be. */
  readonly server: Fingerprint;
  readonly next: Fingerprint;
}

/**
 * Trusts the key that a server has announced and signed. The first that it has
 * announced counts: were another to take its place, so could that of a thief.
 *
 * @returns What to tell the user, if it is news, and whether the key is trusted.
 */
export async function trustNext(
  address: Address,
  { server, next }: Announcement,
  io: Io,
): Promise<{ readonly trusted: boolean; readonly told?: string }> {
  let other: Fingerprint | undefined;
  const { before, after } = await changePins(
    pinsPath(io),
    (pins) => {
      other = pins.heirOf(address, server);
      if (other !== undefined && other !== next) return pins;
      return pins.announce(address, { by: server, next });
    },
    io,
  );
  if (other !== undefined && other !== next) {
    const told = `The server announced another next key, ${next}, ` +
      `than it did before, ${other}. Only the first is trusted: ` +
      "ask the operator over another channel.";
    return { trusted: after.lookup(address).includes(next), told };
  }
  if (after === before) return { trusted: true };
  const told = `The server announced its next key ${next}; ` +
    "it is trusted from now on.";
  return { trusted: true, told };
}

/** First use: shows the key that the server has proven, and asks. */
async function askAbout(
  address: Address,
  { app, io }: { readonly app: Pick<App, "inspect">; readonly io: Io },
): Promise<Fingerprint> {
  const where = formatAddress(address);
  const refusal = (found: string): ChatError =>
    new ChatError("CHAT_SERVER_UNKNOWN", `Cannot trust ${where}: ${found}`);
  if (!io.stdinIsTerminal) {
    throw refusal("its key is not known, and nobody can be asked here");
  }
  const server = await app.inspect(address, { signal: io.signal });
  introduce(where, server, io);
  for (let asked = 0; asked < MAX_QUESTIONS; asked++) {
    const answer = await io.ask("Paste the fingerprint, or answer yes or no:");
    const verdict = judge(answer, server.fingerprint);
    if (verdict === "yes") return server.fingerprint;
    if (verdict === "no") throw refusal("you did not confirm its key");
    if (verdict === "other") {
      throw refusal("its key is not the one with the fingerprint you gave");
    }
    io.err("That is neither a fingerprint nor yes or no.");
  }
  throw refusal("its key was not confirmed");
}

function introduce(where: string, server: PublicIdentity, io: Io): void {
  io.err(`You have not been to ${where} before. It holds this key:`);
  io.err("");
  io.err(`  ${server.fingerprint}`);
  io.err(`  ${wordsOf(server.fingerprint).join(" ")}`);
  io.err("");
  io.err("Compare it with what the operator gave you over another channel:");
  io.err("anybody in between would show a key of their own here.");
}

function judge(
  answer: string | undefined,
  proven: Fingerprint,
): "yes" | "no" | "other" | "unclear" {
  const text = answer?.trim() ?? "no";
  if (/^yes$/i.test(text)) return "yes";
  if (/^no?$/i.test(text)) return "no";
  try {
    return parseFingerprint(text) === proven ? "yes" : "other";
  } catch (error) {
    if (error instanceof ChatError) return "unclear";
    throw error;
  }
}
