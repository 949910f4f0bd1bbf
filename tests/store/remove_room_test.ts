import { assertEquals, assertThrows } from "../support/assert.ts";
import { entry, sender, testHistories } from "./support/histories.ts";

const owner = new Uint8Array(32).fill(9);

testHistories(
  "append() removes a room with its log, its words and its members, and no number is used twice",
  (history) => {
    const { number } = history.createRoom({ name: "Dev", form: "dev" }, [
      owner,
    ]);
    const sent = { sender: sender(1), number: 3 };
    history.append([
      entry(1, { room: number, text: "apple", sent }),
      entry(2, { room: number, text: "pear" }),
      entry(1, { text: "apple" }),
    ]);
    const remove = { kind: "remove room", room: number } as const;
    history.append([], [remove]);
    assertEquals(history.room(number), undefined);
    assertEquals(history.roomNamed("dev"), undefined);
    assertEquals([...history.members()], []);
    assertEquals(history.read(number, { after: 0 }).bytes.length, 0);
    assertEquals(history.search(number, "apple").hits, []);
    assertEquals(history.search(0, "apple").hits.length, 1);
    assertEquals(history.lastNumber(sent.sender), 3);
    history.append([], [remove]); // once more, without harm
    const again = history.createRoom({ name: "Dev", form: "dev" });
    assertEquals(again.number > number, true);
    assertEquals([again.seq, again.firstSeq], [0, 1]);
  },
);

testHistories("append() never removes the lobby", (history) => {
  assertThrows(
    () => history.append([], [{ kind: "remove room", room: 0 }]),
    Error,
    "room 0",
  );
  assertEquals(history.room(0)?.name, "lobby");
});
