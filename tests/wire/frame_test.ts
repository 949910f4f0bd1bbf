import fc from "fast-check";
import { type Bytes, concat } from "../../lib/bytes.ts";
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  FrameBuffer,
  frameHeader,
  isRecordLength,
} from "../../lib/wire/frame.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const IDLE_BYTES = 512;
const BUSY_BYTES = 131_072;
const ANY = (): boolean => true;

/** Bodies of the frames taken from `buffer` until none is left. */
function take(buffer: FrameBuffer): Bytes[] {
  const bodies: Bytes[] = [];
  for (let frame = buffer.next(ANY); frame !== undefined;) {
    assertEquals(frame.header, frameHeader(frame.body.length));
    bodies.push(frame.body.slice());
    frame = buffer.next(ANY);
  }
  return bodies;
}

/** Offers `bytes`, at most `most` at a time, taking frames after every read. */
function feed(buffer: FrameBuffer, bytes: Bytes, most = Infinity): Bytes[] {
  const bodies: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = buffer.space();
    assert(space.length > 0 && space.length <= BUSY_BYTES);
    const count = Math.min(space.length, bytes.length - at, most);
    space.set(bytes.subarray(at, at + count));
    buffer.commit(count);
    at += count;
    bodies.push(...take(buffer));
  }
  return bodies;
}

function body(length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => i * 31 + length);
}

Deno.test("encodeFrame() puts a big-endian length of four bytes in front", () => {
  assertEquals(
    encodeFrame(Uint8Array.of(0xaa, 0xbb)).toHex(),
    "00000002" + "aabb",
  );
  assertEquals(frameHeader(0x01020304).toHex(), "01020304");
});

Deno.test("FrameBuffer.next() returns the same frames in whatever way the stream is cut", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }),
    (lengths, cuts) => {
      const bodies = lengths.map(body);
      const stream = concat(...bodies.map(encodeFrame));
      const buffer = new FrameBuffer();
      const found: Bytes[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const end = at + (cuts[i % cuts.length] as number);
        found.push(...feed(buffer, stream.slice(at, end)));
        at = end;
      }
      assertEquals(found, bodies);
      assert(!buffer.partial);
    },
  ));
});

Deno.test("FrameBuffer.next() returns two frames when they are cut at any byte", () => {
  const bodies = [body(272), body(5)];
  const stream = concat(...bodies.map(encodeFrame));
  for (let cut = 0; cut <= stream.length; cut++) {
    const buffer = new FrameBuffer();
    const found = feed(buffer, stream.slice(0, cut));
    assertEquals(buffer.partial, cut !== 0 && cut !== 276 && cut !== 285);
    assertEquals([...found, ...feed(buffer, stream.slice(cut))], bodies);
  }
});

Deno.test("FrameBuffer.next() returns frames when single bytes arrive", () => {
  const bodies = [body(0), body(1), body(600)];
  const stream = concat(...bodies.map(encodeFrame));
  assertEquals(feed(new FrameBuffer(), stream, 1), bodies);
});

Deno.test("FrameBuffer.next() returns the largest record in a stream of them", () => {
  const bodies = [body(65_552), body(272), body(65_552), body(65_552)];
  const stream = concat(...bodies.map(encodeFrame));
  assertEquals(feed(new FrameBuffer(), stream), bodies);
});

Deno.test("FrameBuffer.next() refuses a length before any of the frame is there", () => {
  for (const length of [0, 1, 271, 273, 65_553, 2 ** 31, 2 ** 32 - 1]) {
    const buffer = new FrameBuffer();
    const space = buffer.space();
    new DataView(space.buffer).setUint32(0, length);
    for (let held = 0; held < FRAME_HEADER_BYTES; held++) {
      assertEquals(buffer.next(isRecordLength), undefined);
      buffer.commit(1);
    }
    assertRefuses(
      "CHAT_FRAME_SIZE",
      () => buffer.next(isRecordLength),
      String(length),
    );
    assertEquals(buffer.space().buffer.byteLength, IDLE_BYTES);
  }
});

Deno.test("FrameBuffer.next() asks again for every frame whether its length is accepted", () => {
  const buffer = new FrameBuffer();
  const stream = concat(encodeFrame(body(3)), encodeFrame(body(4)));
  buffer.space().set(stream);
  buffer.commit(stream.length);
  const asked: number[] = [];
  const accept = (length: number): boolean => asked.push(length) > 0;
  assertEquals(buffer.next(accept)?.body, body(3));
  assertRefuses("CHAT_FRAME_SIZE", () => buffer.next((length) => length !== 4));
  assertEquals(buffer.next(accept)?.body, body(4));
  assertEquals(asked, [3, 4]);
});

Deno.test("FrameBuffer.space() holds 512 bytes when the connection is idle", () => {
  const buffer = new FrameBuffer();
  for (let i = 0; i < 20; i++) {
    assertEquals(buffer.space().buffer.byteLength, IDLE_BYTES);
    assertEquals(feed(buffer, encodeFrame(body(272))), [body(272)]);
  }
});

Deno.test("FrameBuffer.space() grows to 128 KiB and no further when frames are not taken", () => {
  const buffer = new FrameBuffer();
  const sizes: number[] = [];
  for (let space = buffer.space(); space.length > 0; space = buffer.space()) {
    sizes.push(space.buffer.byteLength);
    buffer.commit(space.length);
  }
  assertEquals(sizes, [512, 2048, 8192, 32_768, BUSY_BYTES]);
});

Deno.test("FrameBuffer.space() gives memory back when the connection calms down", () => {
  const buffer = new FrameBuffer();
  feed(buffer, encodeFrame(body(65_552)));
  assertEquals(buffer.space().buffer.byteLength, BUSY_BYTES);
  const sizes = Array.from({ length: 5 }, () => {
    assertEquals(feed(buffer, encodeFrame(body(272))), [body(272)]);
    return buffer.space().buffer.byteLength;
  });
  // After the fourth small read in a row, not before.
  assertEquals(sizes, [
    ...[BUSY_BYTES, BUSY_BYTES, BUSY_BYTES],
    ...[IDLE_BYTES, IDLE_BYTES],
  ]);
});

Deno.test("FrameBuffer.space() keeps its memory when large reads come between small ones", () => {
  const buffer = new FrameBuffer();
  feed(buffer, encodeFrame(body(65_552)));
  for (let i = 0; i < 10; i++) {
    for (const length of [272, 272, 272, IDLE_BYTES - FRAME_HEADER_BYTES]) {
      feed(buffer, encodeFrame(body(length)));
      assertEquals(buffer.space().buffer.byteLength, BUSY_BYTES);
    }
  }
});

Deno.test("FrameBuffer.space() keeps an unfinished frame when it gives memory back", () => {
  const buffer = new FrameBuffer();
  const large = encodeFrame(body(65_552));
  feed(buffer, large);
  // Many small reads, and never a moment without part of a frame.
  assertEquals(feed(buffer, large, 100), [body(65_552)]);
});
