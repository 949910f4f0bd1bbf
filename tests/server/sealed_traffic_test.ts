import type { Bytes } from "../../lib/bytes.ts";
import type { ServerEvent } from "../../lib/metrics/server_event.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { RawMember } from "../../lib/lab/raw_member.ts";
import { served } from "../support/served.ts";

const GROUP: Bytes = new Uint8Array(32).fill(0xab);
const SECRET: Bytes = crypto.getRandomValues(new Uint8Array(100));

/** Makes the sealed room of the group and returns its number. */
async function found(member: RawMember): Promise<number> {
  const [title, info] = [Uint8Array.of(1), Uint8Array.of(2)];
  member.send({
    kind: "found",
    id: member.nextId(),
    ...{ room: null, group: GROUP, replaces: null, title, info },
    hello: new Uint8Array(0),
  });
  const { room } = await member.until("done");
  assert(room !== null);
  return room;
}

/** Joins it and reads it on from here. */
async function join(member: RawMember): Promise<void> {
  member.send({ kind: "join_sealed", id: member.nextId(), group: GROUP });
  const { room, group } = await member.until("room");
  assertEquals(group, GROUP);
  member.send({ kind: "follow", id: member.nextId(), room, after: null });
  await member.until("following");
}

function seal(member: RawMember, room: number, body: Bytes = SECRET): void {
  const id = member.nextId();
  member.send({ kind: "seal", id, room, group: GROUP, number: id, body });
}

/** Proposes the first commit. */
function propose(member: RawMember, room: number): void {
  const id = member.nextId();
  const [commit, info] = [Uint8Array.of(3), Uint8Array.of(4)];
  const of = { room, group: GROUP, turn: 0 };
  member.send({ kind: "propose", id, ...of, commit, info });
}

Deno.test("serve() carries what is sealed to those who follow, as it was sent", async () => {
  await using room = await served();
  using alice = await RawMember.enter(room.server, "alice");
  using bob = await RawMember.enter(room.server, "bob");
  const number = await found(alice);
  await join(bob);
  seal(alice, number);
  const { body, name, seq } = await bob.until("sealed");
  assertEquals([body, name, seq], [SECRET, "", 1]);
  propose(bob, number);
  await bob.until("committed");
  bob.send({ kind: "ask_head", id: bob.nextId(), room: number });
  const head = await bob.until("head");
  assertEquals([head.turn, head.seq, head.info], [1, 2, Uint8Array.of(4)]);
  propose(alice, number);
  assertEquals((await alice.until("refused")).code, "CHAT_SEAL_OUTRUN");
});

Deno.test("serve() shows what it sees of sealed messages once they are stored, where asked to", async () => {
  for (const showCiphertext of [true, false]) {
    const events: ServerEvent[] = [];
    const history = new MemoryHistory({ keepLast: 10 });
    const stored: number[] = [];
    await using room = await served({
      history,
      showCiphertext,
      onEvent: (event) => {
        if (event.kind !== "relayed") return;
        events.push(event);
        stored.push(history.room(1)?.seq ?? 0);
      },
    });
    using alice = await RawMember.enter(room.server, "alice");
    const number = await found(alice);
    seal(alice, number);
    await alice.until("ack");
    seal(alice, number, Uint8Array.of(9));
    await alice.until("ack");
    alice.say("in the open");
    await alice.until("ack");
    propose(alice, number);
    await alice.until("ack");
    const told = { kind: "relayed", group: "abababab" } as const;
    const start = SECRET.subarray(0, 32).toHex();
    assertEquals(
      events,
      showCiphertext
        ? [
          { ...told, seq: 1, bytes: 100, start },
          { ...told, seq: 2, bytes: 1, start: "09" },
        ]
        : [],
    );
    assertEquals(stored, showCiphertext ? [1, 2] : []);
  }
});
