import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import {
  MAX_SEALED_FILE_BYTES,
  SealedStateFile,
} from "../../lib/store/sealed_state_file.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { Folder } from "./support/histories.ts";

/** A file in a folder of its own, taken by this process. */
class Taken implements Disposable {
  readonly folder = new Folder();
  readonly path = `${this.folder.path}/sealed/room`;
  file = SealedStateFile.take(this.path);

  /** As another process would see it. */
  reopen(): SealedStateFile {
    this.file[Symbol.dispose]();
    return this.file = SealedStateFile.take(this.path);
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}

function texts(file: SealedStateFile): readonly string[] | undefined {
  return file.read()?.records.map((each) => new TextDecoder().decode(each));
}

function evidence(file: SealedStateFile): readonly unknown[] {
  const { notedCounter, sameFile } = file.read() ?? {};
  return [notedCounter, sameFile];
}

Deno.test("SealedStateFile has nothing before something is kept", () => {
  using taken = new Taken();
  assertEquals(taken.file.read(), undefined);
});

Deno.test("SealedStateFile keeps records, and notes the counter of the last", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 7);
  taken.file.append(utf8("one"), 8);
  taken.file.append(utf8("two"), 9);
  for (const file of [taken.file, taken.reopen()]) {
    assertEquals(texts(file), ["whole", "one", "two"]);
    assertEquals(evidence(file), [9, true]);
  }
  taken.file.replace([utf8("again"), utf8("and")], 10);
  taken.file.append(utf8("more"), 11);
  assertEquals(texts(taken.reopen()), ["again", "and", "more"]);
  assertEquals(evidence(taken.file), [11, true]);
});

Deno.test("SealedStateFile.append() notes no counter of a lazy record", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 7);
  taken.file.append(utf8("lazy"), 8, { isLazy: true });
  assertEquals(evidence(taken.file), [7, true]);
  taken.file.append(utf8("one"), 9);
  assertEquals(texts(taken.reopen()), ["whole", "lazy", "one"]);
  assertEquals(evidence(taken.file), [9, true]);
});

Deno.test("SealedStateFile.take() makes a folder and files for this user only", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  const mode = (path: string): number | null => Deno.statSync(path).mode;
  assertEquals(mode(`${taken.folder.path}/sealed`), 0o40700);
  for (const end of ["", ".lock", ".note"]) {
    assertEquals(mode(taken.path + end), 0o100600, end);
  }
});

Deno.test("SealedStateFile.take() refuses what another process has, and frees it", () => {
  using taken = new Taken();
  assertRefuses(
    "CHAT_DEVICE_IN_USE",
    () => SealedStateFile.take(taken.path),
    "another process uses it",
  );
  taken.reopen();
});

Deno.test("SealedStateFile.take() says what is in the way", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  assertRefuses("CHAT_FILE", () => SealedStateFile.take(`${taken.path}/x`));
});

Deno.test("SealedStateFile.append() needs a whole state of this process", () => {
  using taken = new Taken();
  const append = (): void => taken.file.append(utf8("x"), 2);
  assertThrows(append, TypeError, "replace the file first");
  taken.file.replace([utf8("whole")], 1);
  taken.reopen();
  assertThrows(append, TypeError, "replace the file first");
  assertEquals(texts(taken.file), ["whole"]);
});

Deno.test("SealedStateFile.replace() takes the place of what a crash left", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  Deno.writeTextFileSync(`${taken.path}.new`, "torn", { mode: 0o644 });
  taken.reopen().replace([utf8("again")], 2);
  assertEquals(texts(taken.file), ["again"]);
  assertEquals(Deno.statSync(taken.path).mode, 0o100600);
  assertThrows(
    () => Deno.statSync(`${taken.path}.new`),
    Deno.errors.NotFound,
  );
});

Deno.test("SealedStateFile.replace() keeps the old content when it fails", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  Deno.mkdirSync(`${taken.path}.new/x`, { recursive: true });
  assertRefuses("CHAT_FILE", () => taken.file.replace([utf8("again")], 2));
  assertEquals(texts(taken.file), ["whole"]);
  assertEquals(evidence(taken.file), [1, true]);
});

