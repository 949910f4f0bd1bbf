import type { Conversation } from "../room/conversation.ts";
import type { Request } from "./commands.ts";
import type { Roster } from "./roster.ts";
import type { Line } from "./style.ts";
import type { Transcript } from "./transcript.ts";

/** Where a request is carried out, and who learns from its answer. */
export interface Scene {
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  readonly roster: Roster;
}

/**
 * Carries out what needs the server.
 *
 * @returns The lines that answer it.
 * @throws {ChatError} when the server refuses it.
 */
export async function carryOut(
  request: Request,
  { conversation, transcript, roster }: Scene,
): Promise<Line[]> {
  switch (request.kind) {
    case "say":
      await conversation.say(request.text);
      return [];
    case "act":
      await conversation.act(request.text);
      return [];
    case "kick":
      await conversation.kick?.(request.name);
      return [];
    case "whois":
      return transcript.identity(await conversation.whois(request.name));
    case "who": {
      const members = await conversation.who();
      roster.reset(members);
      return transcript.people(members);
    }
  }
}
