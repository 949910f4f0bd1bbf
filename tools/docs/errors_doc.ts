import { ERRORS } from "../../lib/errors.ts";

/** What the exit statuses of `chat` mean. */
export const EXIT_STATUSES: Readonly<Record<number, string>> = {
  0: "It did what was asked; a conversation ended with a goodbye",
  1: "It failed on this machine, or the room refused what was sent",
  2: "The command line was wrong: nothing was done",
  3: "**The server's key is not the pinned one**: nothing was sent to it",
  4: "The server knows who we are and refused us",
  5: "The connection could not be made or did not last",
  6: "The server is unknown and there was nobody to ask",
  130: "Interrupted before it was done (SIGINT, SIGTERM)",
};

/** docs/errors.md, from the table of lib/errors.ts. */
export function errorsDoc(): string {
  return [
    "# Errors",
    "",
    "Written by `deno task docs` from the table in `lib/errors.ts`; a test holds",
    "them equal. Codes are stable: scripts may match them.",
    "",
    "A failing `chat` ends with two lines on standard error:",
    "",
    "```",
    "error: Cannot <verb> <what>: <found> [<CODE>]",
    "hint: <what to do next>",
    "```",
    "",
    "## Exit statuses",
    "",
    "| status | meaning |",
    "| -----: | ------- |",
    ...Object.entries(EXIT_STATUSES).map(([status, meaning]) =>
      `| ${status} | ${meaning} |`
    ),
    "",
    "## Codes",
    "",
    "`alert` is what a side that gives up with the code may tell its peer (bytes",
    'and rules: [protocol.md](protocol.md), "Alerts"); "-" means the connection is',
    "closed without a word. What is really told depends on the moment:",
    "",
    "- **Before READY, a client** tells nothing, whatever the table says.",
    "- **Before READY, a server** tells a client in clear, and only",
    "  `handshake_failed`, `unsupported_version` or `busy`; any other alert of the",
    "  table goes out as `handshake_failed`.",
    "- **In the place of READY**, a server that refuses a proven client sends the",
    "  alert of the table, sealed, with a reason.",
    "- **After READY**, alerts are sealed, with a reason, and `handshake_failed`",
    "  becomes `protocol_error`: the peer is proven and may know.",
    "- **A peer that is silent, does not read or floods with control messages**",
    "  (`CHAT_IDLE`, `CHAT_TOO_SLOW`, `CHAT_FLOODING` as a connection reports them)",
    "  is told nothing. `idle` is only sent to a client that does not enter in time,",
    "  `too_slow` only to one that should read what is not kept any more.",
    "- **What is decided about people** (such as `CHAT_KICKED`, `CHAT_BANNED`,",
    "  `CHAT_FULL`, `CHAT_FLOODING` for requests, `CHAT_PROTOCOL` for a message at the",
    "  wrong moment) a server says in a `goodbye` once READY was sent, not in an alert.",
    "- **A code of which a peer told us**, in an alert or a goodbye, is not sent",
    "  back.",
    "",
    "| code | exit | alert | hint |",
    "| ---- | ---: | ----- | ---- |",
    ...Object.entries(ERRORS).map(([code, { exit, alert, hint }]) =>
      `| \`${code}\` | ${exit} | ${alert === null ? "-" : `\`${alert}\``} | ${
        hint.replaceAll("|", "\\|")
      } |`
    ),
    "",
  ].join("\n");
}
