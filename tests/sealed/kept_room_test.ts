import fc from "fast-check";
import { type Bytes, equalBytes, utf8 } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { KeptRoom, type RecordFile } from "../../lib/sealed/kept_room.ts";
import {
  generateRoomSecret,
  roomKeysOf,
} from "../../lib/sealed/room_secret.ts";
import { SealedRoom, type StateWrite } from "../../lib/sealed/sealed_room.ts";
import { StateBox } from "../../lib/sealed/state_box.ts";
import { SealedStateFile } from "../../lib/store/sealed_state_file.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { temporaryFolder } from "../support/tools.ts";

const ROOM = new Uint8Array(32).fill(3);
const IDENTITY = await generateIdentity();
const BOX = await StateBox.of(IDENTITY, ROOM);

/** A disk that can be told to fail, before or after it has written. */
class MemoryFile implements RecordFile {
  records: readonly Bytes[] = [];
  notedCounter = 0;
  sameFile = true;
  replaced = 0;
  fails: "before" | "after" | undefined;
  #open = false;

  read(): ReturnType<RecordFile["read"]> {
    return this.records.length === 0 ? undefined : this;
  }

  replace(records: readonly Bytes[], counter: number): void {
    this.#write(records, counter);
    this.replaced += 1;
    this.#open = true;
  }

  append(record: Bytes, counter: number): void {
    if (!this.#open) throw new TypeError("replace first");
    this.#open = false;
    this.#write([...this.records, record], counter);
    this.#open = true;
  }

  #write(records: readonly Bytes[], counter: number): void {
    if (this.fails === "before") throw new RangeError("full");
    this.records = records;
    if (this.fails === "after") throw new RangeError("not noted");
    assert(counter > this.notedCounter, "counters rise");
    this.notedCounter = counter;
  }
}

const whole = (text: string): StateWrite => ({
  kind: "whole",
  bytes: utf8(text),
  events: [],
  isLazy: false,
});
const change = (text: string): StateWrite => ({
  ...whole(text),
  kind: "change",
});

/** What another process finds. */
async function found(file: RecordFile): Promise<readonly string[] | undefined> {
  const { found } = await KeptRoom.open(BOX, file);
  return found && [found.whole, ...found.changes].map(textOf);
}

function textOf(bytes: Bytes): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("KeptRoom.open() finds nothing where nothing was kept", async () => {
  assertEquals(await found(new MemoryFile()), undefined);
});

Deno.test("KeptRoom keeps a state and changes, appending what it can", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep(whole("a"));
  await keeper.keep(change("b"));
  await keeper.keep(change("c"));
  assertEquals(await found(file), ["a", "b", "c"]);
  assertEquals([file.replaced, file.notedCounter], [1, 3]);
  await keeper.keep(whole("d"));
  assertEquals(await found(file), ["d"]);
});

Deno.test("KeptRoom goes on from what another process kept", async () => {
  const file = new MemoryFile();
  const first = await KeptRoom.open(BOX, file);
  for (const write of [whole("a"), change("b")]) await first.keeper.keep(write);
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep(change("c"));
  await keeper.keep(change("d"));
  assertEquals(await found(file), ["a", "b", "c", "d"]);
  assertEquals(file.replaced, 2); // once for each process
});

Deno.test("KeptRoom keeps writes that overlap in order", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
  await Promise.all([
    keeper.keep(whole("first")),
    ...texts.map((text) => keeper.keep(change(text.repeat(3_000)))),
  ]);
  const expected = texts.map((text) => text.repeat(3_000));
  assertEquals(await found(file), ["first", ...expected]);
});

Deno.test("KeptRoom keeps what is to be sent with the state", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep({ ...whole("a"), outgoing: utf8("one") });
  await keeper.keep(change("b"));
  await keeper.keep({ ...change("c"), outgoing: utf8("two") });
  const again = await KeptRoom.open(BOX, file);
  assertEquals(again.found?.outgoing.map(textOf), ["one", "two"]);
  await again.keeper.keep(change("d"));
  const third = await KeptRoom.open(BOX, file);
  assertEquals(third.found?.outgoing, [utf8("one"), utf8("two")]);
  assertEquals(await found(file), ["a", "b", "c", "d"]);
});

for (const fails of ["before", "after"] as const) {
  Deno.test(`KeptRoom leaves out a change that failed ${fails} it was written`, async () => {
    const file = new MemoryFile();
    const { keeper } = await KeptRoom.open(BOX, file);
    await keeper.keep(whole("a"));
    await keeper.keep(change("b"));
    file.fails = fails;
    await assertRejects(() => keeper.keep(change("lost")), RangeError);
    file.fails = undefined;
    await keeper.keep(change("c"));
    await keeper.keep(change("d"));
    assertEquals(await found(file), ["a", "b", "c", "d"]);
  });
}

Deno.test("KeptRoom keeps the old state when a new one fails", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep(whole("a"));
  await keeper.keep(change("b"));
  file.fails = "before";
  await assertRejects(() => keeper.keep(whole("lost")), RangeError);
  file.fails = undefined;
  await keeper.keep(change("c"));
  assertEquals(await found(file), ["a", "b", "c"]);
});

