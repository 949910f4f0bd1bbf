/**
 * Private chat rooms without accounts, without a certificate authority and
 * without trusting the network. Run as a program this is the `chat` command;
 * as a library it serves and joins rooms:
 *
 * ```ts
 * import { connect, generateIdentity, parseFingerprint } from "./mod.ts";
 * ```
 *
 * @module
 */
export type { Bytes } from "./lib/bytes.ts";
export {
  type Client,
  connect,
  type ConnectOptions,
  handOver,
  type HandOverOptions,
  inspect,
  type ServerAddress,
} from "./client.ts";
export type { HandshakeStep } from "./lib/channel/open.ts";
export { ChatError, type ErrorCode, ERRORS } from "./lib/errors.ts";
export type { AccessList } from "./lib/identity/access_list.ts";
export type { Address } from "./lib/identity/address.ts";
export {
  type AuthorizedKey,
  type AuthorizedKeys,
  type AuthorizedWarning,
  parseAuthorizedKeys,
} from "./lib/identity/authorized_keys.ts";
export {
  type Fingerprint,
  fingerprintFromBytes,
  parseFingerprint,
} from "./lib/identity/fingerprint.ts";
export {
  generateIdentity,
  type Identity,
  identityFromPkcs8,
} from "./lib/identity/identity.ts";
export {
  type KeyFile,
  parseKeyFile,
  type PrivateKey,
} from "./lib/identity/key_file.ts";
export { type Pin, Pins } from "./lib/identity/pins.ts";
export type { PublicIdentity } from "./lib/identity/public_identity.ts";
export {
  makeSuccession,
  type SuccessionStatement,
  verifySuccession,
} from "./lib/identity/succession.ts";
export { makeLink, parseTarget, type Target } from "./lib/identity/target.ts";
export type { Succession } from "./lib/member/asker.ts";
export type {
  DeviceState,
  OutgoingMessage,
  ReadingPosition,
} from "./lib/member/device_state.ts";
export { MemoryDeviceState } from "./lib/member/memory_device_state.ts";
export type { GateLimits } from "./lib/net/gate.ts";
export type {
  Author,
  Entry,
  KeptEntry,
  LeaveReason,
  Member,
  PassingEntry,
  Standing,
  Verb,
} from "./lib/protocol/entry.ts";
export type {
  GoodbyeReason,
  RoomKind,
  SanctionKind,
} from "./lib/protocol/words.ts";
export type {
  Conversation,
  ConversationEvent,
  EntryPage,
  JoinedRoomInfo,
  ListedRoom,
  ListedSanction,
  MadeInvitation,
  MemberIdentity,
  Outgoing,
  SendingState,
} from "./lib/room/conversation.ts";
export type { AskName } from "./lib/room/ask_name.ts";
export type { RoomLimits } from "./lib/room/room_limits.ts";
export { serve } from "./server.ts";
export type {
  ConnectionFailure,
  ServeOptions,
  Server,
  ServerLimits,
} from "./serve_options.ts";

if (import.meta.main) {
  // Bots that import this module need none of the commands.
  await (await import("./program.ts")).run();
}
