import { bequeathSealed } from "../../lib/store/bequeath_sealed.ts";
import { openDeviceState } from "../../lib/store/open_device_state.ts";
import { openSealedDatabase } from "../../lib/store/open_sealed_database.ts";
import { rehideOutboxes } from "../../lib/store/rehide_outboxes.ts";
import type { SealedDatabase } from "../../lib/member/sealed_database.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { Folder } from "./support/histories.ts";

const [owner, heir, stranger] = [1, 2, 3].map((byte) =>
  new Uint8Array(32).fill(byte)
) as [
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
];
const KEY = Uint8Array.of(1, 2);
const GROUP = new Uint8Array(32).fill(7);
const onDamage = (path: string): void => {
  throw new Error(`damaged: ${path}`);
};

function open(directory: string, of: typeof owner): SealedDatabase {
  const use = (database: SealedDatabase): SealedDatabase => database;
  return openSealedDatabase(directory, { owner: of, use, onDamage });
}

/** A folder with a record and a state of `owner`. */
function filled(): Folder {
  const folder = new Folder();
  using database = open(folder.path, owner);
  database.put({ key: KEY, value: owner });
  database.stateOf(GROUP).replace([owner], 1);
  return folder;
}

const nothing = (): void => {};
const carry = (database: SealedDatabase): void =>
  database.put({ key: KEY, value: heir });

function fail(): never {
  throw new RangeError("a crash");
}

Deno.test("bequeathSealed() gives a database to the heir, without the states", () => {
  using folder = filled();
  const steps: string[] = [];
  bequeathSealed(folder.path, {
    ...{ owner, heir },
    prepare: () => void steps.push("prepare"),
    carry: (database) => {
      steps.push("carry");
      carry(database);
    },
  });
  assertEquals(steps, ["prepare", "carry"]);
  {
    using database = open(folder.path, heir);
    assertEquals(database.get(KEY), heir);
    assertEquals(database.stateOf(GROUP).read(), undefined);
  }
  bequeathSealed(folder.path, { owner, heir, prepare: fail, carry: fail });
});

for (const step of ["prepare", "carry"] as const) {
  Deno.test(`bequeathSealed() leaves what is the owner's after a crash in ${step}, and goes on`, () => {
    using folder = filled();
    const crash = {
      ...{ owner, heir, prepare: nothing },
      carry: (database: SealedDatabase): void => {
        carry(database);
        fail();
      },
    };
    assertThrows(
      () =>
        bequeathSealed(
          folder.path,
          step === "carry" ? crash : { ...crash, prepare: fail },
        ),
      RangeError,
    );
    {
      using database = open(folder.path, owner);
      assertEquals(database.get(KEY), owner);
    }
    bequeathSealed(folder.path, { owner, heir, prepare: nothing, carry });
    using database = open(folder.path, heir);
    assertEquals(database.get(KEY), heir);
  });
}

Deno.test("bequeathSealed() touches nothing of somebody else, and nothing where nothing is", () => {
  using folder = filled();
  const options = { owner: stranger, heir, prepare: nothing, carry: fail };
  bequeathSealed(folder.path, options);
  using database = open(folder.path, owner);
  assertEquals(database.get(KEY), owner);
  assertEquals(database.stateOf(GROUP).read()?.records, [owner]);
  const nowhere = `${folder.path}/nowhere`;
  bequeathSealed(nowhere, { owner, heir, prepare: fail, carry: fail });
  assertThrows(() => Deno.statSync(nowhere), Deno.errors.NotFound);
});

Deno.test("bequeathSealed() leaves a damaged file to who opens it, and prepares all the same", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/sealed.db`, "no database at all");
  let isPrepared = false;
  const prepare = (): void => void (isPrepared = true);
  bequeathSealed(folder.path, { owner, heir, prepare, carry: fail });
  assert(isPrepared);
});

Deno.test("bequeathSealed() refuses what another process has, unless it is the heir's", () => {
  using folder = filled();
  const options = { owner, heir, prepare: nothing, carry };
  {
    using _ = open(folder.path, owner);
    assertRefuses(
      "CHAT_DEVICE_IN_USE",
      () => bequeathSealed(folder.path, options),
    );
  }
  bequeathSealed(folder.path, options);
  using _ = open(folder.path, heir);
  bequeathSealed(folder.path, options);
});

const message = { kind: "say", room: 1, at: 5, failed: null } as const;

/** Fills two devices with open and hidden messages; tells which devices. */
function fillOutboxes(directory: string): readonly string[] {
  using first = openDeviceState(directory, { onDamage });
  using second = openDeviceState(directory, { onDamage });
  for (const state of [first, second]) {
    state.keep({ ...message, number: 1, text: "open", hidden: false });
    state.keep({ ...message, number: 2, text: "old:said", hidden: true });
    state.keep({ ...message, number: 3, text: "whose?", hidden: true });
  }
  return [first, second].map(({ device }) => device.toHex());
}

const rehide = (text: string): string | undefined =>
  text.startsWith("old:") ? text.replace("old:", "new:") : undefined;

function textsOf(directory: string): readonly string[] {
  using state = openDeviceState(directory, { onDamage });
  return state.outbox().map(({ text }) => text);
}

Deno.test("rehideOutboxes() hides anew what is hidden, of all devices, and again nothing", () => {
  using folder = new Folder();
  const devices = fillOutboxes(folder.path);
  for (let round = 0; round < 2; round++) {
    const found = rehideOutboxes(folder.path, rehide);
    assertEquals(found.map((device) => device.toHex()), devices);
    using first = openDeviceState(folder.path, { onDamage });
    using second = openDeviceState(folder.path, { onDamage });
    for (const state of [first, second]) {
      const texts = state.outbox().map(({ text }) => text);
      assertEquals(texts, ["open", "new:said", "whose?"]);
    }
  }
});

Deno.test("rehideOutboxes() leaves each device as it was or done after a crash, and goes on", () => {
  using folder = new Folder();
  fillOutboxes(folder.path);
  let count = 0;
  const crash = (text: string): string | undefined => {
    if (++count === 3) fail(); // at the second device
    return rehide(text);
  };
  assertThrows(() => rehideOutboxes(folder.path, crash), RangeError);
  assertEquals(textsOf(folder.path)[1], "new:said");
  rehideOutboxes(folder.path, rehide);
  using _first = openDeviceState(folder.path, { onDamage });
  assertEquals(textsOf(folder.path)[1], "new:said");
});

Deno.test("rehideOutboxes() refuses a device that another process has, and leaves a damaged one", () => {
  using folder = new Folder();
  fillOutboxes(folder.path);
  {
    using _ = openDeviceState(folder.path, { onDamage });
    assertRefuses(
      "CHAT_DEVICE_IN_USE",
      () => rehideOutboxes(folder.path, rehide),
    );
  }
  Deno.writeTextFileSync(`${folder.path}/slot-0.db`, "no database at all");
  assertEquals(rehideOutboxes(folder.path, rehide).length, 1);
});
