import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import { clipRow, draftBlock } from "../block.ts";
import { EMPTY_COMPOSER, press, replaceText } from "../composer.ts";
import { remarkLines } from "../entry_line.ts";
import { sanitizeLine } from "../sanitize.ts";
import { judgeTrust } from "../trust.ts";
import { Screen } from "./screen.ts";
import type { TerminalIo } from "./terminal_io.ts";

/** What every question may be told. */
export interface AskOptions {
  /** Gives up asking. */
  readonly signal?: AbortSignal;
}

const NOTHING_TO_COMPLETE = { commands: [], names: [] };

/**
 * Asks for one line.
 *
 * @param options `initial` stands there already, to be changed or accepted.
 * @returns The line without spaces around it, or undefined when the person
 * declined with Ctrl-C or Ctrl-D, or the input ended.
 */
export async function askLine(
  question: string,
  io: TerminalIo,
  options: AskOptions & { readonly initial?: string } = {},
): Promise<string | undefined> {
  const signal = options.signal ?? new AbortController().signal;
  const text = `${sanitizeLine(question)} `;
  let composer = replaceText(EMPTY_COMPOSER, options.initial ?? "");
  using screen = new Screen(io);
  for (;;) {
    const size = io.size();
    const label = clipRow([{ text, bold: true }], size.columns - 8);
    await screen.paint([], draftBlock(composer, size, { label }));
    const key = await io.keyboard.read(signal);
    const name = key?.kind === "press" ? key.name : "";
    const empty = composer.text === "";
    if (key === null || name === "ctrl-c" || (name === "ctrl-d" && empty)) {
      await screen.finish([]);
      return undefined;
    }
    if (name === "enter") {
      const answer = sanitizeLine(composer.text);
      const spans = [{ text, bold: true }, { text: answer }];
      await screen.finish([{ spans, indent: 0 }]);
      return answer;
    }
    if (name === "alt-enter") continue;
    composer = press(composer, key, {
      ...NOTHING_TO_COMPLETE,
      maxBytes: MAX_TEXT_BYTES,
    });
  }
}

/** Asks until the answer is yes or no; declining to answer is a no. */
export async function confirm(
  question: string,
  io: TerminalIo,
  options: AskOptions = {},
): Promise<boolean> {
  for (;;) {
    const answer = await askLine(`${question} (yes/no)`, io, options);
    if (answer === undefined) return false;
    if (/^y(?:es)?$/i.test(answer)) return true;
    if (/^no?$/i.test(answer)) return false;
  }
}

/** A server we have never seen. */
export interface UnknownServer {
  /** Where it was reached, such as `chat.example.org:7000`. */
  readonly address: string;
  /** As `chat serve` prints it: `SHA256:` and 43 characters. */
  readonly fingerprint: string;
  /** The same in words, for reading aloud. */
  readonly words: string;
}

/**
 * Asks whether to trust a server on first use.
 *
 * @returns Whether the person compared the fingerprint and said so.
 */
export async function askTrust(
  { address, fingerprint, words }: UnknownServer,
  io: TerminalIo,
  options: AskOptions = {},
): Promise<boolean> {
  await tell(
    io,
    `This computer does not know the server at ${address} yet. It proves to be\n` +
      `${fingerprint}\n${words}\n` +
      "Compare that with what its operator told you by another way.",
  );
  for (;;) {
    const question = "Paste its fingerprint, or type yes or no:";
    const answer = await askLine(question, io, options);
    switch (
      answer === undefined ? "declined" : judgeTrust(answer, fingerprint)
    ) {
      case "trusted":
        return true;
      case "declined":
        return false;
      case "different":
        await tell(
          io,
          "That is another fingerprint: do not trust this server.",
        );
        return false;
    }
  }
}

async function tell(io: TerminalIo, text: string): Promise<void> {
  using screen = new Screen(io);
  await screen.finish(remarkLines(text, { alarm: true }));
}
