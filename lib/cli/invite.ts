import { ChatError } from "../errors.ts";
import { makeInvitation } from "../identity/invitation.ts";
import { makeLink } from "../identity/target.ts";
import { isInvitationTime } from "../room/inviting.ts";
import { openInvitations } from "../store/open_invitations.ts";
import { parseDuration } from "../ui/duration.ts";
import { defineCommand } from "./command.ts";
import { existingData, folderOption } from "./data_options.ts";
import { rememberedTargets } from "./server_links.ts";

/** Whom the server remembers as who made such an invitation. */
const INVITER = "chat invite";

/** `chat invite` */
export const inviteCommand = defineCommand({
  name: "invite",
  summary: "Make a link that admits one new person to your server",
  details: [
    "Prints links to where the server was last to be reached, or to HOST, for example its public name. All of them hold the same invitation: the first identity that enters with one of them is admitted for good, and the others are refused. It matters where --authorized closes the server to others.",
    "Anybody who sees the link can use it, so hand it over in private. The server need not run, and finds a new invitation at once if it does. `/invite` does the same in a conversation.",
  ],
  args: ["[HOST[:PORT]]"],
  options: {
    for: {
      kind: "value",
      placeholder: "TIME",
      help: "How long it is good: 10m, 24h, 7d; a minute to 30 days",
      default: "24h",
    },
    ...folderOption,
  },
  run([host], { for: time, data }, io): Promise<void> {
    const seconds = parseDuration(time);
    if (seconds === undefined || !isInvitationTime(seconds)) {
      throw new ChatError(
        "CHAT_USAGE",
        "Cannot run invite: --for takes a time such as 10m, 24h or 7d, from a minute to 30 days",
      );
    }
    using inviter = openInvitations(existingData(io, data));
    const targets = rememberedTargets(inviter.addresses(), host);
    const { secret, digest } = makeInvitation();
    const at = Date.now();
    const until = at + seconds * 1_000;
    inviter.invite({ digest, by: INVITER, at, until });
    for (const target of targets) {
      io.out(makeLink({ ...target, invitation: secret }));
    }
    const [day, clock] = new Date(until).toISOString().split("T");
    io.err(
      `Admits one person, who runs \`chat connect\` and pastes it, until ${day} ${
        clock?.slice(0, 5)
      } UTC`,
    );
    return Promise.resolve();
  },
});
