import { zeroOutUint8Array } from "ts-mls/util/byteArray.js";
import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { epochFingerprintOf } from "./epoch_fingerprint.ts";
import type { Intent, SealedEvent, SealedMember } from "./event.ts";
import { sealGroupInfo, useOf } from "./group_info.ts";
import {
  requireGroup,
  requireInStep,
  type RoomStanding,
  standingOf,
} from "./in_step.ts";
import { MAX_CHANGES } from "./limits.ts";
import { ownLeaf } from "./apply_commit.ts";
import { foundGroup } from "./make_commit.ts";
import { membersOf } from "./members.ts";
import {
  proposeChange,
  proposeJoin,
  type RoomHead,
  sealBody,
} from "./propose.ts";
import { type OrderedCommit, receiveCommit } from "./receive_commit.ts";
import { receiveMessage } from "./receive_message.ts";
import { type RoomContext, roomContext } from "./room_context.ts";
import {
  emptyState,
  enterEpoch,
  type Proposal,
  recordsOnJoining,
  type RoomState,
  type Transition,
} from "./room_state.ts";
import type {
  EntryOptions,
  KeptState,
  RestoreOptions,
  StateKeeper,
  StateWrite,
} from "./state_keeper.ts";
import {
  applyChange,
  decodeWholeState,
  encodeChange,
  encodeWhole,
  STATE_ID_BYTES,
} from "./state_codec.ts";

export type { KeptState, StateKeeper, StateWrite } from "./state_keeper.ts";

/**
 * A device's side of one sealed room: what the server orders goes in, what it
 * shall send comes out, always after the state was kept. Calls may overlap; they
 * are carried out one after the other. If keeping fails, the call rejects, the
 * state stays as it was, and nothing must be sent.
 */
