import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { Inbox, PING_BYTES } from "../../lib/channel/inbox.ts";
import { KEY_LIMITS } from "../../lib/channel/record_counter.ts";
import { type Frame, RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { encodeAlert } from "../../lib/wire/alert.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { frameOf } from "../../tools/vectors/frames.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { flipped } from "./bits.ts";
import { KEYS } from "./fixed_states.ts";

const NOTHING = new Uint8Array(0);
const KEY_UPDATE = encodeMessage(MESSAGE_TYPES.keyUpdate, NOTHING);
const CLOSE = encodeMessage(MESSAGE_TYPES.close, NOTHING);
const LARGE_BYTES = 10_000;

/** Counts how often records are opened. */
class CountingOpener extends RecordOpener {
  opened = 0;

  override open(frame: Frame): Bytes | Promise<Bytes> {
    this.opened += 1;
    return super.open(frame);
  }
}

/** Seals each batch as a record, following its KeyUpdates. */
async function seal(...batches: readonly Bytes[]): Promise<Frame[]> {
  const sealer = new RecordSealer(KEYS.up);
  const frames: Frame[] = [];
  for (const messages of batches) {
    frames.push(frameOf(await sealer.seal(messages)));
    const end = messages.subarray(-KEY_UPDATE.length);
    if (end.toHex() === KEY_UPDATE.toHex()) await sealer.update();
  }
  return frames;
}

function data(text: string): Bytes {
  return encodeMessage(MESSAGE_TYPES.data, utf8(text));
}

/** A message whose record takes longer to open, which `text` begins. */
function large(text: string): Bytes {
  const payload = new Uint8Array(LARGE_BYTES).fill(0x20);
  payload.set(utf8(text));
  return encodeMessage(MESSAGE_TYPES.data, payload);
}

function ping(value: number): Bytes {
  return encodeMessage(
    MESSAGE_TYPES.ping,
    new Uint8Array(PING_BYTES).fill(value),
  );
}

function textsOf(payloads: readonly Bytes[]): string[] {
  return payloads.map((payload) => new TextDecoder().decode(payload).trim());
}

Deno.test("Inbox.open() returns the messages of one record in order", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const frames = await seal(concat(data("one"), data(""), data("three")));
  const { data: found, ping, control, end } = await inbox.open(frames);
  assertEquals(textsOf(found), ["one", "", "three"]);
  assertEquals([ping, control, end], [undefined, 0, undefined]);
});

Deno.test("Inbox.open() returns large and small records in the order they came", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const frames = await seal(
    large("a"),
    data("b"),
    large("c"),
    data("d"),
    data("e"),
  );
  const { data: found } = await inbox.open(frames);
  assertEquals(textsOf(found), ["a", "b", "c", "d", "e"]);
});

Deno.test("Inbox.open() opens all records at once when they arrived together", async () => {
  const opener = new CountingOpener(KEYS.up);
  const frames = await seal(large("a"), large("b"), data("c"));
  const opening = new Inbox(opener).open(frames);
  assertEquals(opener.opened, 3); // before anything was awaited
  await opening;
  assertEquals(opener.opened, 3);
});

Deno.test("Inbox.open() follows key updates in the middle of records that arrived together", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const frames = await seal(
    data("old"),
    concat(large("last"), KEY_UPDATE),
    data("new"),
    large("large"),
    KEY_UPDATE,
    KEY_UPDATE,
    data("newest"),
  );
  assertEquals(
    textsOf((await inbox.open(frames)).data),
    ["old", "last", "new", "large", "newest"],
  );
});

Deno.test("Inbox.open() follows a key update to the next records when it came last", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const frames = await seal(concat(data("old"), KEY_UPDATE), data("new"));
  assertEquals(textsOf((await inbox.open(frames.slice(0, 1))).data), ["old"]);
  assertEquals(textsOf((await inbox.open(frames.slice(1))).data), ["new"]);
});

Deno.test("Inbox.open() opens no record more than twice when a flood of key updates comes", async () => {
  const opener = new CountingOpener(KEYS.up);
  const frames = await seal(
    ...Array.from({ length: 100 }, () => KEY_UPDATE),
    data("end"),
  );
  const { data: found } = await new Inbox(opener).open(frames);
  assertEquals(textsOf(found), ["end"]);
  assert(opener.opened <= 2 * frames.length, `${opener.opened}`);
});

Deno.test("Inbox.open() accepts as many records as a key may seal when the last one updates it", async () => {
  const limits = { ...KEY_LIMITS, records: 2 };
  const inbox = new Inbox(new RecordOpener(KEYS.up, limits));
  const frames = await seal(
    data("1"),
    concat(data("2"), KEY_UPDATE),
    data("3"),
    data("4"),
  );
  assertEquals(textsOf((await inbox.open(frames)).data), ["1", "2", "3", "4"]);
});

Deno.test("Inbox.open() refuses records when a key sealed too many, and returns none of them", async () => {
  const limits = { ...KEY_LIMITS, records: 2 };
  for (const together of [true, false]) {
    const inbox = new Inbox(new RecordOpener(KEYS.up, limits));
    const frames = await seal(data("1"), data("2"), data("3"));
    if (!together) await inbox.open(frames.splice(0, 2));
    await assertRefusesLater("CHAT_RECORD_LIMIT", () => inbox.open(frames));
  }
});

Deno.test("Inbox.open() returns nothing when one of the records that came together is tampered with", async () => {
  const frames = await seal(data("1"), large("2"), data("3"), large("4"));
  for (const i of frames.keys()) {
    const { header, body } = frames[i] as Frame;
    const tampered = frames.with(i, { header, body: flipped(body, 80) });
    const inbox = new Inbox(new RecordOpener(KEYS.up));
    await assertRefusesLater("CHAT_RECORD_REFUSED", () => inbox.open(tampered));
  }
});

Deno.test("Inbox.open() returns the last ping when a flood of them comes", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const flood = concat(...Array.from({ length: 200 }, (_, i) => ping(i)));
  const frames = await seal(flood, concat(data("between"), ping(201)));
  const { data: found, ping: answer, control } = await inbox.open(frames);
  assertEquals(textsOf(found), ["between"]);
  assertEquals(control, 201);
  assertEquals(answer, new Uint8Array(PING_BYTES).fill(201));
});

Deno.test("Inbox.open() swallows a pong", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const pong = encodeMessage(MESSAGE_TYPES.pong, new Uint8Array(PING_BYTES));
  assertEquals(
    await inbox.open(await seal(pong)),
    { data: [], ping: undefined, control: 1, end: undefined },
  );
});

Deno.test("Inbox.open() looks at nothing behind the goodbye", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const [said, after] = await seal(concat(data("bye"), CLOSE), data("no"));
  const garbage = { header: new Uint8Array(4), body: new Uint8Array(272) };
  const { data: found, end } = await inbox.open(
    [said as Frame, after as Frame, garbage],
  );
  assertEquals(textsOf(found), ["bye"]);
  assertEquals(end, "close");
});

Deno.test("Inbox.open() returns an alert with its reason and what came before it", async () => {
  const inbox = new Inbox(new RecordOpener(KEYS.up));
  const alert = encodeMessage(
    MESSAGE_TYPES.alert,
    encodeAlert("kicked", "spam"),
  );
  const { data: found, end } = await inbox.open(
    await seal(concat(data("before"), alert), data("after")),
  );
  assertEquals(textsOf(found), ["before"]);
  assertEquals(end, { name: "kicked", reason: "spam" });
});
