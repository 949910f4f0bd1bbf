import { ChatError } from "../../lib/errors.ts";
import type { NewEntry } from "../../lib/room/history.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import {
  commit,
  DIRECT_ROOM,
  expected,
  founding,
  groupId,
  groups,
  sealedRoom,
} from "./support/groups.ts";
import { entries, entry, testHistories } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

const NO_HELLO = { hello: new Uint8Array() };

testHistories("createRoom() makes a sealed room with its group", (history) => {
  const made = history.createRoom(sealedRoom(7), [identity(1)]);
  assertEquals(made.kind, "sealed");
  assertEquals(made.group, { id: groupId(7), turn: 0 });
  assertEquals(history.room(1), made);
  assertEquals(history.roomNamed(made.form), made);
  assertEquals([...history.rooms()][1], made);
  assertEquals(history.group(1), expected(7, NO_HELLO));
  assertEquals([...history.members()].length, 1);
});

testHistories("createRoom() refuses a group twice", (history) => {
  history.createRoom(sealedRoom(7));
  assertThrows(() => history.createRoom(sealedRoom(7)), Error);
  assertEquals(groups(history), [undefined, expected(7, NO_HELLO)]);
});

testHistories(
  "createRoom() gives every sealed room a group, and no other room",
  (history) => {
    const { group, ...bare } = sealedRoom(7);
    assert(group !== undefined);
    for (
      const room of [bare, { ...DIRECT_ROOM, group }, {
        name: "a",
        form: "a",
        group,
      }]
    ) {
      assertThrows(() => history.createRoom(room), Error, "only sealed ones");
    }
    assertEquals([...history.rooms()].length, 1);
    assertEquals(history.createRoom(DIRECT_ROOM).group, null);
    assertEquals(history.group(1), undefined);
  },
);

testHistories("append() counts the commits of a group", (history) => {
  history.createRoom(sealedRoom(7));
  history.append([commit(1, 1, 1), entry(2, { room: 1 })]);
  assertEquals(history.room(1)?.group, { id: groupId(7), turn: 1 });
  history.append([commit(1, 3, 2), commit(1, 4, 3), entry(1)]);
  assertEquals(history.room(1)?.group, { id: groupId(7), turn: 3 });
  const info = Uint8Array.of(3);
  assertEquals(history.group(1), expected(7, { ...NO_HELLO, turn: 3, info }));
  assertEquals(history.read(1, { after: 0 }).last, 4);
});

testHistories(
  "append() gives a direct room one group after another",
  (history) => {
    history.createRoom(DIRECT_ROOM);
    history.append([founding(1, 1, 7)]);
    assertEquals(history.group(1), expected(7));
    history.append([commit(1, 2, 1), founding(1, 3, 8)]);
    assertEquals(history.group(1), expected(8));
    assertEquals(history.room(1)?.group, { id: groupId(8), turn: 0 });
    history.append([commit(1, 4, 1)]);
    assertEquals(history.room(1)?.group, { id: groupId(8), turn: 1 });
  },
);

/** What is no next step of a group; rooms: 1 sealed, 2 direct, 3 founded. */
const REFUSED: Readonly<Record<string, readonly NewEntry[]>> = {
  "a commit twice": [commit(1, 2, 1)],
  "a commit twice within a batch": [commit(1, 2, 2), commit(1, 3, 2)],
  "a commit that leaves out a turn": [commit(1, 2, 3)],
  "commit 0": [commit(1, 2, 0)],
  "a commit of a room without a group": [commit(2, 1, 1)],
  "a commit of an open room": [commit(0, 1, 1)],
  "a commit of a room that does not exist": [commit(9, 1, 1)],
  "another group for a sealed room": [founding(1, 2, 8)],
  "a group for an open room": [founding(0, 1, 8)],
  "the group that a room has": [founding(3, 2, 8)],
  "what follows the group before": [founding(3, 2, 9), commit(3, 3, 2)],
};
for (const [what, batch] of Object.entries(REFUSED)) {
  testHistories(`append() refuses ${what}, and all of the batch`, (history) => {
    history.createRoom(sealedRoom(7));
    history.createRoom(DIRECT_ROOM);
    history.createRoom({ ...DIRECT_ROOM, form: "@1+3" });
    history.append([commit(1, 1, 1), founding(3, 1, 8)]);
    const before = groups(history);
    const all = [...batch, entry(batch.some(({ room }) => room === 0) ? 2 : 1)];
    const append = (): void => history.append(all);
    const error = assertThrows(append, Error, "Cannot ");
    assert(!(error instanceof ChatError), "a bug, not a failure");
    assertEquals(groups(history), before);
    assertEquals([...history.rooms()].map(({ seq }) => seq), [0, 1, 0, 1]);
  });
}

testHistories(
  "append() takes a better GroupInfo of the turn that a group is at",
  (history) => {
    history.createRoom(sealedRoom(7));
    history.append([commit(1, 1, 1)]);
    const better = {
      kind: "group info",
      room: 1,
      group: groupId(7),
      turn: 1,
      info: Uint8Array.of(9, 9),
    } as const;
    const { info } = better;
    const group = expected(7, { ...NO_HELLO, turn: 1, info });
    change(history, better, better);
    assertEquals(history.group(1), group);
    const other = { ...better, info: Uint8Array.of(6) };
    change(
      history,
      { ...other, turn: 0 },
      { ...other, turn: 2 },
      { ...other, group: groupId(8) },
      { ...other, room: 0 },
      { ...other, room: 9 },
    );
    assertEquals(groups(history), [undefined, group]);
  },
);

testHistories("append() copies what it is given of a group", (history) => {
  const title = Uint8Array.of(1, 1);
  const { group, ...room } = sealedRoom(7);
  assert(group !== undefined);
  history.createRoom({ ...room, group: { ...group, title } });
  title.fill(0);
  group.id.fill(0);
  const info = Uint8Array.of(5);
  history.append([commit(1, 1, 1, info)]);
  info.fill(0);
  const turn = 1;
  assertEquals(
    history.group(1),
    expected(7, { ...NO_HELLO, turn, info: Uint8Array.of(5) }),
  );
});

testHistories("append() removes a room with its group", (history) => {
  history.createRoom(sealedRoom(7));
  history.append([commit(1, 1, 1)]);
  change(history, { kind: "remove room", room: 1 });
  assertEquals(history.group(1), undefined);
  const again = history.createRoom(sealedRoom(7));
  assertEquals([again.number, again.group?.turn], [2, 0]);
});

testHistories("prune() leaves the group of a room alone", (history) => {
  history.createRoom(sealedRoom(7));
  history.append([commit(1, 1, 1), ...entries(2, 9, { room: 1 })]);
  while (history.prune({ keepLast: 0, maxBytes: 0 }));
  assertEquals(history.room(1)?.firstSeq, 10);
  assertEquals(history.group(1)?.turn, 1);
  history.append([commit(1, 10, 2)]);
});
