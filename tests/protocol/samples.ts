import type { Bytes } from "../../lib/bytes.ts";
import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import { LEAVE_REASONS, STANDINGS, VERBS } from "../../lib/protocol/entry.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { GOODBYE_REASONS, REFUSAL_CODES } from "../../lib/protocol/words.ts";

const fingerprint: Bytes = new Uint8Array(32).map((_, i) => i);
const publicKey: Bytes = new Uint8Array(32).map((_, i) => 255 - i);
const signature: Bytes = new Uint8Array(64).fill(0x51);
const consent: Bytes = new Uint8Array(64).fill(0xc0);
const device: Bytes = new Uint8Array(16).fill(0xde);
const secret: Bytes = new Uint8Array(16).map((_, i) => 16 * i);
const group: Bytes = new Uint8Array(32).fill(0x66);
const title: Bytes = new Uint8Array(3).fill(0x77);
const info: Bytes = new Uint8Array(5).fill(0x88);
const hello: Bytes = new Uint8Array(4).fill(0x99);
const body: Bytes = new Uint8Array(6).fill(0xbb);
const none: Bytes = new Uint8Array(0);
const alice = { name: "alice", fingerprint };
const position = { room: 0, seq: 8, at: 1_700_000_000_000, ...alice };
const until = 1_800_000_000_000;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** One client message of every kind. */
export const CLIENT_SAMPLES: readonly ClientMessage[] = [
  { kind: "enter", protocol: 1, name: "alice", device, invitation: null },
  { kind: "enter", protocol: 1, name: null, device, invitation: secret },
  { kind: "say", id: 1, room: 0, number: 1, text: "Grüße, 世界 👋🏽" },
  { kind: "act", id: 24, room: 3, number: LARGEST, text: "waves" },
  { kind: "who", id: 256, room: 0 },
  { kind: "whois", id: 65_536, name: "bob" },
  { kind: "join", id: 2, name: "garden" },
  { kind: "leave", id: 3, room: 3 },
  { kind: "follow", id: 4, room: 3, after: null },
  { kind: "follow", id: 5, room: 0, after: 7 },
  { kind: "rooms", id: 6 },
  { kind: "title", id: 7, room: 3, text: "What grows" },
  { kind: "direct", id: 8, name: "bob" },
  { kind: "history", id: 9, room: 0, before: null, limit: 50 },
  { kind: "history", id: 10, room: 0, before: 7, limit: 200 },
  { kind: "search", id: 11, room: 0, words: "tea time", before: null },
  { kind: "search", id: 12, room: 0, words: "tea time", before: 7 },
  { kind: "mark", id: 13, room: 4, delivered: 8, read: 7 },
  { kind: "type", id: 14, room: 0 },
  ...VERBS.map((verb) => ({
    kind: "moderate" as const,
    id: 15,
    verb,
    subject: "bob",
    seconds: verb === "mute" ? 600 : null,
  })),
  { kind: "bans", id: 16 },
  { kind: "invite", id: 17, seconds: 86_400 },
  { kind: "rotate", id: 18, publicKey, signature, consent },
  { kind: "publish", id: 19, key: info },
  { kind: "ask_key", id: 20, name: "bob" },
  {
    kind: "found",
    ...{ id: 21, room: null, group, replaces: null, title, info, hello: none },
  },
  {
    kind: "found",
    ...{ id: 22, room: 4, group, replaces: publicKey, title, info, hello },
  },
  { kind: "join_sealed", id: 23, group },
  { kind: "ask_head", id: 24, room: 5 },
  {
    kind: "propose",
    ...{ id: 25, room: 5, group, turn: 300, commit: body, info },
  },
  { kind: "refresh", id: 26, room: 5, group, turn: 300, info },
  { kind: "seal", id: 27, room: 5, group, number: 42, body },
];

