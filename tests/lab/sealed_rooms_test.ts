import {
  healed,
  type Readers,
  removedReadsNothing,
} from "../../lib/lab/sealed_rooms/devices.ts";
import { isShown, nothingWrong } from "../../lib/lab/sealed_rooms/lying.ts";
import {
  nothingStored,
  type Relayed,
  sizesAlone,
} from "../../lib/lab/sealed_rooms/operator.ts";
import {
  type Attempt,
  opensNothing,
  theControl,
  twoAreSafe,
} from "../../lib/lab/sealed_rooms/theft.ts";
import type { Searched } from "../../lib/lab/sealed_rooms/server_disk.ts";
import { assert } from "../support/assert.ts";

/** The header of messages of the same epoch, in hexadecimal. */
const HEADER = "01020000000000000001";

const RELAYED: readonly Relayed[] = [
  { bytes: 294, start: `${HEADER}aa` },
  { bytes: 550, start: `${HEADER}bb` },
];

Deno.test("sizesAlone() holds for steps of 256 bytes and beginnings that differ", () => {
  assert(sizesAlone(RELAYED, 2).held);
});

Deno.test("sizesAlone() fails for other lengths, equal beginnings, and when less was shown than said", () => {
  const [first, second] = RELAYED as [Relayed, Relayed];
  assert(!sizesAlone([first, { ...second, bytes: 300 }], 2).held);
  assert(!sizesAlone([first, { ...second, start: first.start }], 2).held);
  assert(!sizesAlone(RELAYED, 3).held);
  assert(!sizesAlone([], 0).held);
});

const SEARCHED: Searched = { bytes: 1_000, files: 3, found: [] };
const CONTROL = ["the open text (UTF-8)"];

Deno.test("nothingStored() fails for whatever is found, and when nothing would be", () => {
  assert(nothingStored(SEARCHED, CONTROL, "open").held);
  const found = ['"plans" (base64, offset 1)'];
  assert(!nothingStored({ ...SEARCHED, found }, CONTROL, "open").held);
  assert(!nothingStored(SEARCHED, [], "open").held);
  assert(!nothingStored({ ...SEARCHED, bytes: 0 }, CONTROL, "open").held);
});

const SHUT: Attempt = { secrets: 9, envelopes: 4, opened: [], read: 0 };
const OPEN: Attempt = { ...SHUT, opened: [new Uint8Array(1)] };

Deno.test("opensNothing() fails for an envelope that opens, and when nothing was tried", () => {
  assert(opensNothing("shut", SHUT).held);
  assert(!opensNothing("shut", OPEN).held);
  assert(!opensNothing("shut", { ...SHUT, secrets: 0 }).held);
  assert(!opensNothing("shut", { ...SHUT, envelopes: 0 }).held);
  assert(!opensNothing("shut", { ...SHUT, read: 1 }).held);
});

Deno.test("twoAreSafe() fails when a key of the server opens it, and when its recipient's does not", () => {
  const hello = { secrets: 9, opening: 0 };
  const recipient = { secrets: 1, opening: 1 };
  assert(twoAreSafe({ hello, recipient }).held);
  assert(!twoAreSafe({ hello: { ...hello, opening: 1 }, recipient }).held);
  assert(!twoAreSafe({ hello: { ...hello, secrets: 0 }, recipient }).held);
  assert(!twoAreSafe({ hello, recipient: { ...recipient, opening: 0 } }).held);
});

Deno.test("theControl() wants the link to open, a member's keys to read, and neither to do the other", () => {
  const both = { ...OPEN, read: 2 };
  assert(theControl({ link: OPEN, both }).held);
  assert(!theControl({ link: SHUT, both }).held);
  assert(!theControl({ link: both, both }).held);
  assert(!theControl({ link: OPEN, both: OPEN }).held);
});

const READERS: Readers = {
  carol: [2, 0, 0],
  alice: [1, 1, 0],
  bob: [0, 0, 1],
  shown: [],
};

Deno.test("removedReadsNothing() fails for any text after the removal, and for none before", () => {
  assert(removedReadsNothing(READERS).held);
  for (
    const broken of [
      { carol: [2, 1, 0] },
      { carol: [2, 0, 1] },
      { carol: [0, 0, 0] },
      { bob: [0, 0, 0] },
      { shown: ["Alice·abcd: text"] },
    ] as const satisfies readonly Partial<Readers>[]
  ) {
    assert(!removedReadsNothing({ ...READERS, ...broken }).held);
  }
});

Deno.test("healed() fails for any text after fresh keys, and when none was read before", () => {
  assert(healed(READERS).held);
  for (
    const broken of [
      { alice: [1, 1, 1] },
      { alice: [0, 1, 0] },
      { alice: [1, 0, 0] },
      { bob: [0, 0, 0] },
    ] as const satisfies readonly Partial<Readers>[]
  ) {
    assert(!healed({ ...READERS, ...broken }).held);
  }
});

Deno.test("isShown() fails when nothing was shown", () => {
  const lie = { name: "drops", did: "Drops it.", claim: "It is told" };
  assert(isShown({ ...lie, words: "! was not delivered" }).held);
  assert(!isShown({ ...lie, words: undefined }).held);
});

Deno.test("nothingWrong() fails for a line that was not said, comes twice or as another's, and for empty screens", () => {
  const said = ["Alice: one", "Bob: two"];
  const [one = "", two = ""] = said;
  assert(nothingWrong([[one, two], [one]], said).held);
  assert(!nothingWrong([[one], ["Alice: money"]], said).held);
  assert(!nothingWrong([["Bob: one"]], said).held);
  assert(!nothingWrong([[one, two, one]], said).held);
  assert(!nothingWrong([[one], []], said).held);
  assert(!nothingWrong([], said).held);
});
