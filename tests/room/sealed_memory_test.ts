import { assert, assertEquals } from "../support/assert.ts";
import { founding, group, SealedWorld } from "./sealed_world.ts";

/** Bytes that are found again wherever they are. */
function marked(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).fill(0xa7);
}

/** What leads to arrays of such bytes from somewhere. */
function pathsTo(value: unknown, path: string, seen: Set<unknown>): string[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof Uint8Array) return value.includes(0xa7) ? [path] : [];
  const inside = value instanceof Map
    ? [...value]
    : value instanceof Set
    ? [...value].entries()
    : Object.entries(value);
  return [...inside].flatMap(([name, each]) =>
    pathsTo(each, `${path}.${String(name)}`, seen)
  );
}

Deno.test("step() keeps nothing in memory of what is stored for newcomers or said", () => {
  const effects: unknown[] = [];
  const world = new SealedWorld({
    onStep: (_, caused) => void effects.push(...caused),
  });
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const direct = world.direct(alice, "bob");
  const [title, info, hello] = [marked(60), marked(6_000), marked(600)];
  const sealed = world.ask(alice, {
    ...founding(0, 1),
    ...{ room: null, title, info, hello: new Uint8Array(0) },
  });
  assert(sealed.kind === "done" && sealed.room !== null);
  const { room } = sealed;
  const commit = marked(700);
  const asked = [
    { ...founding(direct, 2), title, info, hello },
    { kind: "propose", room, group: group(1), turn: 0, commit, info },
    { kind: "refresh", room, group: group(1), turn: 1, info },
    world.sealed(room, 1, marked(800)),
    { kind: "publish", key: marked(900) },
  ] as const;
  for (const isFull of [true, false]) {
    world.isFull = isFull;
    for (const each of asked) {
      const code = world.outcome(alice, each);
      assertEquals(code.startsWith("CHAT"), isFull, `${each.kind} ${code}`);
    }
    world.outcome(bob, { kind: "who", room: 0 });
    const { settings: _, ...memory } = world.house;
    assertEquals(pathsTo(memory, "house", new Set()), []);
  }
  // Nor does it leave behind what would wait for a disk.
  const saved = (effects as { kind: string }[])
    .filter(({ kind }) => kind === "save");
  assertEquals(pathsTo(saved, "saved", new Set()), []);
  assert(pathsTo(effects, "effects", new Set()).length > 0); // or it finds none
});
