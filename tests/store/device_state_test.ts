import { ChatError } from "../../lib/errors.ts";
import {
  type DeviceState,
  MAX_OUTBOX,
  MAX_POSITIONS,
} from "../../lib/member/device_state.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import {
  contentOf,
  LOG,
  message,
  testStates,
} from "./support/device_states.ts";

function numbers(state: DeviceState): number[] {
  return state.outbox().map(({ number }) => number);
}

function failures(state: DeviceState): (string | null)[] {
  return state.outbox().map(({ failed }) => failed);
}

testStates("begins with a device and nothing else", (state) => {
  assertEquals(state.device.length, 16);
  assertEquals(state.logId, null);
  assertEquals(state.lastNumber, 0);
  assertEquals(state.outbox(), []);
  assertEquals(state.positions(), []);
});

testStates(
  "keep() keeps messages by number until they are forgotten",
  (state) => {
    state.keep(message(1));
    state.keep(
      message(2, { kind: "act", room: 7, text: "naïve \u{1f44b} \0" }),
    );
    state.keep(message(9, { failed: "muted" }));
    assertEquals(state.outbox(), [
      message(1),
      message(2, { kind: "act", room: 7, text: "naïve \u{1f44b} \0" }),
      message(9, { failed: "muted" }),
    ]);
    state.forget(2);
    state.forget(5);
    assertEquals(numbers(state), [1, 9]);
    assertEquals(state.lastNumber, 9);
  },
);

testStates("keep() refuses a number that may be used, a bug", (state) => {
  state.keep(message(3));
  state.forget(3);
  for (const number of [0, 2, 3]) {
    const keep = (): void => state.keep(message(number));
    const error = assertThrows(keep, Error, "up to 3 are used");
    assert(!(error instanceof ChatError));
  }
  state.skipTo(10);
  assertThrows(() => state.keep(message(10)), Error, "up to 10");
  assertEquals(numbers(state), []);
  state.keep(message(11));
});

testStates("skipTo() never goes back", (state) => {
  state.skipTo(5);
  state.skipTo(3);
  assertEquals(state.lastNumber, 5);
});

testStates("fail() tells why, until it is forgotten", (state) => {
  state.keep(message(1));
  state.keep(message(2));
  state.fail(2, "muted");
  state.fail(3, "unknown");
  assertEquals(failures(state), [null, "muted"]);
  state.forget(2);
  assertEquals(failures(state), [null]);
});

testStates(
  "keep() refuses more than may wait, and goes on after one is forgotten",
  (state) => {
    for (let i = 1; i <= MAX_OUTBOX; i++) state.keep(message(i));
    const next = message(MAX_OUTBOX + 1);
    state.fail(1, "muted");
    assertRefuses("CHAT_OUTBOX_FULL", () => state.keep(next), `${MAX_OUTBOX}`);
    assertEquals(state.lastNumber, MAX_OUTBOX);
    assertEquals(state.outbox().length, MAX_OUTBOX);
    state.forget(1);
    state.keep(next);
  },
);

testStates(
  "keep() refuses a number that is too far from one that waits",
  (state) => {
    state.keep(message(1));
    state.skipTo(MAX_OUTBOX - 1);
    state.keep(message(MAX_OUTBOX));
    const next = message(MAX_OUTBOX + 1);
    assertRefuses("CHAT_OUTBOX_FULL", () => state.keep(next), "older one, 1,");
    state.fail(1, "muted");
    state.keep(next);
  },
);

testStates(
  "keep() does not count how far a hidden message is, which gets another number",
  (state) => {
    state.keep(message(1, { hidden: true }));
    state.skipTo(2 * MAX_OUTBOX);
    state.keep(message(2 * MAX_OUTBOX + 1));
    assertEquals(numbers(state), [1, 2 * MAX_OUTBOX + 1]);
  },
);

