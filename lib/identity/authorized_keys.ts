import type { Bytes } from "../bytes.ts";
import { isEd25519Public } from "../crypto/ed25519.ts";
import { ChatError } from "../errors.ts";
import type { AccessList } from "./access_list.ts";
import { decodeSshBlob, SSH_KEY_TYPE } from "./ssh_blob.ts";

/** Longest file we read, in UTF-16 code units. */
export const MAX_AUTHORIZED_KEYS_LENGTH = 1024 * 1024;
/** Most keys one file may admit. */
export const MAX_AUTHORIZED_KEYS = 10_000;

/** One admitted key. */
export interface AuthorizedKey {
  /** Counted from 1. */
  readonly line: number;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** The line's comment, or an empty text; may hold anything. */
  readonly label: string;
}

/** A line that was understood, but admits nobody. */
export interface AuthorizedWarning {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** The content of an `authorized_keys` file. */
export interface AuthorizedKeys extends AccessList {
  /** In the order of the file; a key may be there twice. */
  readonly entries: readonly AuthorizedKey[];
  readonly warnings: readonly AuthorizedWarning[];
}

/** What `chat id` shows a key behind, copied along with it. */
const SHOWN_PREFIX = /^Public key:/i;

/** Key types of OpenSSH that are not ours: skipped, not an error. */
const OTHER_TYPE = /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,64}$/;

/**
 * Reads a file in the format of OpenSSH's `authorized_keys` (sshd(8)): a key a
 * line, blank lines and `#` comments. Keys of other types than Ed25519 are
 * skipped with a warning. Lines with options such as `from="..."` are refused:
 * to ignore a restriction would admit more than its author meant.
 *
 * @throws {ChatError} `CHAT_AUTHORIZED_DAMAGED`, naming the line.
 */
export function parseAuthorizedKeys(text: string): AuthorizedKeys {
  if (text.length > MAX_AUTHORIZED_KEYS_LENGTH) {
    throw damaged(`it is longer than ${MAX_AUTHORIZED_KEYS_LENGTH} characters`);
  }
  const entries: AuthorizedKey[] = [];
  const warnings: AuthorizedWarning[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const [type = "", blob = ""] = content.split(/[ \t]+/, 2);
    if (type === SSH_KEY_TYPE) {
      const label = content.slice(type.length).trim().slice(blob.length).trim();
      entries.push({ line, publicKey: decodeKey(blob, line), label });
    } else if (OTHER_TYPE.test(type)) {
      const message =
        `skipped a key of type ${type}: only ${SSH_KEY_TYPE} works`;
      warnings.push({ line, message });
    } else if (SHOWN_PREFIX.test(content)) {
      throw damaged(
        `line ${line} begins with "Public key:", which \`chat id\` shows before the key; leave that out`,
      );
    } else {
      throw damaged(
        `line ${line} does not start with a key type; options before the key are not supported`,
      );
    }
    if (entries.length > MAX_AUTHORIZED_KEYS) {
      throw damaged(`it holds more than ${MAX_AUTHORIZED_KEYS} keys`);
    }
  }
  const admitted = new Set(entries.map((entry) => entry.publicKey.toHex()));
  return { entries, warnings, has: (key) => admitted.has(key.toHex()) };
}

function decodeKey(text: string, line: number): Bytes {
  const key = decodeSshBlob(decodeBase64(text, line));
  if (key === undefined) {
    throw damaged(`line ${line} does not hold a whole ${SSH_KEY_TYPE} key`);
  }
  if (!isEd25519Public(key)) {
    throw damaged(`the key on line ${line} proves nothing: it is a weak point`);
  }
  return key;
}

function decodeBase64(text: string, line: number): Bytes {
  try {
    return Uint8Array.fromBase64(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damaged(`the key on line ${line} is not base64`);
  }
}

function damaged(found: string): ChatError {
  return new ChatError(
    "CHAT_AUTHORIZED_DAMAGED",
    `Cannot read authorized keys: ${found}`,
  );
}
