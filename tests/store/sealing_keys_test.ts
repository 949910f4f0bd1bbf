import type { OwnedName } from "../../lib/room/registry.ts";
import { assertEquals } from "../support/assert.ts";
import { START, testHistories } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

const [ALICE, BOB] = [identity(1), identity(2)];

/** That the name `form` is the one of an identity. */
function name(owner: Uint8Array, form: string): {
  readonly kind: "name";
  readonly name: OwnedName;
} {
  return { kind: "name", name: { owner, form, shown: form, seen: START } };
}

/** That an identity has published a key. */
function published(owner: Uint8Array, ...key: number[]): {
  readonly kind: "sealing key";
  readonly owner: Uint8Array;
  readonly key: Uint8Array;
} {
  return { kind: "sealing key", owner, key: Uint8Array.from(key) };
}

testHistories("sealingKey() is the newest of an identity", (history) => {
  assertEquals(history.sealingKey(ALICE), undefined);
  change(history, published(ALICE, 1), published(BOB, 2));
  change(history, published(ALICE, 3, 4));
  assertEquals(history.sealingKey(ALICE), Uint8Array.of(3, 4));
  assertEquals(history.sealingKey(BOB), Uint8Array.of(2));
  assertEquals(history.sealingKey(identity(3)), undefined);
});

testHistories("sealingKey() is a copy of what was published", (history) => {
  const change = published(ALICE, 1);
  history.append([], [change]);
  change.key.fill(9);
  assertEquals(history.sealingKey(ALICE), Uint8Array.of(1));
});

testHistories("append() forgets the sealing key with the name", (history) => {
  change(history, name(ALICE, "alice"), published(ALICE, 1));
  change(history, published(BOB, 2));
  change(history, { kind: "forget name", owner: ALICE });
  assertEquals(history.sealingKey(ALICE), undefined);
  assertEquals(history.sealingKey(BOB), Uint8Array.of(2));
});

testHistories(
  "append() forgets the sealing key of whoever loses its name to another",
  (history) => {
    change(history, name(ALICE, "alice"), published(ALICE, 1));
    change(history, name(BOB, "bob"), published(BOB, 2));
    change(history, name(ALICE, "alice"));
    assertEquals(history.sealingKey(ALICE), Uint8Array.of(1));
    change(history, name(BOB, "alice"));
    assertEquals(history.sealingKey(ALICE), undefined);
    assertEquals(history.sealingKey(BOB), Uint8Array.of(2));
  },
);
