import type { Bytes } from "../../bytes.ts";
import { ERRORS } from "../../errors.ts";
import type { Table } from "../figure.ts";
import type { Direction } from "../recording.ts";
import { type Finding, HANDSHAKE_FRAMES } from "./attack.ts";
import { CHANGES } from "./changes.ts";

/** One letter for each code, so that a table of all attacks fits a screen. */
const LETTERS: Readonly<Record<string, string>> = {
  CHAT_RECORD_REFUSED: "R",
  CHAT_CONNECTION_CUT: "c",
  CHAT_FRAME_SIZE: "F",
  CHAT_NOT_CHAT: "N",
  CHAT_WIRE_MALFORMED: "M",
  CHAT_KEY_SHARE_INVALID: "K",
  CHAT_VERSION_UNSUPPORTED: "V",
  CHAT_UNEXPECTED_MESSAGE: "U",
  CHAT_HANDSHAKE_REFUSED: "H",
};

const CUT = "CHAT_CONNECTION_CUT";

const NAMES = {
  up: ["ClientHello", "ClientAuth"],
  down: ["ServerHello", "ServerAuth", "READY"],
} as const;

/**
 * The code with which whoever noticed an attack ended: the receiver of the frame,
 * unless it only saw the other side hang up. None when nobody did.
 */
export function noticed(
  { attack, client, server }: Finding,
): string | undefined {
  const [receiver, sender] = attack.direction === "down"
    ? [client, server]
    : [server, client];
  return receiver === undefined || receiver === CUT
    ? sender ?? receiver
    : receiver;
}

/** What was done to each frame, and what became of it. */
export function matrix(
  findings: readonly Finding[],
  recorded: Readonly<Record<Direction, readonly Bytes[]>>,
): Table {
  const frames = (["up", "down"] as const).flatMap((direction) =>
    recorded[direction].map((_, index) => ({ direction, index }))
  );
  const cell = (name: string, direction: Direction, index: number): string => {
    const finding = findings.find(({ attack }) =>
      attack.change.name === name && attack.direction === direction &&
      attack.index === index
    );
    if (finding === undefined) return "-";
    const code = noticed(finding);
    return code === undefined ? "." : LETTERS[code] ?? "?";
  };
  const handshake = (["up", "down"] as const).flatMap((direction) =>
    NAMES[direction].map((name, index) => `${head(direction, index)} ${name}`)
  );
  return {
    kind: "table",
    name: "every_frame",
    title: "How whoever noticed it ended",
    columns: [
      "",
      ...frames.map(({ direction, index }) => head(direction, index)),
    ],
    rows: CHANGES.map(({ name }) => [
      name,
      ...frames.map(({ direction, index }) => cell(name, direction, index)),
    ]),
    note: `u: from the client, d: from the server. ${
      handshake.join(", ")
    }, from u${HANDSHAKE_FRAMES.up} and d${HANDSHAKE_FRAMES.down} on records. ${
      Object.entries(LETTERS).map(([code, letter]) =>
        `${letter} ${code.slice(5)}`
      ).join(", ")
    }. A point: it hit the goodbye, when all had been said and heard. A dash: not tried, or no frame follows it.`,
  };
}

/** How often each code occurred, and what it tells the user. */
export function codeTable(findings: readonly Finding[]): Table {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const code = noticed(finding);
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return {
    kind: "table",
    name: "codes",
    title: "How sessions ended",
    columns: ["code", "times", "exit status"],
    rows: [...counts].toSorted(([, a], [, b]) => b - a).map(([code, times]) => [
      code,
      times,
      code in ERRORS ? ERRORS[code as keyof typeof ERRORS].exit : "",
    ]),
  };
}

function head(direction: Direction, index: number): string {
  return `${direction[0]}${index}`;
}
