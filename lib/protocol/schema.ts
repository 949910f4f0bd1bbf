import { LEAVE_REASONS, STANDINGS, VERBS } from "./entry.ts";
import {
  blob,
  bytes,
  flag,
  key,
  list,
  optionalBytes,
  optionalText,
  optionalUint,
  type Schema,
  text,
  uint,
  word,
} from "./field.ts";
import {
  ID_BYTES,
  MAX_BANS_PER_PAGE,
  MAX_COMMIT_BYTES,
  MAX_GROUP_INFO_BYTES,
  MAX_HELLO_BYTES,
  MAX_MEMBERS_PER_PAGE,
  MAX_MOTD_BYTES,
  MAX_NAME_BYTES,
  MAX_PAGE_BYTES,
  MAX_REASON_BYTES,
  MAX_ROOMS_PER_PAGE,
  MAX_SEALED_BODY_BYTES,
  MAX_SEALED_NAME_BYTES,
  MAX_SEALING_KEY_BYTES,
  MAX_SUBJECT_BYTES,
  MAX_TEXT_BYTES,
  MAX_TOPIC_BYTES,
  MAX_WORDS_BYTES,
  SIGNATURE_BYTES,
} from "./limits.ts";
import {
  GOODBYE_REASONS,
  NAME_REASONS,
  REFUSAL_CODES,
  ROOM_KINDS,
  SANCTION_KINDS,
} from "./words.ts";

/** The number of this protocol, told by `enter`. */
export const PROTOCOL = 1;

const id = bytes(ID_BYTES);
const name = text(MAX_NAME_BYTES);
const topic = text(MAX_TOPIC_BYTES);
const subject = text(MAX_SUBJECT_BYTES);
const person = { name, fingerprint: key };
const standing = word(STANDINGS);
const member = { ...person, since: uint, standing, online: flag };
const position = { room: uint, seq: uint, at: uint, ...person };
const request = { id: uint };
const ofRoom = { id: uint, room: uint };
const utterance = { ...ofRoom, number: uint, text: text(MAX_TEXT_BYTES) };
const sealingKey = blob(MAX_SEALING_KEY_BYTES);
const groupInfo = blob(MAX_GROUP_INFO_BYTES);
const commit = blob(MAX_COMMIT_BYTES);
const sealedBody = blob(MAX_SEALED_BODY_BYTES);
/** What whoever joins a sealed room is told of it. */
const introduction = {
  title: blob(MAX_SEALED_NAME_BYTES),
  info: groupInfo,
  hello: blob(MAX_HELLO_BYTES),
};
const ofGroup = { ...ofRoom, group: key };
const signature = bytes(SIGNATURE_BYTES);
/** The next key, signed by the current one, and its own signature of both. */
const succession = { publicKey: key, signature, consent: signature };

