import { judge } from "../../lib/lab/tampering/people.ts";
import {
  type Account,
  breaches,
  type Heard,
} from "../../lib/lab/tampering/laws.ts";
import { assert, assertEquals } from "../support/assert.ts";

const SAID = ["one", "two"];

function line(seq: number, text: string, name = "victim"): Heard {
  return { seq, name, text };
}

const ROOM = [line(1, "one"), line(2, "two")];

const HONEST: Account = {
  name: "victim",
  said: SAID,
  acknowledged: SAID,
  heard: ROOM,
  error: undefined,
};

function lawsBroken(
  account: Partial<Account>,
  room: readonly Heard[] = ROOM,
): string[] {
  return breaches({ ...HONEST, ...account }, room).map(({ law }) => law);
}

Deno.test("breaches() finds nothing in a session where nothing happened", () => {
  assertEquals(lawsBroken({}), []);
});

Deno.test("breaches() finds nothing when the victim knows that it was cut off", () => {
  const cut = {
    acknowledged: ["one"],
    heard: [],
    error: "CHAT_RECORD_REFUSED",
  };
  assertEquals(lawsBroken(cut, [line(1, "one")]), []);
});

/** Whose session ended with an error, and who knows of nothing. */
const CUT = { acknowledged: [], heard: [], error: "CHAT_CONNECTION_CUT" };

const ACCEPTED: Readonly<Record<string, () => string[]>> = {
  "a text that was not said": () => lawsBroken(CUT, [line(1, "evil")]),
  "a text twice": () => lawsBroken(CUT, [line(1, "one"), line(2, "one")]),
  "the second text without the first": () => lawsBroken(CUT, [line(1, "two")]),
  "a line that is not stored": () =>
    lawsBroken({ heard: [...ROOM, line(3, "evil")] }),
  "a line of somebody else as another's": () =>
    lawsBroken({ heard: [line(1, "one", "other"), line(2, "two")] }),
  "another text in a line's place": () =>
    lawsBroken({ ...CUT, heard: [line(1, "evil")] }),
  "a line and not the one before it": () =>
    lawsBroken(
      { ...CUT, heard: [line(1, "one"), line(3, "more", "other")] },
      [...ROOM, line(3, "more", "other")],
    ),
};

for (const [what, broken] of Object.entries(ACCEPTED)) {
  Deno.test(`breaches() finds that ${what} was accepted`, () => {
    assertEquals(broken(), ["accepted"]);
  });
}

const LOST: Readonly<Record<string, () => string[]>> = {
  "acknowledged and not stored": () =>
    lawsBroken({ error: "x", heard: [] }, [line(1, "one")]),
  "not stored, and the session ended well": () =>
    lawsBroken({ acknowledged: [], heard: [line(1, "one")] }, [line(1, "one")]),
  "not heard, and the session ended well": () =>
    lawsBroken({ heard: [line(1, "one")] }),
};

for (const [what, broken] of Object.entries(LOST)) {
  Deno.test(`breaches() finds that a text was ${what}`, () => {
    assertEquals(broken(), ["lost"]);
  });
}

const TALK = {
  order: SAID,
  heard: new Map([["Anna", SAID]]),
  attacks: [{ hits: 2, connections: 3 }],
  planned: 2,
};

Deno.test("judge() holds when everybody saw all in one order", () => {
  assert(judge(SAID, TALK).verdict.held);
});

const BROKEN: Readonly<Record<string, Partial<typeof TALK>>> = {
  "a line is lost": { order: ["one"] },
  "a line came twice": { order: ["one", "two", "two"] },
  "somebody missed a line": { heard: new Map([["Anna", ["one"]]]) },
  "somebody saw another order": { heard: new Map([["Anna", ["two", "one"]]]) },
  "nothing was changed": { attacks: [{ hits: 0, connections: 3 }] },
  "nobody was cut off": { attacks: [{ hits: 2, connections: 1 }] },
};

for (const [what, broken] of Object.entries(BROKEN)) {
  Deno.test(`judge() does not hold when ${what}`, () => {
    assert(!judge(SAID, { ...TALK, ...broken }).verdict.held);
  });
}
