import type { OwnedName } from "../../lib/room/history.ts";
import { assertEquals } from "../support/assert.ts";
import { START, testHistories } from "./support/histories.ts";

function name(who: number, form: string, seen = START + who): OwnedName {
  const owner = new Uint8Array(32);
  new DataView(owner.buffer).setUint16(0, who);
  return { owner, form, shown: form.toUpperCase(), seen };
}

testHistories("names() yields those gone longest first", (history) => {
  const names = Array.from(
    { length: 600 },
    (_, i) => name(i, `n${i}`, START + i % 7),
  );
  for (const each of names) history.saveName(each);
  const found = [...history.names()];
  const seen = found.map((each) => each.seen);
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  const key = ({ form }: OwnedName): number => Number(form.slice(1));
  assertEquals(found.toSorted((a, b) => key(a) - key(b)), names);
});

testHistories("saveName() replaces the name that the owner had", (history) => {
  history.saveName(name(1, "alice"));
  history.saveName(name(1, "ada"));
  assertEquals([...history.names()], [name(1, "ada")]);
});

testHistories(
  "saveName() takes the name from whom it belonged to",
  (history) => {
    history.saveName(name(1, "alice"));
    history.saveName(name(2, "alice"));
    assertEquals([...history.names()], [name(2, "alice")]);
  },
);

testHistories("forgetName() forgets one name", (history) => {
  history.saveName(name(1, "alice"));
  history.saveName(name(2, "bob"));
  history.forgetName(name(1, "").owner);
  history.forgetName(name(3, "").owner);
  assertEquals([...history.names()], [name(2, "bob")]);
});
