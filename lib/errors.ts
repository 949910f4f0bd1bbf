import type { ErrorSpec } from "./error_spec.ts";
import { SEALED_ERRORS } from "./sealed_errors.ts";

export type { AlertName } from "./error_spec.ts";

const BUG = "This is a bug in chat: report it with the steps that led here";
const TAMPERED =
  "Somebody or something between you and the peer changed the connection: reconnect, and try another network if it happens again";
const IMPOSTOR =
  "Do not trust this connection: the peer does not hold the key it shows";

/** Append-only: scripts, alerts and docs/errors.md depend on these codes. */
export const ERRORS = {
  // The command line and this machine.
  CHAT_USAGE: { exit: 2, alert: null, hint: "Run `chat help` for usage" },
  CHAT_FILE: {
    exit: 1,
    alert: null,
    hint: "Check that the path exists and that you may read and write it",
  },
  CHAT_STATE_REUSED: { exit: 1, alert: null, hint: BUG },
  CHAT_INTERNAL: { exit: 1, alert: null, hint: BUG },

  // The network.
  CHAT_ADDRESS_INVALID: {
    exit: 2,
    alert: null,
    hint: "Give HOST, HOST:PORT, [IPV6]:PORT or a chat:// link",
  },
  CHAT_UNREACHABLE: {
    exit: 5,
    alert: null,
    hint: "Check host, port and firewall, and that `chat serve` runs there",
  },
  CHAT_LISTEN_FAILED: {
    exit: 1,
    alert: null,
    hint: "Choose another --port or --host, or stop the program that uses it",
  },
  CHAT_CONNECTION_CUT: {
    exit: 5,
    alert: null,
    hint: "The network or the peer ended it without a goodbye: reconnect",
  },
  CHAT_TIMEOUT: {
    exit: 5,
    alert: null,
    hint: "Check that the peer is a chat server and that the network works",
  },

  // Bytes that are not chat/1.
  CHAT_NOT_CHAT: {
    exit: 5,
    alert: null,
    hint: "Check host and port: what answers there does not speak chat/1",
  },
  CHAT_VERSION_UNSUPPORTED: {
    exit: 5,
    alert: "unsupported_version",
    hint: "Update the older side: both must speak chat/1",
  },
  CHAT_WIRE_MALFORMED: {
    exit: 5,
    alert: "handshake_failed",
    hint: "Check that both sides speak chat/1",
  },
  CHAT_FRAME_SIZE: {
    exit: 5,
    alert: "handshake_failed",
    hint: "Check that both sides speak chat/1",
  },
  CHAT_UNEXPECTED_MESSAGE: {
    exit: 5,
    alert: "protocol_error",
    hint: "Check that both sides speak chat/1",
  },

  // The handshake.
  CHAT_KEY_SHARE_INVALID: {
    exit: 5,
    alert: "handshake_failed",
    hint: IMPOSTOR,
  },
  CHAT_IDENTITY_INVALID: {
    exit: 5,
    alert: "handshake_failed",
    hint: IMPOSTOR,
  },
  CHAT_PIN_MISMATCH: {
    exit: 3,
    alert: null, // tell an unverified peer nothing
    hint:
      "Ask the operator over another channel whether the key changed; only then replace the pin",
  },
  CHAT_SIGNATURE_INVALID: {
    exit: 5,
    alert: "handshake_failed",
    hint: IMPOSTOR,
  },
  CHAT_FINISHED_INVALID: {
    exit: 5,
    alert: "handshake_failed",
    hint: IMPOSTOR,
  },
  CHAT_READY_INVALID: { exit: 5, alert: "protocol_error", hint: IMPOSTOR },
  CHAT_SERVER_UNKNOWN: {
    exit: 6,
    alert: null,
    hint:
      "Get the fingerprint from the operator and give it with --pin, or connect from a terminal to be asked",
  },
  CHAT_HANDSHAKE_REFUSED: {
    exit: 5,
    alert: null,
    hint: "The other side could not complete the handshake: try again",
  },
  CHAT_BUSY: {
    exit: 5,
    alert: "busy",
    hint: "The server has as many connections as it allows: try again later",
  },

  // Records.
  CHAT_RECORD_REFUSED: { exit: 5, alert: null, hint: TAMPERED },
  CHAT_RECORD_LIMIT: {
    exit: 5,
    alert: "record_limit",
    hint: "Reconnect to agree on fresh keys",
  },

  // What a verified peer says of us, or we of it.
  CHAT_PROTOCOL: {
    exit: 5,
    alert: "protocol_error",
    hint: "Update the older side: they disagree about chat/1",
  },
  CHAT_NOT_AUTHORIZED: {
    exit: 4,
    alert: "not_authorized",
    hint:
      "Send the operator your line from `chat id` and ask to be added to the authorized keys",
  },
  CHAT_BANNED: {
    exit: 4,
    alert: "banned",
    hint: "Ask the operator to lift the ban",
  },
  CHAT_FULL: {
    exit: 4,
    alert: "full",
    hint: "Try again later, when somebody has left or some space was made",
  },
  CHAT_KICKED: {
    exit: 4,
    alert: "kicked",
    hint: "Ask the operator before you come back",
  },
  CHAT_TOO_SLOW: {
    exit: 5,
    alert: "too_slow",
    hint: "Your connection did not keep up with the room: reconnect",
  },
  CHAT_IDLE: {
    exit: 5,
    alert: "idle",
    hint: "The peer did not answer for too long: reconnect",
  },
  CHAT_FLOODING: {
    exit: 4,
    alert: "flooding",
    hint: "Send more slowly: the server's limits are in its documentation",
  },
  CHAT_DEVELOPMENT_IDENTITY: {
    exit: 4,
    alert: "development_identity",
    hint:
      "The keys in certs/ are public: create your own with `chat id` (they work on loopback only)",
  },

  // Identities, pins and access lists.
  CHAT_IDENTITY_EXPOSED: {
    exit: 1,
    alert: null,
    hint: "Run `chmod 600` on the file, and replace the key if others read it",
  },
  CHAT_IDENTITY_DAMAGED: {
    exit: 1,
    alert: null,
    hint:
      "Restore the file from a backup, or name another with --identity; `chat id` creates a new one where there is none",
  },
  CHAT_PASSPHRASE: {
    exit: 1,
    alert: null,
    hint: "Enter the passphrase the file was encrypted with",
  },
  CHAT_FINGERPRINT_INVALID: {
    exit: 2,
    alert: null,
    hint: "Give it as `chat id` prints it: SHA256: and 43 characters",
  },
  CHAT_PINS_DAMAGED: {
    exit: 1,
    alert: null,
    hint: "Repair or remove the line in the known_servers file",
  },
  CHAT_VERIFIED_DAMAGED: {
    exit: 1,
    alert: null,
    hint: "Repair or remove the line in the verified_identities file",
  },
  CHAT_AUTHORIZED_DAMAGED: {
    exit: 1,
    alert: null,
    hint: "Repair the line: it must read `ssh-ed25519 AAAA... comment`",
  },

  // The room.
  CHAT_NAME_INVALID: {
    exit: 1,
    alert: null,
    hint: "Choose 1 to 32 letters or digits of one script",
  },
  CHAT_NAME_TAKEN: {
    exit: 1,
    alert: null,
    hint: "Choose another name with --name",
  },
  CHAT_MESSAGE_INVALID: {
    exit: 1,
    alert: null,
    hint: "Shorten the message or leave out what the room does not carry",
  },
  CHAT_RATE_LIMITED: {
    exit: 1,
    alert: null,
    hint: "Wait a moment before you send more",
  },
  CHAT_NO_SUCH_MEMBER: {
    exit: 1,
    alert: null,
    hint: "See /who for the names in the room",
  },
  CHAT_NO_SUCH_ROOM: {
    exit: 1,
    alert: null,
    hint: "See /rooms for the rooms there are, and /join one first",
  },

  CHAT_FORBIDDEN: {
    exit: 1,
    alert: null,
    hint: "Ask an operator of the server, or an owner",
  },
  CHAT_MUTED: {
    exit: 1,
    alert: null,
    hint: "Ask an operator of the server to let you speak again",
  },
  CHAT_FORGOTTEN: {
    exit: 1,
    alert: null,
    hint:
      "Look in /history whether the message arrived, and send it again if it did not",
  },
  CHAT_INVITATION_INVALID: {
    exit: 4,
    alert: null,
    hint: "Ask for a new invitation: each admits one person, for a while",
  },
  CHAT_RESTARTING: {
    exit: 5,
    alert: null,
    hint: "The server restarts: reconnect in a moment",
  },
  CHAT_LOG_CHANGED: {
    exit: 5,
    alert: null,
    hint:
      "Ask the operator whether an older backup was restored: what was said may be missing, or said twice",
  },

  // The history of rooms.
  CHAT_STORE_FULL: {
    exit: 1,
    alert: null,
    hint:
      "The operator must free space on the server's disk, raise its quota or keep less history",
  },
  CHAT_STORE_DAMAGED: {
    exit: 1,
    alert: null,
    hint:
      "Check the disk, then restore the history from a backup or move its file away",
  },
  CHAT_STORE_IN_USE: {
    exit: 1,
    alert: null,
    hint: "Stop the other server, or choose another folder with --data",
  },
  CHAT_STORE_UNKNOWN: {
    exit: 1,
    alert: null,
    hint:
      "Update chat, or choose another folder with --data: another program or a newer version wrote this one",
  },

  // What a device remembers.
  CHAT_DEVICE_FULL: {
    exit: 1,
    alert: null,
    hint:
      "Free space on this machine's disk: nothing is sent before it is kept",
  },
  CHAT_DEVICE_DAMAGED: {
    exit: 1,
    alert: null,
    hint:
      "Check the disk and start chat again: it then puts the damaged file aside",
  },
  CHAT_DEVICE_IN_USE: {
    exit: 1,
    alert: null,
    hint: "End another chat of the same identity with this server",
  },
  CHAT_DEVICE_UNKNOWN: {
    exit: 1,
    alert: null,
    hint: "Update chat: a newer version of it wrote this file",
  },
  CHAT_OUTBOX_FULL: {
    exit: 1,
    alert: null,
    hint: "Wait until what you wrote before is sent",
  },

  // Sealed rooms.
  ...SEALED_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

/** A stable, documented failure identifier such as `CHAT_PIN_MISMATCH`. */
export type ErrorCode = keyof typeof ERRORS;

/** The one error class this program throws on purpose. Match on `code`. */
export class ChatError extends Error {
  override readonly name = "ChatError";

  /**
   * @param code Stable identifier; decides exit status, alert and hint.
   * @param message "Cannot <verb> <what>: <found>". Never secrets, and text of
   * peers only after `sanitize`.
   * @param options `cause` keeps the underlying error; `retryMs` says after how
   * many milliseconds the same may succeed; `hint` takes the place of the one of
   * its code, where more is known.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions & {
      readonly retryMs?: number | undefined;
      readonly hint?: string;
    } = {},
  ) {
    super(message, options);
    this.retryMs = options.retryMs;
    this.hint = options.hint ?? ERRORS[code].hint;
  }

  /** Milliseconds after which the same may succeed, when that is known. */
  readonly retryMs: number | undefined;

  /** What the user should do next. */
  readonly hint: string;
}
