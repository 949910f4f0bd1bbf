import type { Bytes } from "../../lib/bytes.ts";
import { LEAVE_REASONS } from "../../lib/protocol/entry.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { GOODBYE_REASONS } from "../../lib/protocol/words.ts";

const fingerprint: Bytes = new Uint8Array(32).map((_, i) => i);
const publicKey: Bytes = new Uint8Array(32).map((_, i) => 255 - i);
const alice = { name: "alice", fingerprint };
const position = { room: 0, seq: 8, at: 1_700_000_000_000, ...alice };

/** One client message of every kind. */
export const CLIENT_SAMPLES: readonly ClientMessage[] = [
  { kind: "enter", protocol: 1, name: "alice" },
  { kind: "enter", protocol: 1, name: null },
  { kind: "say", id: 1, room: 0, text: "Grüße, 世界 👋🏽" },
  { kind: "act", id: 24, room: 0, text: "waves" },
  { kind: "who", id: 256, room: 0 },
  { kind: "whois", id: 65_536, name: "bob" },
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
  {
    kind: "entered",
    name: "alice",
    serverName: "home",
    motd: "Be kind\nto each other",
    room: 0,
    roomName: "lobby",
    seq: 7,
    present: 2,
  },
  { kind: "ack", id: 1, seq: 2 ** 32, at: Number.MAX_SAFE_INTEGER },
  {
    kind: "refused",
    id: 24,
    code: "CHAT_RATE_LIMITED",
    text: "Cannot send message: too many",
    retryMs: 250,
  },
  {
    kind: "members",
    id: 256,
    room: 0,
    more: true,
    members: [{ ...alice, since: 1 }, { ...alice, name: "bob", since: 2 }],
  },
  { kind: "members", id: 256, room: 0, more: false, members: [] },
  { kind: "identity", id: 9, ...alice, publicKey, since: 3 },
  ...GOODBYE_REASONS.map((why) => ({
    kind: "goodbye" as const,
    why,
    text: "So long",
  })),
  { kind: "said", ...position, text: "\ufeffhello\ufffd" },
  { kind: "did", ...position, text: "waves" },
  { kind: "joined", ...position },
  ...LEAVE_REASONS.map((why) => ({ kind: "left" as const, ...position, why })),
];
