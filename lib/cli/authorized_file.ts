import { fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  type AuthorizedKeys,
  MAX_AUTHORIZED_KEYS_LENGTH,
  parseAuthorizedKeys,
} from "../identity/authorized_keys.ts";
import { readSmallFile } from "./files.ts";
import { assertOnlyWeChange } from "./ownership.ts";

/** How often the file is looked at, in milliseconds. */
export const AUTHORIZED_POLL_MS = 1_000;

/**
 * Looks in a row that must find the same before it counts, so for two seconds:
 * who rewrites a file in place leaves a part of it, or nothing, meanwhile.
 */
export const AGREEING_LOOKS = 3;

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
  assertOnlyWeChange(path, file);
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
  /**
   * It changed, and does not: what was read last stays in force. Every look
   * tries again; told once as long as file and error stay the same.
   */
  onError(error: ChatError): void;
}

/** Looks at the file again and again, until disposed. */
export class AuthorizedWatch implements Disposable {
  readonly #path: string;
  readonly #handlers: AuthorizedHandlers;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Stamp of what is in force. */
  #applied: string;
  /** What the last looks found, and how many in a row found it. */
  #found: { readonly stamp: string; readonly looks: number };
  /** The error that was told last, and of which stamp. */
  #told: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(path: string, handlers: AuthorizedHandlers) {
    this.#path = path;
    this.#handlers = handlers;
    this.#applied = stampOf(path);
    this.#found = { stamp: this.#applied, looks: 1 };
    this.#timer = setInterval(() => void this.look(), AUTHORIZED_POLL_MS);
  }

  /** One look; the timer calls it. */
  look(): Promise<void> {
    return this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  async #look(): Promise<void> {
    const stamp = stampOf(this.#path);
    const looks = stamp === this.#found.stamp ? this.#found.looks + 1 : 1;
    this.#found = { stamp, looks };
    if (stamp === this.#applied || looks < AGREEING_LOOKS) return;
    try {
      const keys = await readAuthorizedKeys(this.#path);
      if (stampOf(this.#path) !== stamp) return; // not what the looks agreed on
      this.#applied = stamp;
      this.#told = undefined;
      this.#handlers.onChange(keys);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#tell(error, stamp);
    }
  }

  #tell(error: ChatError, stamp: string): void {
    const told = `${stamp} ${error.message}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#handlers.onError(error);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Differs whenever the content may: editors replace or rewrite the file. */
function stampOf(path: string): string {
  try {
    const { mtime, size, ino, ctime, mode } = Deno.statSync(path);
    return [mtime?.getTime(), ctime?.getTime(), size, ino, mode].join(" ");
  } catch (error) {
    if (error instanceof Error) return error.name;
    throw error;
  }
}
