import { assert, assertEquals } from "../support/assert.ts";
import { identity } from "./driver.ts";
import {
  type Asked,
  founding,
  group,
  introduction,
  SealedWorld,
} from "./sealed_world.ts";

const NOTHING = new Uint8Array(0);

/** A commit told apart by `n`, to be the one after so many. */
function commit(
  room: number,
  turn: number,
  n = turn,
): Asked & { kind: "propose" } {
  const commit = Uint8Array.of(4, n);
  const info = Uint8Array.of(5, n);
  return { kind: "propose", room, group: group(1), turn, commit, info };
}

/** Two in one sealed room. */
function pair(): {
  world: SealedWorld;
  alice: number;
  bob: number;
  room: number;
} {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const room = world.found(alice, 1);
  world.ask(bob, { kind: "join_sealed", group: group(1) });
  return { world, alice, bob, room };
}

function codeOf(world: SealedWorld, session: number, id: number): string {
  const answer = world.answerTo(session, id);
  assert(answer !== undefined);
  return answer.kind === "refused" ? answer.code : answer.kind;
}

Deno.test("propose() orders commits by turn, with what newcomers are told", () => {
  const { world, alice, bob, room } = pair();
  assertEquals(world.outcome(alice, commit(room, 0)), "ack");
  assertEquals(world.outcome(bob, commit(room, 0, 9)), "CHAT_SEAL_OUTRUN");
  assertEquals(world.outcome(bob, commit(room, 2)), "CHAT_SEAL_OUTRUN");
  const other = { ...commit(room, 1), group: group(2) };
  assertEquals(world.outcome(bob, other), "CHAT_SEAL_OUTRUN");
  assertEquals(world.outcome(bob, commit(room, 1)), "ack");
  const [first, second] = world.log(room);
  assert(first?.kind === "committed" && second?.kind === "committed");
  const { turn, body, seq, name, fingerprint } = first;
  assertEquals(
    [turn, body, seq, name, fingerprint],
    [1, Uint8Array.of(4, 0), 1, "", identity(1).fingerprint],
  );
  assertEquals([second.turn, second.seq], [2, 2]);
  assertEquals(world.history.group(room)?.info, Uint8Array.of(5, 1));
  world.restart();
  const again = world.enter(1, null);
  assertEquals(world.outcome(again, commit(room, 2)), "ack");
});

Deno.test("propose() has one winner of several that come at a time", () => {
  const { world, alice, bob, room } = pair();
  const ids = [
    [alice, world.send(alice, commit(room, 0, 10))],
    [bob, world.send(bob, commit(room, 0, 11))],
    [alice, world.send(alice, commit(room, 0, 12))],
    [bob, world.send(bob, commit(room, 1, 13))],
  ] as const;
  world.hall.flush();
  const codes = ids.map(([session, id]) => codeOf(world, session, id));
  const outrun = "CHAT_SEAL_OUTRUN";
  assertEquals(codes, ["ack", outrun, outrun, "ack"]);
  assertEquals(world.log(room).length, 2);
  assertEquals(world.house.rooms.get(room)?.group?.turn, 2);
});

Deno.test("propose() changes nothing when it cannot be stored, and then nobody was outrun", () => {
  const { world, alice, bob, room } = pair();
  world.isFull = true;
  const first = world.send(alice, commit(room, 0, 10));
  const second = world.send(bob, commit(room, 0, 11));
  const wrong = world.send(bob, commit(room, 7, 12));
  const seal = world.send(bob, world.sealed(room, 2));
  world.hall.flush();
  assertEquals(codeOf(world, alice, first), "CHAT_STORE_FULL");
  assertEquals(codeOf(world, bob, second), "CHAT_STORE_FULL");
  assertEquals(codeOf(world, bob, wrong), "CHAT_SEAL_OUTRUN");
  assertEquals(codeOf(world, bob, seal), "CHAT_SEAL_OUTRUN");
  assertEquals(world.house.rooms.get(room)?.group?.turn, 0);
  world.isFull = false;
  assertEquals(world.outcome(bob, commit(room, 0, 11)), "ack");
  assertEquals(world.history.group(room)?.info, Uint8Array.of(5, 11));
});

Deno.test("propose() lets the muted keep their keys, and refuses nothing and open rooms", () => {
  const { world, alice, room } = pair();
  world.mute(1);
  assertEquals(world.outcome(alice, commit(room, 0)), "ack");
  for (const empty of [{ commit: NOTHING }, { info: NOTHING }]) {
    const asked = { ...commit(room, 1), ...empty };
    assertEquals(world.outcome(alice, asked), "CHAT_MESSAGE_INVALID");
  }
  assertEquals(world.outcome(alice, commit(0, 0)), "CHAT_FORBIDDEN");
  const carol = world.enter(3);
  assertEquals(world.outcome(carol, commit(room, 1)), "CHAT_NO_SUCH_ROOM");
});

