import { ChatError } from "../errors.ts";
import { parseTarget, type Target } from "../identity/target.ts";
import type { Io } from "./io.ts";
import { readLinkFile } from "./link_file.ts";

const WANTED = "HOST[:PORT]|LINK";

/**
 * Where to connect: as given, or else as whoever sits at the terminal says. A link
 * with a secret belongs there: what a program is started with, others on the same
 * machine can see. A script reads it from a file.
 *
 * @param options `linkFile` is a file that holds the link.
 * @throws {ChatError} `CHAT_USAGE` when nobody says, `CHAT_ADDRESS_INVALID`, and
 * as `readLinkFile`.
 */
export async function destination(
  given: string | undefined,
  io: Pick<Io, "ask" | "err" | "stdinIsTerminal">,
  options: { readonly linkFile?: string | undefined } = {},
): Promise<Target> {
  const { linkFile } = options;
  if (linkFile !== undefined) {
    if (given === undefined) return parseTarget(await readLinkFile(linkFile));
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot run connect: --link-file says where to, and so does an argument",
    );
  }
  if (given !== undefined) {
    const target = parseTarget(given);
    if (target.invitation !== undefined || target.key !== undefined) {
      io.err(
        "Others on this machine can see how a program was started: next time, run `chat connect` alone and paste the link.",
      );
    }
    return target;
  }
  const answer = io.stdinIsTerminal
    ? await io.ask("Address, or chat:// link:")
    : undefined;
  if (answer === undefined || answer.trim() === "") {
    throw new ChatError("CHAT_USAGE", `Cannot run connect: missing ${WANTED}`, {
      hint: "Run `chat help connect` for usage",
    });
  }
  return parseTarget(answer.trim());
}