/** One server message of every kind. */
export const SERVER_SAMPLES: readonly ServerMessage[] = [
  {
    kind: "name_wanted",
    why: "taken",
    text: "Somebody else has this name",
    suggestion: "alice-2",
  },
  { kind: "name_wanted", why: "needed", text: "", suggestion: null },
  ...STANDINGS.map((standing) => ({
    kind: "entered" as const,
    name: "alice",
    standing,
    serverName: "home",
    motd: "Be kind\nto each other",
    present: 2,
    log: secret,
    number: 41,
  })),
  { kind: "ack", id: 1, seq: 2 ** 32, at: LARGEST },
  ...REFUSAL_CODES.map((code) => ({
    kind: "refused" as const,
    id: 24,
    code,
    text: "Cannot do that",
    retryMs: code === "CHAT_RATE_LIMITED" ? 250 : 0,
  })),
  {
    kind: "members",
    id: 256,
    room: 0,
    more: true,
    members: [
      { ...alice, since: 1, standing: "owner", online: true },
      { ...alice, name: "bob", since: 0, standing: "member", online: false },
    ],
  },
  { kind: "members", id: 256, room: 0, more: false, members: [] },
  {
    kind: "identity",
    id: 9,
    ...alice,
    publicKey,
    since: 3,
    standing: "muted",
    address: null,
  },
  {
    kind: "identity",
    id: 10,
    ...alice,
    publicKey,
    since: 3,
    standing: "member",
    address: "2001:db8::7",
  },
  ...GOODBYE_REASONS.map((why) => ({
    kind: "goodbye" as const,
    why,
    text: "So long",
  })),
  {
    kind: "room",
    room: 3,
    type: "open",
    name: "garden",
    topic: "What grows",
    seq: 7,
    peer: null,
    group: null,
  },
  {
    kind: "room",
    room: 4,
    type: "direct",
    name: "bob",
    topic: "",
    seq: 0,
    peer: fingerprint,
    group: null,
  },
  {
    kind: "room",
    ...{ room: 5, type: "sealed", name: "", topic: "", seq: 9 },
    ...{ peer: null, group },
  },
  { kind: "following", id: 4, room: 3, after: 6, at: position.at, seq: 8 },
  { kind: "done", id: 2, room: 3 },
  { kind: "done", id: 3, room: null },
  {
    kind: "rooms",
    id: 6,
    more: true,
    rooms: [
      { room: 0, name: "lobby", topic: "", present: 2, joined: true },
      { room: 3, name: "garden", topic: "What", present: 0, joined: false },
    ],
  },
  { kind: "rooms", id: 6, more: false, rooms: [] },
  { kind: "page", id: 9, room: 0, before: null, entries: new Uint8Array(0) },
  {
    kind: "page",
    id: 10,
    room: 0,
    before: 8,
    entries: encodeServerMessage({ kind: "said", ...position, text: "hello" }),
  },
  {
    kind: "bans",
    id: 16,
    more: true,
    bans: [
      {
        sanction: "mute",
        subject: "SHA256:YfXqIk/Z0Vixd9KfbJVJaEuZ1oLAANoZ5q8X84uPXX8",
        name: "bob",
        by: "alice",
        at: position.at,
        until,
      },
      {
        sanction: "ban",
        subject: "10.0.0.7",
        name: "",
        by: "alice",
        at: position.at,
        until: null,
      },
    ],
  },
  { kind: "bans", id: 16, more: false, bans: [] },
  { kind: "invitation", id: 17, secret, until },
  { kind: "succession", publicKey, signature, consent },
  { kind: "parted", room: 3 },
  { kind: "said", ...position, text: "\ufeffhello\ufffd" },
  { kind: "did", ...position, text: "waves" },
  { kind: "joined", ...position },
  ...LEAVE_REASONS.map((why) => ({ kind: "left" as const, ...position, why })),
  { kind: "titled", ...position, text: "What grows" },
  { kind: "renewed", ...position, next: publicKey },
  { kind: "typing", ...position },
  { kind: "marks", ...position, delivered: 8, read: 7 },
  ...VERBS.map((verb) => ({
    kind: "moderated" as const,
    ...position,
    verb,
    subject: "bob",
    target: fingerprint,
    until: verb === "ban" ? until : null,
  })),
  {
    kind: "moderated",
    ...position,
    verb: "ban",
    subject: "",
    target: null,
    until: null,
  },
  { kind: "sealed", ...position, name: "", body },
  { kind: "committed", ...position, name: "", turn: 301, body },
  { kind: "founded", ...position, name: "", group },
  { kind: "sealing_key", id: 20, fingerprint, key: info },
  { kind: "sealing_key", id: 20, fingerprint, key: none },
  {
    kind: "head",
    ...{ id: 24, room: 5, seq: 9, group, turn: 300, title, info, hello },
  },
];
