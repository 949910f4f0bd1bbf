import type { Bytes } from "../bytes.ts";
import { collectList, expectAnswer } from "../member/answers.ts";
import { askPatiently } from "../member/ask_patiently.ts";
import { unexpected } from "../member/unexpected.ts";
import type { Wire } from "../member/wire.ts";
import type { Member } from "../protocol/entry.ts";
import type { Answer, MessageOfKind } from "../protocol/messages.ts";
import type { Proposal } from "../sealed/room_state.ts";

const NOTHING = new Uint8Array(0);

/** What the server says of the group that a room has now. */
export type Head = MessageOfKind<"head">;

/** A commit for the server to order, and where. */
export interface PlacedProposal {
  readonly room: number;
  readonly group: Bytes;
  readonly proposal: Proposal;
}

/** A group that a room shall have. */
export interface Foundation {
  /** A direct room; `null` to make a sealed one. */
  readonly room: number | null;
  readonly group: Bytes;
  /** The group that the direct room has; `null` for none. */
  readonly replaces: Bytes | null;
  /** Empty for a direct room. */
  readonly title?: Bytes;
  readonly info: Bytes;
  /** Empty for a sealed room. */
  readonly hello?: Bytes;
}

/** @throws {ChatError} `CHAT_NO_SUCH_ROOM` when it has no group. */
export async function askHead(wire: Wire, room: number): Promise<Head> {
  return await wire.ask((id) => ({ kind: "ask_head", id, room }), (answer) => {
    const head = expectAnswer(answer, "head");
    if (head.room !== room) throw unexpected(head.kind);
    return head;
  });
}

/**
 * Asks for the key by which somebody is given secrets, not checked; empty when
 * none is published.
 *
 * @param subject A fingerprint as `SHA256:...`.
 */
export async function askKey(wire: Wire, subject: string): Promise<Bytes> {
  return await wire.ask(
    (id) => ({ kind: "ask_key", id, name: subject }),
    (answer) => expectAnswer(answer, "sealing_key").key,
  );
}

export async function publishKey(wire: Wire, key: Bytes): Promise<void> {
  await wire.ask((id) => ({ kind: "publish", id, key }), done);
}

/**
 * Founds a group.
 *
 * @returns The number of the room that it is of.
 * @throws {ChatError} `CHAT_SEAL_OUTRUN` when the room has another one by now.
 */
export async function found(
  wire: Wire,
  { room, group, replaces, title, info, hello }: Foundation,
): Promise<number> {
  return await askPatiently(wire, (id) => ({
    ...{ kind: "found", id, room, group, replaces, info },
    title: title ?? NOTHING,
    hello: hello ?? NOTHING,
  }), (answer) => {
    if (room === null) return roomOf(answer);
    expectAnswer(answer, "ack");
    return room;
  });
}

/** @returns The number of the room. */
export async function joinSealed(wire: Wire, group: Bytes): Promise<number> {
  return await askPatiently(
    wire,
    (id) => ({ kind: "join_sealed", id, group }),
    roomOf,
  );
}

/**
 * Has a commit ordered.
 *
 * @returns As which entry of the log.
 * @throws {ChatError} `CHAT_SEAL_OUTRUN` when another one was before.
 */
export async function propose(
  wire: Wire,
  { room, group, proposal }: PlacedProposal,
): Promise<number> {
  const { turn, commit, groupInfo: info } = proposal;
  return await wire.ask(
    (id) => ({ kind: "propose", id, room, group, turn, commit, info }),
    (answer) => expectAnswer(answer, "ack").seq,
  );
}

/** Gives the server a GroupInfo in place of the one it has. */
export async function refresh(
  wire: Wire,
  place: {
    readonly room: number;
    readonly group: Bytes;
    readonly turn: number;
    readonly info: Bytes;
  },
): Promise<void> {
  await wire.ask((id) => ({ kind: "refresh", id, ...place }), done);
}

function roomOf(answer: Answer): number {
  const { room } = expectAnswer(answer, "done");
  if (room === null) throw unexpected(answer.kind);
  return room;
}

function done(answer: Answer): true {
  expectAnswer(answer, "done");
  return true;
}

/** Who belongs to a room, as the server has it. */
export async function askMembers(
  wire: Wire,
  room: number,
): Promise<readonly Member[]> {
  return await askPatiently(
    wire,
    (id) => ({ kind: "who", id, room }),
    collectList((answer) => {
      const page = expectAnswer(answer, "members");
      if (page.room !== room) throw unexpected(page.kind);
      return { items: page.members, more: page.more };
    }),
  );
}