export class SealedRoom {
  readonly #context: RoomContext;
  readonly #keeper: StateKeeper;
  #state: RoomState;
  #id: Bytes = new Uint8Array(STATE_ID_BYTES);
  #changes = 0;
  /** Whether all that the server has was read since the state was restored. */
  #settled: boolean;
  /** Whether this process has made fresh keys, which no backup can know. */
  #hasRejoined = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    context: RoomContext,
    keeper: StateKeeper,
    start: { readonly state: RoomState; readonly settled: boolean },
  ) {
    this.#context = context;
    this.#keeper = keeper;
    this.#state = start.state;
    this.#settled = start.settled;
  }

  /**
   * Founds a room. Give the server `roomId` and {@linkcode SealedRoom.head}.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID`; whatever the keeper throws.
   */
  static async create(options: EntryOptions): Promise<SealedRoom> {
    const { secret, identity, name, keeper } = options;
    const context = await roomContext(secret, identity, name);
    const group = await foundGroup(context);
    const own = ownLeaf(group);
    const records = recordsOnJoining(group.ratchetTree, { own, epoch: 0n });
    const state = enterEpoch(context, emptyState(0), group, records);
    const room = new SealedRoom(context, keeper, { state, settled: true });
    await room.#keepWhole(state);
    return room;
  }

  /**
   * Asks to join: {@linkcode SealedRoom.proposal} is to be sent, and we are a
   * member once it comes back through {@linkcode SealedRoom.receiveCommit}. If it
   * is `lost`, get a new head and {@linkcode SealedRoom.rejoin}.
   *
   * @throws {ChatError} `CHAT_SEAL_REFUSED`, `CHAT_NAME_INVALID`, `CHAT_FULL`;
   * whatever the keeper throws.
   */
  static async join(
    head: RoomHead,
    options: EntryOptions,
  ): Promise<SealedRoom> {
    const { secret, identity, name, keeper } = options;
    const context = await roomContext(secret, identity, name);
    const state = await proposeJoin(context, emptyState(head.turn), head);
    const room = new SealedRoom(context, keeper, { state, settled: true });
    await room.#keepWhole(state);
    return room;
  }

  /**
   * Goes on from what was kept. Nothing is sealed until {@linkcode
   * SealedRoom.settle} says that all the server has was read: a backup may be
   * older than what this device has sent.
   *
   * @throws {ChatError} `CHAT_SEAL_DAMAGED`: join anew, which shows as rejoined.
   */
  static async restore(
    kept: KeptState,
    { identity, keeper, isPutBack = false }: RestoreOptions,
  ): Promise<SealedRoom> {
    const whole = decodeWholeState(kept.whole);
    const context = await roomContext(whole.secret, identity, whole.name);
    let { state } = whole;
    let changes = 0;
    for (const bytes of kept.changes) {
      const next = applyChange({ ...whole, state }, changes, bytes);
      if (next === undefined) continue; // it is part of the whole state already
      state = next;
      changes += 1;
    }
    if (isPutBack) state = { ...state, stale: true };
    const room = new SealedRoom(context, keeper, { state, settled: false });
    room.#id = whole.id;
    room.#changes = changes;
    return room;
  }

  /** What the server calls the room: 32 bytes. */
  get roomId(): Bytes {
    return this.#context.keys.roomId.slice();
  }

  /** The room secret, for a link: whoever has it can join. */
  get secret(): Bytes {
    return this.#context.secret.slice();
  }

  /** What we are called in it. */
  get name(): string {
    return this.#context.own.name;
  }

  /** Where we stand. */
  get standing(): RoomStanding {
    return standingOf(this.#state);
  }

  /** Whether an old backup was restored, so that only a resync helps. */
  get isStale(): boolean {
    return this.#state.stale;
  }

  /** Whether something can be sealed now. */
  get isInStep(): boolean {
    const { group, stale } = this.#state;
    return group !== undefined && !stale && this.#settled;
  }

  /** Commits of the room that were read. */
  get turn(): number {
    return this.#state.turn;
  }

  /** The epoch of the group, or `undefined` while we are in none. */
  get epoch(): bigint | undefined {
    return this.#state.group?.groupContext.epoch;
  }

  /** The proposal that is not decided: send it, again after each reconnect. */
  get proposal(): Proposal | undefined {
    return this.#state.pending?.proposal;
  }

  /** 30 digits that all members have alike; see `epoch_fingerprint.ts`. */
  get epochFingerprint(): string | undefined {
    return this.#state.group && epochFingerprintOf(this.#state.group);
  }

  /** Who is in the room, by place; empty while we are not. */
  async members(): Promise<readonly SealedMember[]> {
    const { group } = this.#state;
    return group === undefined ? [] : await membersOf(group.ratchetTree);
  }

  /** Those who said that they go, and are not gone. */
  async leaving(): Promise<readonly SealedMember[]> {
    const { records } = this.#state;
    const members = await this.members();
    return members.filter(({ leaf }) => records.get(leaf)?.leaving);
  }

  /**
   * Whether our state is past a message of ours, as it must be before that is
   * sent: else its key would be used again.
   */
  async hasSealed(sealed: Bytes): Promise<boolean> {
    return await this.#inOrder(async () => {
      const { events } = await receiveMessage(
        this.#context,
        this.#state,
        sealed,
      );
      return !events.some((event) =>
        event.kind === "unreadable" && event.reason === "own_state_old"
      );
    });
  }

  /**
   * Whether a head that the server shows is of our epoch, of a later one, or of
   * no use to whoever wants to join.
   */
  async useOf({ groupInfo }: RoomHead): Promise<"same" | "ahead" | "none"> {
    return await this.#inOrder(async () => {
      const { group } = requireGroup(this.#state);
      const { suite, keys } = this.#context;
      return await useOf(groupInfo, suite, keys, group.groupContext.epoch);
    });
  }

  /**
   * What who joins needs: for the server when the room is new, and again after
   * each commit that was refused, as it came with a useless one.
   *
   * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when we are in no group.
   */
  async head(): Promise<RoomHead> {
    return await this.#inOrder(async () => {
      const { group, turn } = requireGroup(this.#state);
      const { suite, keys } = this.#context;
      return { turn, groupInfo: await sealGroupInfo(group, suite, keys) };
    });
  }

  /** Reads a commit that the server has ordered. */
  async receiveCommit(commit: OrderedCommit): Promise<readonly SealedEvent[]> {
    return await this.#inOrder(async () => {
      const step = await receiveCommit(this.#context, this.#state, commit);
      const events = await this.#take(step);
      const isIn = events.some(({ kind }) => kind === "confirmed");
      if (isIn && this.#hasRejoined) this.#settled = true;
      return events;
    });
  }

  /** Reads a message of the log, our own as well. */
  async receiveMessage(sealed: Bytes): Promise<readonly SealedEvent[]> {
    return await this.#inOrder(async () =>
      await this.#take(await receiveMessage(this.#context, this.#state, sealed))
    );
  }

  /**
   * Says that everything up to the server's `turn` was read, messages too.
   *
   * @returns What is wrong with it: commits that were not delivered, or a log
   * that is older than what we have read.
   */
  settle(turn: number): readonly SealedEvent[] {
    if (turn === this.#state.turn) {
      this.#settled = true;
      return [];
    }
    const reason = turn > this.#state.turn ? "commits_missing" : "forked";
    return [{ kind: "unreadable", what: "commit", reason, epoch: undefined }];
  }

  /**
   * Seals something to say, at most 32,768 bytes.
   *
   * @throws {ChatError} `CHAT_MESSAGE_INVALID`, `CHAT_SEAL_OUT_OF_STEP`;
   * whatever the keeper throws.
   */
  async seal(bytes: Bytes): Promise<Bytes> {
    return await this.#seal({ kind: "said", bytes });
  }

  /** Seals the notice that we go; any member then removes us. */
  async sealLeaving(): Promise<Bytes> {
    const bytes = new Uint8Array(0);
    return await this.#seal({ kind: "leaving", bytes });
  }

  /**
   * Proposes fresh keys, or to remove members. The proposal is decided by what
   * the server orders at its turn: `confirmed` or `lost`.
   *
   * @throws {ChatError} `CHAT_SEAL_BUSY` while one is not decided,
   * `CHAT_NO_SUCH_MEMBER`, `CHAT_SEAL_OUT_OF_STEP`; whatever the keeper throws.
   */
  async propose(
    intent: Exclude<Intent, { kind: "join" }>,
  ): Promise<Proposal> {
    return await this.#inOrder(async () => {
      const state = requireInStep(this.#state, this.#settled);
      if (state.pending !== undefined) {
        throw new ChatError(
          "CHAT_SEAL_BUSY",
          "Cannot change keys: a change before is not decided",
        );
      }
      const next = await proposeChange(this.#context, state, intent);
      await this.#keepWhole(next);
      return next.pending.proposal;
    });
  }

  /**
   * Takes the current keys again, with fresh ones of our own: after a lost join,
   * a lost state or an old backup. Nobody else's place changes.
   *
   * @throws {ChatError} `CHAT_SEAL_REFUSED`, `CHAT_FULL`; whatever the keeper
   * throws.
   */
  async rejoin(head: RoomHead): Promise<Proposal> {
    return await this.#inOrder(async () => {
      const start = this.#state.excluded ? emptyState(head.turn) : this.#state;
      const next = await proposeJoin(this.#context, start, head);
      await this.#keepWhole(next);
      this.#hasRejoined = true;
      return next.pending.proposal;
    });
  }

  async #seal(
    said: { readonly kind: "said" | "leaving"; readonly bytes: Bytes },
  ): Promise<Bytes> {
    return await this.#inOrder(async () => {
      const state = requireInStep(this.#state, this.#settled);
      const step = await sealBody(this.#context, state, said);
      await this.#take(step, step.sealed);
      return step.sealed;
    });
  }

  /** Keeps where a step leads, goes there, and wipes what is over. */
  async #take(
    { state, keep, events, consumed }: Transition,
    outgoing?: Bytes,
  ): Promise<readonly SealedEvent[]> {
    const also = outgoing === undefined ? { events } : { events, outgoing };
    if (keep === "nothing") return events;
    if (keep === "whole" || this.#changes >= MAX_CHANGES) {
      await this.#keepWhole(state, also);
    } else {
      const bytes = encodeChange(this.#id, this.#changes, keep);
      const index = this.#changes;
      this.#changes = MAX_CHANGES; // should it fail: who knows what is there
      const isLazy = outgoing === undefined;
      await this.#keeper.keep({ kind: "change", bytes, isLazy, ...also });
      this.#changes = index + 1;
    }
    this.#state = state;
    for (const secret of consumed) zeroOutUint8Array(secret);
    return events;
  }

  async #keepWhole(
    state: RoomState,
    also: Pick<StateWrite, "events" | "outgoing"> = { events: [] },
  ): Promise<void> {
    const id = crypto.getRandomValues(new Uint8Array(STATE_ID_BYTES));
    const { secret, own: { name } } = this.#context;
    const bytes = encodeWhole({ id, secret, name, state });
    await this.#keeper.keep({ kind: "whole", bytes, isLazy: false, ...also });
    this.#state = state;
    this.#id = id;
    this.#changes = 0;
  }

  #inOrder<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined); // told to who asked
    return result;
  }
}
