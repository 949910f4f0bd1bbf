import { Budget } from "../../lib/room/budget.ts";
import { type Guest, Guestbook } from "../../lib/room/guestbook.ts";
import { parseName } from "../../lib/room/name.ts";
import { roomLimits } from "../../lib/room/room_limits.ts";
import { assert, assertEquals } from "../support/assert.ts";

const guest = (name: string): Guest => ({
  name: parseName(name),
  budget: new Budget(roomLimits(), 0),
});
const judge = (book: Guestbook, owner: string, name: string): string =>
  book.judge(owner, parseName(name));

Deno.test("Guestbook.judge() tells names of others from free ones", () => {
  const book = new Guestbook(2);
  assertEquals(judge(book, "b", "alice"), "free");
  book.enter("a", guest("Alice"));
  assertEquals(judge(book, "b", "aLICE"), "taken");
  assertEquals(judge(book, "b", "aIice"), "look_alike");
  assertEquals(judge(book, "b", "bob"), "free");
  assertEquals(judge(book, "a", "alice"), "free");
  assertEquals(judge(book, "a", "aIice"), "free");
});

Deno.test("Guestbook.judge() knows a name by each of its looks", () => {
  const book = new Guestbook(2);
  book.enter("a", guest("alice"));
  assertEquals(judge(book, "b", "ALlCE"), "look_alike");
  book.enter("a", guest("ALlCE"));
  assertEquals(judge(book, "b", "alice"), "look_alike");
  book.enter("a", guest("carol"));
  assertEquals(judge(book, "b", "alice"), "free");
  assertEquals(judge(book, "b", "ALlCE"), "free");
});

Deno.test("Guestbook.ownerOf() finds a name however it is capitalised", () => {
  const book = new Guestbook(2);
  book.enter("a", guest("Alice"));
  assertEquals(book.ownerOf(parseName("ALICE")), "a");
  assertEquals(book.ownerOf(parseName("aIice")), undefined);
});

Deno.test("Guestbook remembers who left", () => {
  const book = new Guestbook(2);
  const alice = guest("alice");
  book.enter("a", alice);
  book.leave("a");
  assert(book.guestOf("a") === alice);
  assertEquals(judge(book, "b", "alice"), "taken");
});

Deno.test("Guestbook.enter() frees the name its owner had before", () => {
  const book = new Guestbook(2);
  book.enter("a", guest("alice"));
  book.leave("a");
  book.enter("a", guest("carol"));
  assertEquals(judge(book, "b", "alice"), "free");
  assertEquals(judge(book, "b", "aIice"), "free");
  assertEquals(judge(book, "b", "carol"), "taken");
});

Deno.test("Guestbook forgets whoever has been gone longest", () => {
  const book = new Guestbook(2);
  for (const owner of ["a", "b", "c", "d"]) {
    book.enter(owner, guest(`name-${owner}`));
  }
  for (const owner of ["b", "a", "c"]) book.leave(owner);
  assertEquals(book.guestOf("b"), undefined);
  assertEquals(judge(book, "x", "name-b"), "free");
  assertEquals(judge(book, "x", "name-a"), "taken");
  assertEquals(judge(book, "x", "name-d"), "taken");
});

Deno.test("Guestbook does not forget who came back", () => {
  const book = new Guestbook(1);
  book.enter("a", guest("alice"));
  book.leave("a");
  book.enter("a", guest("alice"));
  for (const owner of ["b", "c"]) {
    book.enter(owner, guest(`name-${owner}`));
    book.leave(owner);
  }
  assertEquals(judge(book, "x", "alice"), "taken");
  assertEquals(book.guestOf("b"), undefined);
});

Deno.test("Guestbook.handOver() gives name and budget to somebody who is not present", () => {
  const book = new Guestbook(1);
  const alice = guest("alice");
  book.enter("a", alice);
  book.leave("a");
  book.handOver("a", "b");
  assertEquals(book.guestOf("a"), undefined);
  assert(book.guestOf("b") === alice);
  assertEquals(judge(book, "b", "aIice"), "free");
  assertEquals(judge(book, "a", "aIice"), "look_alike");
  book.enter("c", guest("carol"));
  assertEquals(book.leave("c"), ["b"]); // gone longer
  book.handOver("nobody", "d");
  assertEquals(book.guestOf("d"), undefined);
});
