import { openHistory } from "../../lib/store/open_history.ts";
import { assertEquals } from "../support/assert.ts";
import { raw } from "./support/database.ts";
import {
  entries,
  entry,
  finish,
  Folder,
  payloads,
  sender,
  START,
  text,
} from "./support/histories.ts";

/** The first room whose ids a double does not hold, and the last one there is. */
for (const number of [8_192, 0x7fffff]) {
  Deno.test(`SqliteHistory keeps room ${number} like any other`, () => {
    using folder = new Folder();
    openHistory(folder.path)[Symbol.dispose]();
    {
      using db = raw(`${folder.path}/history.db`);
      db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'room'")
        .run(number - 1);
    }
    using history = openHistory(folder.path);
    const room = history.createRoom({ name: "high", form: "high" }).number;
    assertEquals(room, number);
    history.append(entries(1, 9, { room, text: "fox" }));
    const sent = { sender: sender(1), number: 3 };
    history.append([entry(10, { room, sent }), entry(1)]);
    assertEquals(history.sent(sent.sender, 3), {
      ...{ room, seq: 10, at: START + 10_000 },
    });
    assertEquals(
      text(history.read(room, { after: 2 }).bytes),
      payloads(3, 10, room),
    );
    assertEquals(
      text(history.readBefore(room, { before: 4 }).bytes),
      payloads(1, 3, room),
    );
    assertEquals(history.timeOf(room, 7), START + 7_000);
    const found = (): readonly number[] =>
      history.search(room, "fox").hits.map(({ seq }) => seq);
    assertEquals(found(), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    finish(() => history.index());
    finish(() => history.prune({ keepLast: 5 }));
    assertEquals(found(), [9, 8, 7, 6]);
    assertEquals(history.room(room)?.firstSeq, 6);
    history.append([], [{ kind: "remove room", room }]);
    assertEquals([...history.entries(room)], []);
    assertEquals(text(history.read(0, { after: 0 }).bytes), payloads(1, 1));
  });
}
