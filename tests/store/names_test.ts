import type { History } from "../../lib/room/history.ts";
import type { OwnedName } from "../../lib/room/registry.ts";
import { assertEquals } from "../support/assert.ts";
import { START, testHistories } from "./support/histories.ts";

function name(who: number, form: string, seen = START + who): OwnedName {
  const owner = new Uint8Array(32);
  new DataView(owner.buffer).setUint16(0, who);
  return { owner, form, shown: form.toUpperCase(), seen };
}

function save(history: History, name: OwnedName): void {
  history.append([], [{ kind: "name", name }]);
}

testHistories("names() yields those gone longest first", (history) => {
  const names = Array.from(
    { length: 600 },
    (_, i) => name(i, `n${i}`, START + i % 7),
  );
  for (const each of names) save(history, each);
  const found = [...history.names()];
  const seen = found.map((each) => each.seen);
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  const key = ({ form }: OwnedName): number => Number(form.slice(1));
  assertEquals(found.toSorted((a, b) => key(a) - key(b)), names);
});

testHistories(
  "append() of a name replaces the name that the owner had",
  (history) => {
    save(history, name(1, "alice"));
    save(history, name(1, "ada"));
    assertEquals([...history.names()], [name(1, "ada")]);
  },
);

testHistories(
  "append() of a name takes the name from whom it belonged to",
  (history) => {
    save(history, name(1, "alice"));
    save(history, name(2, "alice"));
    assertEquals([...history.names()], [name(2, "alice")]);
  },
);

testHistories("append() forgets a name", (history) => {
  save(history, name(1, "alice"));
  save(history, name(2, "bob"));
  for (const who of [1, 3]) {
    history.append([], [{ kind: "forget name", owner: name(who, "").owner }]);
  }
  assertEquals([...history.names()], [name(2, "bob")]);
});