Deno.test("KeptRoom refuses a change to a state that is not there any more", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep(whole("a"));
  await keeper.keep(change("b"));
  file.fails = "after";
  await assertRejects(() => keeper.keep(whole("other")), RangeError);
  file.fails = undefined;
  const late = (): Promise<void> => keeper.keep(change("c"));
  await assertRefusesLater("CHAT_SEAL_DAMAGED", late);
  await keeper.keep(whole("d"));
  assertEquals(await found(file), ["d"]);
  file.fails = "after";
  await assertRejects(() => keeper.keep(whole("e")), RangeError); // no changes
  file.fails = undefined;
  await assertRefusesLater("CHAT_SEAL_DAMAGED", late);
  await keeper.keep(whole("f"));
  assertEquals(await found(file), ["f"]);
  const fresh = await KeptRoom.open(BOX, new MemoryFile());
  await assertRefusesLater(
    "CHAT_SEAL_DAMAGED",
    () => fresh.keeper.keep(change("x")),
  );
});

Deno.test("KeptRoom refuses a change to changes that are not there any more", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  for (const write of [whole("a"), change("b"), change("c")]) {
    await keeper.keep(write);
  }
  file.fails = "before";
  await assertRejects(() => keeper.keep(change("lost")), RangeError);
  file.fails = undefined;
  file.records = file.records.slice(0, 2);
  await assertRefusesLater(
    "CHAT_SEAL_DAMAGED",
    () => keeper.keep(change("d")),
  );
});

Deno.test("KeptRoom.open() tells that an older copy was put back, and counts on from the newer", async () => {
  const file = new MemoryFile();
  const { keeper } = await KeptRoom.open(BOX, file);
  await keeper.keep(whole("a"));
  const older = file.records;
  for (let count = 0; count < 5; count++) await keeper.keep(change("b"));
  file.records = older;
  const again = await KeptRoom.open(BOX, file);
  assertEquals(again.found?.putBack, true);
  await again.keeper.keep(whole("anew"));
  assertEquals(file.notedCounter, 7);
  const third = await KeptRoom.open(BOX, file);
  assertEquals(third.found?.putBack, false);
  file.sameFile = false;
  assertEquals((await KeptRoom.open(BOX, file)).found?.putBack, true);
});

Deno.test("KeptRoom.open() refuses records that hold something else", async () => {
  for (const content of [new Uint8Array(3), Uint8Array.of(0, 0, 0, 5, 1, 2)]) {
    const file = new MemoryFile();
    file.records = [await BOX.seal(content, { counter: 1 })];
    await assertRefusesLater("CHAT_SEAL_DAMAGED", () => found(file));
  }
});

Deno.test("KeptRoom has what was kept last, whatever failed and whoever died", async () => {
  const steps = fc.array(
    fc.record({
      write: fc.constantFrom("whole", "change"),
      fails: fc.constantFrom(undefined, undefined, "before"),
      restart: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const file = new MemoryFile();
      let { keeper } = await KeptRoom.open(BOX, file);
      let expected = ["0"];
      await keeper.keep(whole("0"));
      for (const [index, { write, fails, restart }] of steps.entries()) {
        if (restart) keeper = (await KeptRoom.open(BOX, file)).keeper;
        file.fails = fails;
        const text = `${index + 1}`;
        const next = write === "whole" ? whole(text) : change(text);
        const kept = await keeper.keep(next).then(() => true, () => false);
        assertEquals(kept, fails === undefined);
        if (kept) expected = write === "whole" ? [text] : [...expected, text];
        file.fails = undefined;
        assertEquals(await found(file), expected);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("KeptRoom restores a sealed room from its file, in which nothing can be read", async () => {
  await using folder = await temporaryFolder();
  const secret = generateRoomSecret();
  const { roomId } = await roomKeysOf(secret);
  const box = await StateBox.of(IDENTITY, roomId);
  const path = `${folder.path}/room`;
  const name = "a-name-to-look-for";
  let members;
  {
    using file = SealedStateFile.take(path);
    const { keeper } = await KeptRoom.open(box, file);
    const options = { identity: IDENTITY, keeper, secret, name };
    const room = await SealedRoom.create(options);
    for (let count = 0; count < 3; count++) await room.seal(utf8("hello"));
    members = await room.members();
  }
  const bytes = Deno.readFileSync(path);
  for (
    const needle of [secret, utf8(name), utf8("hello"), IDENTITY.publicKey]
  ) {
    assert(!holds(bytes, needle));
  }
  using file = SealedStateFile.take(path);
  const { keeper, found } = await KeptRoom.open(box, file);
  assert(found !== undefined && !found.putBack);
  assertEquals(found.changes.length, 3);
  assertEquals(found.outgoing.length, 3);
  const room = await SealedRoom.restore(found, { identity: IDENTITY, keeper });
  assertEquals(await room.members(), members);
  room.settle(0);
  await room.seal(utf8("again"));
  const last = await KeptRoom.open(box, file);
  assertEquals(last.found?.changes.length, 4);
});

function holds(bytes: Bytes, needle: Bytes): boolean {
  return bytes.some((_, at) =>
    equalBytes(bytes.subarray(at, at + needle.length), needle)
  );
}
