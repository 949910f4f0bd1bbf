import type { RoomRecord } from "../../lib/room/history.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { entries, entry, testHistories } from "./support/histories.ts";

const LOBBY: RoomRecord = {
  number: 0,
  name: "lobby",
  form: "lobby",
  topic: "",
  seq: 0,
  firstSeq: 1,
  kind: "open",
  creator: null,
  group: null,
};

testHistories("rooms() has the lobby from the start", (history) => {
  assertEquals([...history.rooms()], [LOBBY]);
  assertEquals(history.room(0), LOBBY);
  assertEquals(history.roomNamed("lobby"), LOBBY);
});

testHistories("createRoom() gives each room the next number", (history) => {
  const garden = history.createRoom({ name: "Garden", form: "garden" });
  const topic = "Tools";
  const shed = history.createRoom({ name: "Shed", form: "shed", topic });
  assertEquals(garden, { ...LOBBY, number: 1, name: "Garden", form: "garden" });
  assertEquals(shed, {
    ...LOBBY,
    number: 2,
    name: "Shed",
    form: "shed",
    topic,
  });
  assertEquals(history.roomNamed("shed"), shed);
  assertEquals(history.roomNamed("Shed"), undefined);
  assertEquals(history.room(3), undefined);
});

testHistories(
  "createRoom() refuses a form that another room has",
  (history) => {
    history.createRoom({ name: "Garden", form: "garden" });
    const again = { name: "GARDEN", form: "garden" };
    assertThrows(() => history.createRoom(again), Error);
    assertEquals([...history.rooms()].length, 2);
  },
);

testHistories(
  "rooms() yields more than are read at once, by number",
  (history) => {
    for (let i = 1; i < 600; i++) {
      history.createRoom({ name: `r${i}`, form: `r${i}` });
    }
    const numbers = [...history.rooms()].map(({ number }) => number);
    assertEquals(numbers, Array.from({ length: 600 }, (_, i) => i));
  },
);

testHistories("room() follows the log", (history) => {
  history.append(entries(1, 3));
  assertEquals(history.room(0), { ...LOBBY, seq: 3 });
});

testHistories(
  "append() sets the topic together with the entry that says so",
  (history) => {
    history.append([entry(1, { topic: "Weather" }), entry(2)]);
    assertEquals(history.room(0)?.topic, "Weather");
    history.append([entry(3, { topic: "" })]);
    assertEquals(history.room(0)?.topic, "");
  },
);
