// deno-lint-ignore-file no-console -- what it prints is what it acknowledges
/**
 * A server's part, for tests that kill it: appends batches to the history of a
 * directory, and prints how far each room reaches, once that is acknowledged.
 *
 *     deno run --allow-all append_forever.ts DIRECTORY SEED
 */
import { utf8 } from "../../../lib/bytes.ts";
import type { GroupChange } from "../../../lib/room/group_record.ts";
import type { NewEntry } from "../../../lib/room/history.ts";
import { openHistory } from "../../../lib/store/open_history.ts";
import { type Note, SEALED } from "./appender.ts";
import { sealedRoom } from "./groups.ts";
import { sender } from "./histories.ts";
import { randomNumbers } from "./random.ts";

const ROOMS = 3;
const SENDERS = 3;

const [directory = "", seed = ""] = Deno.args;
const random = randomNumbers(Number(seed));
const history = openHistory(directory);
for (let room = [...history.rooms()].length; room < ROOMS; room++) {
  history.createRoom(
    room === SEALED ? sealedRoom(7) : { name: `room ${room}`, form: `${room}` },
  );
}
const reach = [...history.rooms()].map(({ seq }) => seq);
const sent = Array.from(
  { length: SENDERS },
  (_, who) => history.lastNumber(sender(who)) ?? 0,
);

for (;;) {
  history.append(batch());
  console.log(JSON.stringify(reach));
  if (random(4) === 0) history.index();
  if (random(20) === 0) history.prune({ keepLast: 300 });
}

/** Entries of several rooms and senders; each notes the whole batch. */
function batch(): NewEntry[] {
  const positions = Array.from({ length: 1 + random(20) }, () => {
    const room = random(ROOMS);
    const seq = reach[room] = (reach[room] ?? 0) + 1;
    return [room, seq] as const;
  });
  return positions.map(([room, seq], i) => {
    const who = random(SENDERS);
    const number = sent[who] = (sent[who] ?? 0) + 1;
    const note: Note = { positions, i, who, number };
    return {
      room,
      seq,
      at: Date.now(),
      payload: utf8(JSON.stringify(note) + " ".repeat(random(300))),
      text: `word${room}x${seq}`,
      sent: { sender: sender(who), number },
      ...room === SEALED ? { group: commitOf(seq) } : {},
    };
  });
}

function commitOf(turn: number): GroupChange {
  return { kind: "committed", turn, info: utf8(`info ${turn}`) };
}
