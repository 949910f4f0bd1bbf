import { Budget } from "../../lib/room/budget.ts";
import { chooseName, type NameRequest } from "../../lib/room/entrance.ts";
import { Guestbook } from "../../lib/room/guestbook.ts";
import { parseName } from "../../lib/room/name.ts";
import { roomLimits } from "../../lib/room/room_limits.ts";
import { assertEquals } from "../support/assert.ts";

function bookOf(...names: string[]): Guestbook {
  const book = new Guestbook(10);
  for (const name of names) {
    const budget = new Budget(roomLimits(), 0);
    book.enter(`owner of ${name}`, { name: parseName(name), budget });
  }
  return book;
}

function choose(request: Partial<NameRequest>, book: Guestbook): unknown {
  const chosen = chooseName(
    { owner: "me", raw: null, console: false, ...request },
    book,
  );
  if (!("kind" in chosen)) return chosen.shown;
  return [chosen.why, chosen.suggestion];
}

Deno.test("chooseName() grants a name that is free", () => {
  assertEquals(choose({ raw: " Alice " }, bookOf("bob")), "Alice");
});

Deno.test("chooseName() grants the name an identity had, if it gives none", () => {
  assertEquals(choose({ owner: "owner of bob" }, bookOf("bob")), "bob");
});

Deno.test("chooseName() asks for a name when it knows none", () => {
  assertEquals(choose({ raw: null }, bookOf("bob")), ["needed", null]);
});

Deno.test("chooseName() refuses a name that is somebody else's", () => {
  const book = bookOf("bob", "bob-2");
  assertEquals(choose({ raw: "BOB" }, book), ["taken", "BOB-3"]);
});

Deno.test("chooseName() refuses a name that looks like another", () => {
  const book = bookOf("bob");
  assertEquals(choose({ raw: "b0b" }, book), ["look_alike", "b0b-2"]);
});

Deno.test("chooseName() refuses what is not a name", () => {
  const book = bookOf("bob");
  assertEquals(choose({ raw: "bob!" }, book), ["invalid", "bob-2"]);
  assertEquals(choose({ raw: "!" }, book), ["invalid", null]);
});

Deno.test("chooseName() keeps names of the server for its operator", () => {
  for (const raw of ["server", "ADMIN", "5ystem", "0perator", "r00t", "rne"]) {
    const reserved = choose({ raw, console: true }, bookOf());
    assertEquals(reserved, raw);
  }
  for (
    const raw of [
      "Server",
      "ADMIN",
      "0perator",
      "ADMlN",
      "ADMlNlSTRATOR",
      "admin-2",
      "ADMlN_2.1",
      "operator1",
      "0perator٣",
      "admin 2",
      "-admin",
    ]
  ) {
    assertEquals(choose({ raw }, bookOf()), ["invalid", null], raw);
  }
  for (const raw of ["adminton", "2-admins", "metoo", "123"]) {
    assertEquals(choose({ raw }, bookOf()), raw);
  }
});

Deno.test("chooseName() explains itself", () => {
  const request = { owner: "me", raw: "a b", console: false };
  assertEquals(chooseName(request, bookOf()), {
    kind: "name_wanted",
    why: "invalid",
    text: "Cannot take name: U+0020 is not for names",
    suggestion: "a-b",
  });
});
