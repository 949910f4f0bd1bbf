import { utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { OptionSpecs } from "./command.ts";
import { asFileError } from "./files.ts";
import type { Io } from "./io.ts";
import { foreignOwner } from "./ownership.ts";
import { printable } from "./printable.ts";

/** The option that lets keys be written to a file. */
export const keyLogOptions = {
  "i-know-this-breaks-encryption": {
    kind: "flag",
    help:
      "Write the keys of the connection to $CHAT_KEYLOG, for analysing your own traffic",
  },
} as const satisfies OptionSpecs;

/** What whoever takes part has to know, each time. */
export const KEY_LOG_WARNING =
  "WARNING: the keys of this connection are being written to a file. Whoever reads it reads all that is said here";

/** A file that keys are written to. */
export interface KeyLogFile extends Disposable {
  readonly keyLog: (line: string) => void;
}

/**
 * Opens the key log, with a warning, if both the option and `CHAT_KEYLOG` ask
 * for it: an environment that was set unseen must not give anybody away.
 *
 * @param allowed Whether the option was given.
 * @throws {ChatError} `CHAT_USAGE` when one of the two is missing, `CHAT_FILE`
 * when the file is not for this user alone.
 */
export function openKeyLog(
  allowed: boolean,
  io: Pick<Io, "env" | "err">,
): KeyLogFile | undefined {
  const path = io.env("CHAT_KEYLOG") || undefined;
  if (!allowed && path === undefined) return undefined;
  if (!allowed) {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot connect: CHAT_KEYLOG is set, so that the keys would be written to a file",
      {
        hint:
          "Unset CHAT_KEYLOG; only if you mean it, give --i-know-this-breaks-encryption",
      },
    );
  }
  if (path === undefined) {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot log keys: CHAT_KEYLOG names no file",
    );
  }
  const file = openPrivate(path);
  io.err(`${KEY_LOG_WARNING}: ${printable(path)}`);
  return {
    keyLog(line): void {
      for (let rest = utf8(`${line}\n`); rest.length > 0;) {
        rest = rest.subarray(file.writeSync(rest));
      }
    },
    [Symbol.dispose]: () => file.close(),
  };
}

function openPrivate(path: string): Deno.FsFile {
  using cleanup = new DisposableStack();
  try {
    const file = Deno.openSync(path, {
      append: true,
      create: true,
      mode: 0o600,
    });
    cleanup.use(file);
    const { isFile, mode, uid } = file.statSync();
    const others = mode !== null && (mode & 0o077) !== 0;
    const owner = foreignOwner({ uid: uid ?? undefined });
    if (!isFile || others || owner !== undefined) {
      throw new ChatError(
        "CHAT_FILE",
        `Cannot log keys: ${path} is not a file of yours alone (mode 0600)`,
      );
    }
    cleanup.move();
    return file;
  } catch (error) {
    throw asFileError("write", path, error);
  }
}