/** What a client may send. docs/application.cddl says what it means. */
export const CLIENT_MESSAGES = {
  enter: {
    tag: 1,
    fields: {
      protocol: { type: "constant", value: PROTOCOL },
      name: optionalText(MAX_NAME_BYTES),
      device: id,
      invitation: optionalBytes(ID_BYTES),
    },
  },
  say: { tag: 2, fields: utterance },
  act: { tag: 3, fields: utterance },
  who: { tag: 4, fields: ofRoom },
  whois: { tag: 5, fields: { ...request, name: subject } },
  join: { tag: 6, fields: { ...request, name } },
  leave: { tag: 7, fields: ofRoom },
  follow: { tag: 8, fields: { ...ofRoom, after: optionalUint } },
  rooms: { tag: 9, fields: request },
  title: { tag: 10, fields: { ...ofRoom, text: topic } },
  direct: { tag: 11, fields: { ...request, name: subject } },
  history: {
    tag: 12,
    fields: { ...ofRoom, before: optionalUint, limit: uint },
  },
  search: {
    tag: 13,
    fields: { ...ofRoom, words: text(MAX_WORDS_BYTES), before: optionalUint },
  },
  mark: { tag: 14, fields: { ...ofRoom, delivered: uint, read: uint } },
  type: { tag: 15, fields: ofRoom },
  moderate: {
    tag: 64,
    fields: {
      ...request,
      verb: word(VERBS),
      subject,
      seconds: optionalUint,
    },
  },
  bans: { tag: 65, fields: request },
  invite: { tag: 66, fields: { ...request, seconds: uint } },
  rotate: { tag: 67, fields: { ...request, ...succession } },
  publish: { tag: 68, fields: { ...request, key: sealingKey } },
  ask_key: { tag: 69, fields: { ...request, name: subject } },
  found: {
    tag: 70,
    fields: {
      ...request,
      room: optionalUint,
      group: key,
      replaces: optionalBytes(32),
      ...introduction,
    },
  },
  join_sealed: { tag: 71, fields: { ...request, group: key } },
  ask_head: { tag: 72, fields: ofRoom },
  propose: {
    tag: 73,
    fields: { ...ofGroup, turn: uint, commit, info: groupInfo },
  },
  refresh: { tag: 74, fields: { ...ofGroup, turn: uint, info: groupInfo } },
  seal: { tag: 75, fields: { ...ofGroup, number: uint, body: sealedBody } },
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
      standing,
      serverName: name,
      motd: text(MAX_MOTD_BYTES),
      present: uint,
      log: id,
      number: uint,
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
      standing,
      address: optionalText(MAX_SUBJECT_BYTES),
    },
  },
  goodbye: {
    tag: 22,
    fields: { why: word(GOODBYE_REASONS), text: text(MAX_REASON_BYTES) },
  },
  room: {
    tag: 23,
    fields: {
      room: uint,
      type: word(ROOM_KINDS),
      name,
      topic,
      seq: uint,
      peer: optionalBytes(32),
      group: optionalBytes(32),
    },
  },
  following: {
    tag: 24,
    fields: { id: uint, room: uint, after: uint, at: uint, seq: uint },
  },
  done: { tag: 25, fields: { id: uint, room: optionalUint } },
  rooms: {
    tag: 26,
    fields: {
      id: uint,
      more: flag,
      rooms: list(MAX_ROOMS_PER_PAGE, {
        room: uint,
        name,
        topic,
        present: uint,
        joined: flag,
      }),
    },
  },
  page: {
    tag: 27,
    fields: {
      id: uint,
      room: uint,
      before: optionalUint,
      entries: { type: "entries", max: MAX_PAGE_BYTES },
    },
  },
  bans: {
    tag: 28,
    fields: {
      id: uint,
      more: flag,
      bans: list(MAX_BANS_PER_PAGE, {
        sanction: word(SANCTION_KINDS),
        subject,
        name,
        by: name,
        at: uint,
        until: optionalUint,
      }),
    },
  },
  invitation: { tag: 29, fields: { id: uint, secret: id, until: uint } },
  succession: { tag: 30, fields: succession },
  parted: { tag: 31, fields: { room: uint } },
  said: { tag: 32, fields: { ...position, text: text(MAX_TEXT_BYTES) } },
  did: { tag: 33, fields: { ...position, text: text(MAX_TEXT_BYTES) } },
  joined: { tag: 34, fields: position },
  left: { tag: 35, fields: { ...position, why: word(LEAVE_REASONS) } },
  titled: { tag: 36, fields: { ...position, text: topic } },
  renewed: { tag: 37, fields: { ...position, next: key } },
  typing: { tag: 38, fields: position },
  marks: { tag: 39, fields: { ...position, delivered: uint, read: uint } },
  moderated: {
    tag: 40,
    fields: {
      ...position,
      verb: word(VERBS),
      subject,
      target: optionalBytes(32),
      until: optionalUint,
    },
  },
  sealed: { tag: 41, fields: { ...position, body: sealedBody } },
  committed: { tag: 42, fields: { ...position, turn: uint, body: commit } },
  founded: { tag: 43, fields: { ...position, group: key } },
  sealing_key: {
    tag: 44,
    fields: { id: uint, fingerprint: key, key: sealingKey },
  },
  head: {
    tag: 45,
    fields: {
      ...{ id: uint, room: uint, seq: uint, group: key, turn: uint },
      ...introduction,
    },
  },
} as const satisfies Schema;
