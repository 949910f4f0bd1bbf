import { assertEquals, assertThrows } from "../support/assert.ts";
import { entry, sender, testHistories } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

const [ALICE, BOB] = [sender(1), sender(2)];
/** Bob, were he at the device of Alice. */
const HEIR = { ...ALICE, fingerprint: BOB.fingerprint };
const HAND_OVER = {
  kind: "hand over",
  owner: ALICE.fingerprint,
  next: BOB.fingerprint,
} as const;

testHistories(
  "append() counts what a device has sent as sent by the next key",
  (history) => {
    history.append([
      entry(1, { sent: { sender: ALICE, number: 7 } }),
      entry(2, { sent: { sender: BOB, number: 9 } }),
    ]);
    const receipt = history.sent(ALICE, 7);
    change(history, HAND_OVER, HAND_OVER);
    change(history, HAND_OVER);
    assertEquals(history.sent(HEIR, 7), receipt);
    assertEquals(history.lastNumber(HEIR), 7);
    assertEquals(history.lastNumber(ALICE), undefined);
    assertEquals(history.lastNumber(BOB), 9);
  },
);

testHistories(
  "append() leaves a device alone under whose number the next key has sent",
  (history) => {
    history.append([
      entry(1, { sent: { sender: ALICE, number: 7 } }),
      entry(2, { sent: { sender: HEIR, number: 9 } }),
    ]);
    change(history, HAND_OVER);
    assertEquals(history.lastNumber(HEIR), 9);
    assertEquals(history.sent(HEIR, 7), undefined);
    assertEquals(history.lastNumber(ALICE), 7);
  },
);

testHistories(
  "append() finds a room under another form, and nothing under the old one",
  (history) => {
    history.createRoom({ name: "", form: "@1+2", creator: identity(1) });
    const moved = {
      kind: "room",
      room: 1,
      form: "@2+3",
      creator: null,
    } as const;
    change(history, moved, moved);
    assertEquals(history.roomNamed("@1+2"), undefined);
    assertEquals(history.roomNamed("@2+3"), history.room(1));
    assertEquals(history.room(1)?.creator, null);
    change(history, { ...moved, creator: identity(3) });
    assertEquals(history.room(1)?.creator, identity(3));
  },
);

testHistories(
  "append() changes no room that there is not, and gives no form to two",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    const taken = {
      kind: "room",
      room: 1,
      form: "lobby",
      creator: null,
    } as const;
    assertThrows(() => change(history, taken), Error);
    assertThrows(
      () => change(history, { ...taken, room: 2, form: "b" }),
      Error,
    );
    assertEquals(history.roomNamed("a")?.number, 1);
    assertEquals(history.roomNamed("lobby")?.number, 0);
  },
);
