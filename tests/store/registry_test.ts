import { ChatError } from "../../lib/errors.ts";
import {
  type Change,
  MAX_ADDRESSES,
  type RoomMember,
  type Sanction,
} from "../../lib/room/registry.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { entries, entry, START, testHistories } from "./support/histories.ts";
import { change, identity, remembered } from "./support/registries.ts";

const NOTHING = {
  names: [],
  members: [],
  roles: [],
  sanctions: [],
  admissions: [],
  addresses: [],
};

const [ALICE, BOB] = [identity(1), identity(2)];
const NAME = { owner: ALICE, shown: "Alice", form: "alice", seen: START };
const MEMBER: RoomMember = {
  room: 0,
  owner: ALICE,
  since: 0,
  delivered: 2,
  read: 1,
};
const BAN: Sanction = {
  kind: "ban",
  subject: "192.0.2.7",
  name: "",
  by: "Bob",
  at: START,
  until: null,
};
const ADMISSION = { owner: ALICE, at: START };

/** Each kind of change, what undoes it, and what is remembered in between. */
const CHANGES: readonly (readonly [Change, Change, object])[] = [
  [
    { kind: "name", name: NAME },
    { kind: "forget name", owner: ALICE },
    { names: [NAME] },
  ],
  [
    { kind: "member", member: MEMBER },
    { kind: "forget member", room: 0, owner: ALICE },
    { members: [MEMBER] },
  ],
  [
    { kind: "role", owner: ALICE, role: "owner" },
    { kind: "role", owner: ALICE, role: null },
    { roles: [{ owner: ALICE, role: "owner" }] },
  ],
  [
    { kind: "sanction", sanction: BAN },
    { kind: "lift", of: "ban", subject: BAN.subject },
    { sanctions: [BAN] },
  ],
  [
    { kind: "admit", admission: ADMISSION },
    { kind: "expel", owner: ALICE },
    { admissions: [ADMISSION] },
  ],
];

for (const [make, undo, made] of CHANGES) {
  testHistories(
    `append() makes and undoes ${make.kind}, repeated or not`,
    (history) => {
      change(history, undo);
      assertEquals(remembered(history), NOTHING);
      change(history, make);
      assertEquals(remembered(history), { ...NOTHING, ...made });
      change(history, make, make);
      assertEquals(remembered(history), { ...NOTHING, ...made });
      change(history, undo, undo);
      assertEquals(remembered(history), NOTHING);
    },
  );
}

testHistories("append() replaces what there is one of", (history) => {
  const [until, read] = [START + 1, 2];
  change(history, ...CHANGES.map(([make]) => make));
  change(
    history,
    { kind: "name", name: { ...NAME, shown: "ALICE" } },
    { kind: "member", member: { ...MEMBER, read } },
    { kind: "role", owner: ALICE, role: "operator" },
    { kind: "sanction", sanction: { ...BAN, until } },
    { kind: "admit", admission: { ...ADMISSION, at: START + 1 } },
  );
  assertEquals(remembered(history), {
    names: [{ ...NAME, shown: "ALICE" }],
    members: [{ ...MEMBER, read }],
    roles: [{ owner: ALICE, role: "operator" }],
    sanctions: [{ ...BAN, until }],
    admissions: [{ ...ADMISSION, at: START + 1 }],
    addresses: [],
  });
});

testHistories(
  "append() tells apart what differs in a part of the key",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    const members = [
      MEMBER,
      { ...MEMBER, room: 1 },
      { ...MEMBER, owner: BOB },
    ];
    const sanctions: Sanction[] = [
      BAN,
      { ...BAN, kind: "mute" },
      { ...BAN, subject: "::1" },
    ];
    change(
      history,
      ...members.map((member): Change => ({ kind: "member", member })),
      ...sanctions.map((sanction): Change => ({ kind: "sanction", sanction })),
    );
    change(
      history,
      { kind: "forget member", room: 1, owner: ALICE },
      { kind: "lift", of: "mute", subject: BAN.subject },
    );
    assertEquals(remembered(history), {
      ...NOTHING,
      members: [MEMBER, { ...MEMBER, owner: BOB }],
      sanctions: [BAN, { ...BAN, subject: "::1" }],
    });
  },
);

testHistories(
  "append() makes changes together with entries, or neither",
  (history) => {
    const changes = CHANGES.map(([make]) => make);
    assertThrows(() => history.append([entry(1), entry(3)], changes), Error);
    assertEquals(remembered(history), NOTHING);
    const nowhere = { ...MEMBER, room: 9 };
    const bad: Change = { kind: "member", member: nowhere };
    const error = assertThrows(
      () => history.append(entries(1, 2), [...changes, bad]),
      Error,
    );
    assert(!(error instanceof ChatError), "a bug, not a failure");
    assertEquals(remembered(history), NOTHING);
    assertEquals(history.room(0)?.seq, 0);
    history.append(entries(1, 2), changes);
    assertEquals(history.room(0)?.seq, 2);
    assertEquals([...history.members()], [MEMBER]);
  },
);

testHistories(
  "all is read, also when it is more than is read at once",
  (history) => {
    const many = Array.from({ length: 600 }, (_, who) => identity(who));
    for (const owner of many) {
      change(
        history,
        { kind: "member", member: { ...MEMBER, owner } },
        { kind: "role", owner, role: "operator" },
        { kind: "sanction", sanction: { ...BAN, subject: owner.toHex() } },
        { kind: "admit", admission: { owner, at: START } },
      );
    }
    const { members, roles, sanctions, admissions } = remembered(history);
    assertEquals(members, many.map((owner) => ({ ...MEMBER, owner })));
    assertEquals(roles, many.map((owner) => ({ owner, role: "operator" })));
    const subjects = many.map((owner) => owner.toHex());
    assertEquals(sanctions, subjects.map((subject) => ({ ...BAN, subject })));
    assertEquals(admissions, many.map((owner) => ({ owner, at: START })));
  },
);

testHistories(
  "createRoom() makes a room of a kind, with its members",
  (history) => {
    const room = { name: "Alice and Bob", form: "12", creator: ALICE };
    const made = history.createRoom({ ...room, kind: "direct" }, [ALICE, BOB]);
    assertEquals([made.kind, made.creator], ["direct", ALICE]);
    assertEquals(history.room(1), made);
    assertEquals(history.roomNamed("12"), made);
    const start = { room: 1, since: 0, delivered: 0, read: 0 };
    assertEquals(remembered(history)["members"], [
      { ...start, owner: ALICE },
      { ...start, owner: BOB },
    ]);
  },
);

testHistories(
  "createRoom() makes no members when it makes no room",
  (history) => {
    const room = { name: "a", form: "a" };
    history.createRoom(room);
    assertThrows(() => history.createRoom(room, [ALICE]), Error);
    assertEquals(remembered(history), NOTHING);
    assertEquals(history.createRoom({ name: "b", form: "b" }).number, 2);
  },
);

testHistories(
  "saveAddresses() replaces them, and keeps the first",
  (history) => {
    const many = Array.from({ length: MAX_ADDRESSES + 5 }, (_, i) => `${i}`);
    history.saveAddresses(many);
    assertEquals(history.addresses(), many.slice(0, MAX_ADDRESSES));
    history.saveAddresses(["b", "a"]);
    assertEquals(history.addresses(), ["b", "a"]);
  },
);

testHistories("logId is 16 bytes", (history) => {
  assertEquals(history.logId.length, 16);
});
