import { fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { KeyFile, PrivateKey } from "../identity/key_file.ts";
import { asFileError, readAtMost } from "./files.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/** Longest passphrase, in bytes: OpenSSL reads no longer one. */
export const MAX_PASSPHRASE_BYTES = 1023;
/** Times a person may try. */
export const PASSPHRASE_TRIES = 3;

/** A key file that waits for its passphrase. */
export type LockedKeyFile = Extract<KeyFile, { kind: "locked" }>;

/**
 * Reads a passphrase for a script: the first and only line of `file`, which may
 * be a pipe (`--passphrase-file <(pass show chat)`, `/dev/fd/3`).
 *
 * @throws {ChatError} `CHAT_FILE`, or `CHAT_PASSPHRASE` when it holds none.
 */
export async function readPassphraseFile(file: string): Promise<string> {
  let text: string;
  try {
    using source = await Deno.open(file);
    // Two bytes more: the line's end.
    const bytes = await readAtMost(source, MAX_PASSPHRASE_BYTES + 2);
    if (bytes === undefined) throw tooLong();
    text = fromUtf8(bytes).replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof TypeError) throw refused(`${file} is not UTF-8`);
    throw asFileError("read", file, error);
  }
  if (text === "") throw refused(`${file} is empty`);
  // deno-lint-ignore no-control-regex -- control characters are the point
  if (/[\x00-\x1f\x7f]/.test(text)) {
    throw refused(`${file} does not hold a single line of text`);
  }
  return checkLength(text);
}

/** How to come by the passphrase of a key file. */
export interface UnlockOptions {
  readonly path: string;
  readonly passphraseFile: string | undefined;
  /** One that was entered for another file, and may be that of this one. */
  readonly known?: string | undefined;
}

/** An opened key, and the passphrase that opened it, if it has one. */
export interface UnlockedKey {
  readonly key: PrivateKey;
  readonly passphrase: string | undefined;
}

/**
 * Opens a key file with the passphrase in `passphraseFile`, or with one that the person
 * at the terminal enters within {@linkcode PASSPHRASE_TRIES}.
 *
 * @throws {ChatError} `CHAT_PASSPHRASE`, `CHAT_FILE`, `CHAT_IDENTITY_DAMAGED`.
 */
export async function unlock(
  locked: LockedKeyFile,
  io: Io,
  options: UnlockOptions,
): Promise<UnlockedKey> {
  const { path, passphraseFile, known } = options;
  const key = known === undefined ? undefined : await tryOpen(locked, known);
  if (key !== undefined) return { key, passphrase: known };
  if (passphraseFile !== undefined) {
    const passphrase = await readPassphraseFile(passphraseFile);
    return { key: await locked.unlock(passphrase), passphrase };
  }
  for (let tries = 1;; tries++) {
    const question = `Passphrase of ${printable(path)}:`;
    const passphrase = await askSecret(io, question);
    try {
      return { key: await locked.unlock(passphrase), passphrase };
    } catch (error) {
      if (!isWrong(error) || tries === PASSPHRASE_TRIES) throw error;
      io.err("That is not it, try again.");
    }
  }
}

/**
 * Asks for a new passphrase until it is typed twice alike.
 *
 * @throws {ChatError} `CHAT_PASSPHRASE` when nobody can be asked or the person
 * gives up.
 */
export async function askNewPassphrase(io: Io): Promise<string> {
  for (let tries = 1; tries <= PASSPHRASE_TRIES; tries++) {
    const first = await askSecret(io, "New passphrase:");
    if (first === "") {
      io.err("An empty one would not protect anything.");
      continue;
    }
    checkLength(first);
    if (await askSecret(io, "The same again:") === first) return first;
    io.err("The two differ.");
  }
  throw refused("none was set");
}

async function tryOpen(
  locked: LockedKeyFile,
  passphrase: string,
): Promise<PrivateKey | undefined> {
  try {
    return await locked.unlock(passphrase);
  } catch (error) {
    if (isWrong(error)) return undefined;
    throw error;
  }
}

function isWrong(error: unknown): boolean {
  return error instanceof ChatError && error.code === "CHAT_PASSPHRASE";
}

async function askSecret(io: Io, question: string): Promise<string> {
  const answer = await io.ask(question, { secret: true });
  if (answer !== undefined) return answer;
  throw refused(
    io.stdinIsTerminal
      ? "none was entered"
      : "nobody can be asked for it; use --passphrase-file",
  );
}

function checkLength(passphrase: string): string {
  if (utf8(passphrase).length > MAX_PASSPHRASE_BYTES) throw tooLong();
  return passphrase;
}

function tooLong(): ChatError {
  return refused(`it is longer than ${MAX_PASSPHRASE_BYTES} bytes`);
}

function refused(found: string): ChatError {
  return new ChatError("CHAT_PASSPHRASE", `Cannot use passphrase: ${found}`);
}
