import { fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  type AuthorizedKeys,
  MAX_AUTHORIZED_KEYS_LENGTH,
  parseAuthorizedKeys,
} from "../identity/authorized_keys.ts";
import { readSmallFile } from "./files.ts";

/** How often the file is looked at, in milliseconds. */
export const AUTHORIZED_POLL_MS = 1_000;

/**
 * Reads a file in the format of OpenSSH's `authorized_keys`.
 *
 * @throws {ChatError} `CHAT_FILE` when it is missing, cannot be read or could
 * be changed by others; `CHAT_AUTHORIZED_DAMAGED`.
 */
export async function readAuthorizedKeys(
  path: string,
): Promise<AuthorizedKeys> {
  const file = await readSmallFile(path, MAX_AUTHORIZED_KEYS_LENGTH);
  if (file === undefined) {
    throw new ChatError("CHAT_FILE", `Cannot read ${path}: it does not exist`);
  }
  if (((file.mode ?? 0) & 0o022) !== 0) {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot trust ${path}: other users may change it; run \`chmod go-w\` on it`,
    );
  }
  try {
    return parseAuthorizedKeys(fromUtf8(file.bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ChatError(
      "CHAT_AUTHORIZED_DAMAGED",
      `Cannot read ${path}: it is not UTF-8`,
      { cause: error },
    );
  }
}

/** Told what became of the file. */
export interface AuthorizedHandlers {
  /** It changed, and reads well. */
  onChange(keys: AuthorizedKeys): void;
  /** It changed, and does not: what was read last stays in force. */
  onError(error: ChatError): void;
}

/** Looks at the file again and again, until disposed. */
export class AuthorizedWatch implements Disposable {
  readonly #path: string;
  readonly #handlers: AuthorizedHandlers;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(path: string, handlers: AuthorizedHandlers) {
    this.#path = path;
    this.#handlers = handlers;
    this.#seen = stamp(path);
    this.#timer = setInterval(() => void this.look(), AUTHORIZED_POLL_MS);
  }

  /** One look; the timer calls it. */
  look(): Promise<void> {
    return this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  async #look(): Promise<void> {
    const now = stamp(this.#path);
    if (now === this.#seen) return;
    this.#seen = now;
    try {
      this.#handlers.onChange(await readAuthorizedKeys(this.#path));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#handlers.onError(error);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Differs whenever the content may: editors replace or rewrite the file. */
function stamp(path: string): string {
  try {
    const { mtime, size, ino, ctime, mode } = Deno.statSync(path);
    return [mtime?.getTime(), ctime?.getTime(), size, ino, mode].join(" ");
  } catch (error) {
    if (error instanceof Error) return error.name;
    throw error;
  }
}
