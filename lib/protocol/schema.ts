import { LEAVE_REASONS } from "./entry.ts";
import {
  flag,
  key,
  list,
  optionalText,
  type Schema,
  text,
  uint,
  word,
} from "./field.ts";
import {
  MAX_MEMBERS_PER_PAGE,
  MAX_MOTD_BYTES,
  MAX_NAME_BYTES,
  MAX_REASON_BYTES,
  MAX_TEXT_BYTES,
} from "./limits.ts";
import { GOODBYE_REASONS, NAME_REASONS, REFUSAL_CODES } from "./words.ts";

/** The number of this protocol, told by `enter`. */
export const PROTOCOL = 1;

const name = text(MAX_NAME_BYTES);
const person = { name, fingerprint: key };
const member = { ...person, since: uint };
const position = { room: uint, seq: uint, at: uint, ...person };
const utterance = { id: uint, room: uint, text: text(MAX_TEXT_BYTES) };

/** What a client may send. docs/application.cddl says what it means. */
export const CLIENT_MESSAGES = {
  enter: {
    tag: 1,
    fields: {
      protocol: { type: "constant", value: PROTOCOL },
      name: optionalText(MAX_NAME_BYTES),
    },
  },
  say: { tag: 2, fields: utterance },
  act: { tag: 3, fields: utterance },
  who: { tag: 4, fields: { id: uint, room: uint } },
  whois: { tag: 5, fields: { id: uint, name } },
} as const satisfies Schema;

/** What a server may send. docs/application.cddl says what it means. */
export const SERVER_MESSAGES = {
  name_wanted: {
    tag: 16,
    fields: {
      why: word(NAME_REASONS),
      text: text(MAX_REASON_BYTES),
      suggestion: optionalText(MAX_NAME_BYTES),
    },
  },
  entered: {
    tag: 17,
    fields: {
      name,
      serverName: name,
      motd: text(MAX_MOTD_BYTES),
      room: uint,
      roomName: name,
      seq: uint,
      present: uint,
    },
  },
  ack: { tag: 18, fields: { id: uint, seq: uint, at: uint } },
  refused: {
    tag: 19,
    fields: {
      id: uint,
      code: word(REFUSAL_CODES),
      text: text(MAX_REASON_BYTES),
      retryMs: uint,
    },
  },
  members: {
    tag: 20,
    fields: {
      id: uint,
      room: uint,
      more: flag,
      members: list(MAX_MEMBERS_PER_PAGE, member),
    },
  },
  identity: {
    tag: 21,
    fields: {
      id: uint,
      name,
      publicKey: key,
      fingerprint: key,
      since: uint,
    },
  },
  goodbye: {
    tag: 22,
    fields: { why: word(GOODBYE_REASONS), text: text(MAX_REASON_BYTES) },
  },
  said: { tag: 32, fields: { ...position, text: text(MAX_TEXT_BYTES) } },
  did: { tag: 33, fields: { ...position, text: text(MAX_TEXT_BYTES) } },
  joined: { tag: 34, fields: position },
  left: { tag: 35, fields: { ...position, why: word(LEAVE_REASONS) } },
} as const satisfies Schema;