testStates("renumber() moves messages behind all others, in order", (state) => {
  const hidden = { room: 4, text: "AAEC", hidden: true } as const;
  state.keep(message(1, hidden));
  state.keep(message(2));
  state.keep(message(3, { ...hidden, kind: "act" }));
  state.keep(message(4));
  state.renumber([1, 3], 7);
  assertEquals(state.outbox(), [
    message(2),
    message(4),
    message(7, { ...hidden }),
    message(8, { ...hidden, kind: "act" }),
  ]);
  assertEquals(state.lastNumber, 8);
  assertThrows(() => state.keep(message(8)), Error, "up to 8");
  state.renumber([], 20);
  assertEquals(state.lastNumber, 8);
});

testStates("renumber() refuses numbers that may be used, a bug", (state) => {
  state.keep(message(1, { hidden: true }));
  state.keep(message(2, { hidden: true }));
  const before = contentOf(state);
  for (const [all, next] of [[[1], 2], [[1], 0], [[1, 3], 5], [[9], 5]]) {
    const renumber = (): void =>
      state.renumber(all as number[], next as number);
    const error = assertThrows(renumber, Error, "Cannot renumber");
    assert(!(error instanceof ChatError));
    assertEquals(contentOf(state), before);
  }
});

testStates(
  "renumber() refuses a number that is too far from one that waits",
  (state) => {
    state.keep(message(1));
    state.keep(message(2, { hidden: true }));
    state.keep(message(3, { hidden: true }));
    const before = contentOf(state);
    assertRefuses(
      "CHAT_OUTBOX_FULL",
      () => state.renumber([2, 3], MAX_OUTBOX),
      "older one, 1,",
    );
    assertEquals(contentOf(state), before);
    state.renumber([2, 3], MAX_OUTBOX - 1);
    state.forget(1);
    state.renumber([MAX_OUTBOX - 1], 3 * MAX_OUTBOX);
  },
);

testStates("renumber() measures how far it is from others only", (state) => {
  state.keep(message(1));
  state.renumber([1], 2 * MAX_OUTBOX);
  assertEquals(numbers(state), [2 * MAX_OUTBOX]);
});

testStates("advance() goes on and back, drop() forgets", (state) => {
  state.advance({ room: 4, seq: 7, at: 5 });
  state.advance({ room: 0, seq: 2, at: 6 });
  state.advance({ room: 4, seq: 9, at: 8 });
  state.advance({ room: 0, seq: 1, at: 3 });
  assertEquals(state.positions(), [
    { room: 0, seq: 1, at: 3 },
    { room: 4, seq: 9, at: 8 },
  ]);
  state.drop(4);
  state.drop(5);
  assertEquals(state.positions(), [{ room: 0, seq: 1, at: 3 }]);
});

testStates("advance() remembers a bounded number of rooms", (state) => {
  for (let room = 0; room < MAX_POSITIONS; room++) {
    state.advance({ room, seq: 1, at: room === 7 ? 0 : 10 });
  }
  state.flush();
  state.advance({ room: MAX_POSITIONS, seq: 1, at: 11 });
  const rooms = state.positions().map(({ room }) => room);
  assertEquals(rooms.length, MAX_POSITIONS);
  assert(!rooms.includes(7));
});

testStates("startLog() of the first log lets wait what waits", (state) => {
  state.keep(message(1));
  state.startLog(LOG, "other rooms");
  assertEquals(failures(state), [null]);
  assertEquals(state.logId, LOG);
});

testStates(
  "startLog() of another log forgets positions and fails what waits for rooms but the lobby",
  (state) => {
    state.startLog(LOG, "");
    state.keep(message(1));
    state.keep({ ...message(2), room: 4 });
    state.keep({ ...message(3), room: 0 });
    state.fail(1, "muted");
    state.advance({ room: 0, seq: 3, at: 1 });
    state.flush();
    state.advance({ room: 1, seq: 3, at: 1 });
    const other = LOG.map((byte) => byte + 1);
    state.startLog(other, "other rooms");
    other.fill(0);
    assertEquals(failures(state), ["muted", "other rooms", null]);
    assertEquals(state.positions(), []);
    assertEquals(state.logId, LOG.map((byte) => byte + 1));
    assertEquals(state.lastNumber, 3);
  },
);
