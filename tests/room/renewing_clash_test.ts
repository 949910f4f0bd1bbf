import { ChatError } from "../../lib/errors.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ownerOf, refusalTo, repliesTo } from "./driver.ts";
import { Renewals } from "./renewals.ts";

/** Alice, her next key, Bob, and somebody for whom others are forgotten. */
const [ALICE, HEIR, BOB, OTHER] = [1, 2, 3, 4];

/** The next key was here before, in a room of two, and is forgotten. */
function withForgottenHeir(peer: "alice" | "bob"): {
  readonly world: Renewals;
  readonly alice: number;
} {
  const world = new Renewals({ absentNames: 1 });
  const alice = world.join(ALICE, "alice");
  world.join(BOB, "bob");
  const heir = world.join(HEIR, "heir");
  const effects = world.ask(heir, { kind: "direct", name: peer });
  const done = repliesTo(heir, effects).at(-1);
  assert(done?.kind === "done" && done.room !== null);
  world.say(heir, "hi", { room: done.room });
  world.ask(heir, { kind: "leave", room: done.room });
  world.close(heir);
  world.close(world.join(OTHER, "other"));
  return { world, alice };
}

Deno.test("step() refuses a next key that has left a room with somebody the old one has a room with", () => {
  const { world, alice } = withForgottenHeir("bob");
  world.ask(alice, { kind: "direct", name: "bob" });
  assertEquals(refusalTo(alice, world.rotate(alice, HEIR)), "CHAT_NAME_TAKEN");
});

Deno.test("step() refuses a next key that has left a room with the old one", () => {
  const { world, alice } = withForgottenHeir("alice");
  assertEquals(refusalTo(alice, world.rotate(alice, HEIR)), "CHAT_NAME_TAKEN");
});

Deno.test("step() takes a next key that was forgotten, and has left rooms with others only", () => {
  const { world, alice } = withForgottenHeir("bob");
  assertEquals(refusalTo(alice, world.rotate(alice, HEIR)), undefined);
});

Deno.test("step() rotates nothing when there is no space to tell it", () => {
  const history = new MemoryHistory({ keepLast: 100 });
  const asked: number[] = [];
  history.requireSpace = (bytes = 0): void => {
    asked.push(bytes);
    throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
  };
  const world = new Renewals({}, { history });
  const alice = world.join(ALICE, "alice");
  assertEquals(refusalTo(alice, world.rotate(alice, HEIR)), "CHAT_STORE_FULL");
  assertEquals(asked, [512]); // the lobby
  const { guests, sessions } = world.house;
  assertEquals(guests.guestOf(ownerOf(ALICE))?.name.shown, "alice");
  assertEquals(guests.guestOf(ownerOf(HEIR)), undefined);
  assertEquals(sessions.has(alice), true);
});
