import type { Member, Verb } from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import {
  type EntryPage,
  type JoinedRoomInfo,
  type ListedRoom,
  type ListedSanction,
  LOBBY,
  type MadeInvitation,
  type MemberIdentity,
} from "../room/conversation.ts";
import { pageLimit, type Questions } from "./questions.ts";
import type { Sealing } from "./sealing.ts";

/**
 * The key that somebody will have next, signed by the one it has, and its own
 * signature of both: whoever trusts it checks them.
 */
export type Succession = Omit<MessageOfKind<"succession">, "kind">;

/**
 * The part of a conversation that asks the server over the connection of now, or
 * whoever has the keys of a room that the server cannot read.
 */
export abstract class Asker {
  /** Throws when there is no connection, or none will be any more. */
  protected abstract get questions(): Questions;

  /** Who answers for a sealed or direct room. */
  protected abstract sealingOf(room: number): Sealing | undefined;

  async join(name: string): Promise<JoinedRoomInfo> {
    return await this.questions.join(name);
  }

  async leave(room: number): Promise<void> {
    void this.questions; // nobody is told that we go who cannot leave now
    await this.sealingOf(room)?.leave(room);
    await this.questions.leave(room);
  }

  async listRooms(): Promise<readonly ListedRoom[]> {
    return await this.questions.rooms();
  }

  async title(text: string, room = LOBBY): Promise<void> {
    const sealing = this.sealingOf(room);
    if (sealing !== undefined) await sealing.title(text, room);
    else await this.questions.title(text, room);
  }

  async direct(subject: string): Promise<JoinedRoomInfo> {
    return await this.questions.direct(subject);
  }

  async history(
    room: number,
    options: { readonly before?: number | null; readonly limit?: number } = {},
  ): Promise<EntryPage> {
    const { before = null } = options;
    const limit = pageLimit(options.limit);
    return await (this.sealingOf(room) ?? this.questions)
      .history(room, { before, limit });
  }

  async search(
    words: string,
    options: { readonly room: number; readonly before?: number | null },
  ): Promise<EntryPage> {
    const { room, before = null } = options;
    const sealing = this.sealingOf(room);
    if (sealing !== undefined) {
      return await sealing.search(room, { words, before });
    }
    return await this.questions.search(words, { room, before });
  }

  async who(room = LOBBY): Promise<readonly Member[]> {
    return await (this.sealingOf(room) ?? this.questions).who(room);
  }

  async whois(subject: string): Promise<MemberIdentity> {
    return await this.questions.whois(subject);
  }

  async moderate(
    verb: Verb,
    subject: string,
    seconds: number | null = null,
  ): Promise<void> {
    await this.questions.moderate(verb, { subject, seconds });
  }

  async bans(): Promise<readonly ListedSanction[]> {
    return await this.questions.bans();
  }

  async invite(seconds: number): Promise<MadeInvitation> {
    return await this.questions.invite(seconds);
  }

  /** Hands over all we are here to our next key. */
  async rotate(succession: Succession): Promise<void> {
    await this.questions.rotate(succession);
  }
}
