import { ChatError } from "../errors.ts";
import { decodeStoredEntry } from "../protocol/stored_entry.ts";
import type { HistoryReader, RoomRecord } from "../room/history.ts";
import { tryParseName } from "../room/name.ts";
import { readHistory } from "../store/open_history.ts";
import { Transcript } from "../ui/transcript.ts";
import { defineCommand, type OptionValues } from "./command.ts";
import { existingData, folderOption } from "./data_options.ts";
import { entryJson, entryText } from "./export_line.ts";
import {
  namesInPairs,
  ROOM_HEADINGS,
  roomJson,
  roomText,
} from "./export_room.ts";
import { createPrivateFileOf } from "./files.ts";
import type { Io } from "./io.ts";
import { lineChunks } from "./line_chunks.ts";
import { printable } from "./printable.ts";

const options = {
  format: {
    kind: "value",
    placeholder: "FORMAT",
    help: "text, or json for one object a line",
    default: "text",
  },
  list: { kind: "flag", help: "List the rooms and their numbers instead" },
  number: {
    kind: "number",
    placeholder: "N",
    help: "The room by its number, in place of its name",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  },
  direct: {
    kind: "flag",
    help: "Also if it is a conversation of two people",
  },
  output: {
    kind: "value",
    placeholder: "FILE",
    help: "Write to this file, which must not exist, for you alone",
  },
  ...folderOption,
} as const;

type Options = OptionValues<typeof options>;
type NamedHistory = ReturnType<typeof readHistory>;

/** `chat export ROOM` */
export const exportCommand = defineCommand({
  name: "export",
  summary: "Write out what was said in a room",
  details: [
    "Reads the data folder of a server of yours, which may run meanwhile or not. Text is made safe for terminals, and in the time zone of this computer ($TZ); JSON keeps texts as they were said, with what terminals obey escaped.",
    "One of ROOM, --number and --list is needed. Conversations of two people have no name of their own, and sealed rooms none that a server knows: --list shows their numbers, and --direct says that you mean a conversation of two.",
    "What is said in either is sealed: what is written out of it is who sent how much and when, in JSON with the sealed bytes, which nobody can open who was not there.",
  ],
  args: ["[ROOM]"],
  options,
  async run([name], options, io): Promise<void> {
    using history = readHistory(existingData(io, options.data));
    await write(linesOf(history, { name, ...options }), options.output, io);
  },
});

/** What is to be written, checked before the first line is. */
function linesOf(
  history: NamedHistory,
  { name, ...options }: Options & { readonly name: string | undefined },
): Iterable<string> {
  const json = options.format === "json";
  if (!json && options.format !== "text") {
    throw usage(`--format must be text or json, not "${options.format}"`);
  }
  const given = [
    name !== undefined,
    options.number !== undefined,
    options.list,
  ];
  if (given.filter(Boolean).length !== 1) {
    throw usage("give one of ROOM, --number and --list");
  }
  if (options.list) return json ? jsonRooms(history) : textRooms(history);
  const room = name === undefined
    ? history.room(options.number ?? 0)
    : roomCalled(history, name);
  if (room === undefined) {
    const what = name === undefined ? `room ${options.number}` : `"${name}"`;
    throw new ChatError(
      "CHAT_NO_SUCH_ROOM",
      `Cannot export ${what}: there is no such room`,
      { hint: "See `chat export --list` for the rooms there are" },
    );
  }
  if (room.kind === "direct" && !options.direct) {
    throw usage(
      `room ${room.number} is a conversation of two people; give --direct to read it`,
    );
  }
  return json ? jsonLines(history, room) : textLines(history, room);
}

/** Names that count as one find the same room. */
function roomCalled(
  history: HistoryReader,
  name: string,
): RoomRecord | undefined {
  const form = tryParseName(name)?.form;
  return form === undefined ? undefined : history.roomNamed(form);
}

function* jsonRooms(history: NamedHistory): Generator<string> {
  const nameOf = namesInPairs(history);
  for (const room of history.rooms()) yield roomJson(room, nameOf);
}

function* textRooms(history: NamedHistory): Generator<string> {
  const nameOf = namesInPairs(history);
  yield ROOM_HEADINGS;
  for (const room of history.rooms()) yield roomText(room, nameOf);
}

function* jsonLines(
  history: HistoryReader,
  room: RoomRecord,
): Generator<string> {
  for (const { payload } of history.entries(room.number)) {
    yield entryJson(room, decodeStoredEntry(payload));
  }
}

function* textLines(
  history: HistoryReader,
  room: RoomRecord,
): Generator<string> {
  const self = { name: "", fingerprint: new Uint8Array(32) }; // nobody
  const transcript = new Transcript({ self, now: 0, dated: true });
  for (const { payload } of history.entries(room.number)) {
    yield* entryText(transcript, decodeStoredEntry(payload));
  }
}

async function write(
  lines: Iterable<string>,
  output: string | undefined,
  io: Io,
): Promise<void> {
  if (output === undefined) return await io.outAll(lines);
  const { signal } = io;
  if (await createPrivateFileOf(output, lineChunks(lines), { signal })) {
    return io.err(`Wrote ${printable(output)}`);
  }
  throw new ChatError(
    "CHAT_FILE",
    `Cannot write ${output}: it exists already`,
  );
}

function usage(found: string): ChatError {
  return new ChatError("CHAT_USAGE", `Cannot run export: ${found}`);
}
