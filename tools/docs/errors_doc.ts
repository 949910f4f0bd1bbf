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
    "A failing `chat` prints two lines on standard error and nothing else:",
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
    "`alert` is what a peer is told when this side gives up with the code (bytes",
    'and rules: [protocol.md](protocol.md), "Alerts"); "-" means the connection',
    "is closed without a word. A peer that has not proven its identity is told",
    "`handshake_failed` in place of any alert that does not travel in clear.",
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