Deno.test("SealedStateFile.read() leaves out what a crash left of the last record", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  taken.file.append(utf8("one"), 2);
  const bytes = Deno.readFileSync(taken.path);
  const whole = 4 + "whole".length;
  for (let length = 0; length < bytes.length; length++) {
    Deno.writeFileSync(taken.path, bytes.subarray(0, length));
    assertEquals(texts(taken.file), length < whole ? [] : ["whole"]);
  }
  const zeros = new Uint8Array(20);
  Deno.writeFileSync(taken.path, concat(bytes, zeros));
  assertEquals(texts(taken.file), ["whole", "one"]);
  Deno.writeFileSync(taken.path, concat(bytes, new Uint8Array(9).fill(255)));
  assertEquals(texts(taken.file), ["whole", "one"]);
});

Deno.test("SealedStateFile.read() shows when an older copy was put back", () => {
  using taken = new Taken();
  taken.file.replace([utf8("older")], 1);
  const older = Deno.readFileSync(taken.path);
  taken.file.replace([utf8("whole")], 2);
  assertEquals(evidence(taken.file), [2, true]);
  // Into the same file: the counter, which the record tells, is below the note.
  Deno.writeFileSync(taken.path, older);
  assertEquals(evidence(taken.file), [2, true]);
  assertEquals(texts(taken.file), ["older"]);
});

Deno.test("SealedStateFile.read() shows when the folder was put back as a whole", async () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 2);
  if (Deno.statSync(taken.path).birthtime === null) return;
  const copies = ["", ".note"].map((end) => {
    const path = taken.path + end;
    return { path, bytes: Deno.readFileSync(path) };
  });
  taken.file.replace([utf8("newer")], 3);
  await untilClockMoves(Deno.statSync(taken.path).birthtime);
  for (const { path, bytes } of copies) {
    Deno.removeSync(path);
    Deno.writeFileSync(path, bytes);
  }
  assertEquals(texts(taken.file), ["whole"]);
  assertEquals(evidence(taken.file), [2, false]);
  taken.reopen().replace([utf8("after")], 4);
  assertEquals(evidence(taken.file), [4, true]);
});

Deno.test("SealedStateFile.read() takes a note that is no note for none", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 3);
  const note = Deno.readFileSync(`${taken.path}.note`);
  const without: readonly (Bytes | undefined)[] = [
    undefined,
    new Uint8Array(0),
    note.slice(1),
    concat(note, new Uint8Array(1)),
  ];
  for (const bytes of without) {
    if (bytes === undefined) Deno.removeSync(`${taken.path}.note`);
    else Deno.writeFileSync(`${taken.path}.note`, bytes);
    assertEquals(evidence(taken.file), [0, true]);
  }
});

Deno.test("SealedStateFile bounds its file", () => {
  using taken = new Taken();
  taken.file.replace([utf8("whole")], 1);
  const half = new Uint8Array(MAX_SEALED_FILE_BYTES / 2);
  taken.file.append(half, 2);
  assertRefuses("CHAT_DEVICE_FULL", () => taken.file.append(half, 3), "large");
  const both = (): void => taken.file.replace([half, half], 3);
  assertRefuses("CHAT_DEVICE_FULL", both, "large");
  assertThrows(() => taken.file.append(utf8("x"), 3), TypeError);
  taken.file.replace([utf8("again")], 3);
  assertEquals(texts(taken.file), ["again"]);
  Deno.truncateSync(taken.path, MAX_SEALED_FILE_BYTES + 1);
  assertRefuses("CHAT_DEVICE_DAMAGED", () => taken.file.read());
});

Deno.test("SealedStateFile.remove() leaves nothing but the lock", () => {
  using taken = new Taken();
  taken.file.remove(); // nothing there
  taken.file.replace([utf8("whole")], 1);
  taken.file.remove();
  assertEquals(taken.file.read(), undefined);
  const names = [...Deno.readDirSync(`${taken.folder.path}/sealed`)];
  assertEquals(names.map(({ name }) => name), ["room.lock"]);
  assert(taken.reopen().read() === undefined);
});

/** Files made from now on are born at another millisecond. */
async function untilClockMoves(since: Date | null): Promise<void> {
  while (Date.now() <= (since?.getTime() ?? 0) + 10) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