Deno.test("refresh() replaces what newcomers are told, of the turn that it is made for", () => {
  const { world, alice, room } = pair();
  const refresh = (turn: number, n: number): Asked => ({
    kind: "refresh",
    ...{ room, group: group(1), turn, info: Uint8Array.of(n) },
  });
  assertEquals(world.outcome(alice, refresh(0, 20)), "done");
  assertEquals(world.history.group(room)?.info, Uint8Array.of(20));
  assertEquals(world.outcome(alice, refresh(1, 21)), "CHAT_SEAL_OUTRUN");
  world.ask(alice, commit(room, 0));
  assertEquals(world.outcome(alice, refresh(0, 22)), "CHAT_SEAL_OUTRUN");
  const other = { ...refresh(1, 23), group: group(2) } as Asked;
  assertEquals(world.outcome(alice, other), "CHAT_SEAL_OUTRUN");
  const empty = { ...refresh(1, 24), info: NOTHING } as Asked;
  assertEquals(world.outcome(alice, empty), "CHAT_MESSAGE_INVALID");
  const open = { ...refresh(0, 25), room: 0 } as Asked;
  assertEquals(world.outcome(alice, open), "CHAT_FORBIDDEN");
  world.isFull = true;
  assertEquals(world.outcome(alice, refresh(1, 26)), "CHAT_STORE_FULL");
  world.isFull = false;
  assertEquals(world.history.group(room)?.info, Uint8Array.of(5, 0));
  assertEquals(world.outcome(alice, refresh(1, 27)), "done");
  assertEquals(world.history.group(room)?.info, Uint8Array.of(27));
});

Deno.test("readHead() tells what is stored of a group, to members alone", () => {
  const { world, alice, room } = pair();
  world.ask(alice, commit(room, 0));
  world.ask(alice, world.sealed(room, 1));
  world.send(alice, commit(room, 1)); // not stored yet
  const ask = { kind: "ask_head", room } as const;
  const id = world.send(alice, ask);
  world.hall.flush();
  const head = world.answerTo(alice, id);
  assertEquals(head, {
    kind: "head",
    ...{ id, room, seq: 2, group: group(1), turn: 1 },
    title: introduction(1).title,
    info: Uint8Array.of(5, 0),
    hello: NOTHING,
  });
  const direct = world.direct(alice, "bob");
  for (const none of [0, direct]) {
    const asked = { kind: "ask_head", room: none } as const;
    assertEquals(world.outcome(alice, asked), "CHAT_NO_SUCH_ROOM");
  }
  assertEquals(world.outcome(world.enter(3), ask), "CHAT_NO_SUCH_ROOM");
});

Deno.test("utterSealed() stores a sealed message once, and its sender without a name", () => {
  const { world, alice, room } = pair();
  const sealed = world.sealed(room, 1, Uint8Array.of(1, 2, 3));
  const [one, two] = [world.send(alice, sealed), world.send(alice, sealed)];
  world.hall.flush();
  for (const id of [one, two]) {
    const ack = world.answerTo(alice, id);
    assert(ack?.kind === "ack");
    assertEquals(ack.seq, 1);
  }
  world.mute(1);
  assertEquals(world.outcome(alice, sealed), "ack"); // stored already
  assertEquals(world.outcome(alice, world.sealed(room, 1)), "CHAT_MUTED");
  assertEquals(world.log(room), [{
    kind: "sealed",
    ...{ room, seq: 1, at: 1_000, name: "" },
    fingerprint: identity(1).fingerprint,
    body: Uint8Array.of(1, 2, 3),
  }]);
});

Deno.test("utterSealed() refuses nothing, open rooms and another group", () => {
  const { world, alice, bob, room } = pair();
  const empty = world.sealed(room, 1, NOTHING);
  assertEquals(world.outcome(alice, empty), "CHAT_MESSAGE_INVALID");
  assertEquals(world.outcome(alice, world.sealed(0, 1)), "CHAT_FORBIDDEN");
  assertEquals(world.outcome(alice, world.sealed(room, 2)), "CHAT_SEAL_OUTRUN");
  const direct = world.direct(bob, "alice");
  const unborn = world.sealed(direct, 1);
  assertEquals(world.outcome(bob, unborn), "CHAT_SEAL_OUTRUN");
  assertEquals(world.log(direct), []);
  const carol = world.enter(3);
  const outside = world.outcome(carol, world.sealed(room, 1));
  assertEquals(outside, "CHAT_NO_SUCH_ROOM");
});

Deno.test("utterSealed() goes by the group that is there when it gets its place", () => {
  const { world, alice, bob } = pair();
  const room = world.direct(alice, "bob");
  const ids = [
    [alice, world.send(alice, founding(room, 1, null))],
    [alice, world.send(alice, world.sealed(room, 1))],
    [bob, world.send(bob, founding(room, 2, 1))],
    [alice, world.send(alice, world.sealed(room, 1))],
    [bob, world.send(bob, world.sealed(room, 2))],
    [alice, world.send(alice, founding(room, 3, null))],
  ] as const;
  world.hall.flush();
  const codes = ids.map(([session, id]) => codeOf(world, session, id));
  const outrun = "CHAT_SEAL_OUTRUN";
  assertEquals(codes, ["ack", "ack", "ack", outrun, "ack", outrun]);
  const kinds = world.log(room).map(({ kind }) => kind);
  assertEquals(kinds, ["founded", "sealed", "founded", "sealed"]);
});

Deno.test("utter() and titleRoom() refuse what the server could read where it must not", () => {
  const { world, alice, bob, room } = pair();
  const direct = world.direct(bob, "alice");
  for (const at of [room, direct]) {
    for (
      const asked of [
        { kind: "say", room: at, number: 900, text: "x" },
        { kind: "act", room: at, number: 901, text: "x" },
        { kind: "title", room: at, text: "x" },
      ] as const
    ) {
      const answer = world.ask(alice, asked);
      assert(answer.kind === "refused");
      assertEquals(answer.code, "CHAT_FORBIDDEN");
      assertEquals(answer.text.endsWith("this room is sealed"), true);
    }
    assertEquals(world.log(at), []);
  }
});
