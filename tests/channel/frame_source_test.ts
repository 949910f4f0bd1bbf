import { type Bytes, concat } from "../../lib/bytes.ts";
import { FrameSource } from "../../lib/channel/frame_source.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { encodeFrame, isRecordLength } from "../../lib/wire/frame.ts";
import { bytesOf } from "../../tools/vectors/frames.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { outcomes } from "./bits.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

const ANY = (): boolean => true;
const SIZES = [272, 65_552, 272, 288];
const FRAMES = SIZES.map((size, i) =>
  encodeFrame(new Uint8Array(size).fill(i + 1))
);

function sourceOf(...chunks: readonly Bytes[]): FrameSource {
  return new FrameSource(new ScriptedDuplex(chunks));
}

function copies(frames: readonly Frame[] | null): Bytes[] | undefined {
  return frames?.map(bytesOf);
}

Deno.test("FrameSource.frames() returns all whole frames of a stream in order, then null", async () => {
  const source = sourceOf(concat(...FRAMES));
  const found: Bytes[] = [];
  for (;;) {
    const frames = await source.frames(isRecordLength);
    if (frames === null) break;
    assert(frames.length > 0);
    found.push(...frames.map(bytesOf));
  }
  assertEquals(found, FRAMES);
});

Deno.test("FrameSource.frame() returns one frame and leaves the rest for later calls", async () => {
  const small = [FRAMES[0], encodeFrame(new Uint8Array(3))] as Bytes[];
  const source = sourceOf(concat(...small));
  assertEquals(bytesOf(await source.frame(ANY)), small[0]);
  assertEquals(copies(await source.frames(ANY)), small.slice(1));
  assertEquals(await source.frames(ANY), null);
});

Deno.test("FrameSource.frame() and frames() report a cut when the stream ends inside a frame", async () => {
  const frame = FRAMES[0] as Bytes;
  for (const read of ["frame", "frames"] as const) {
    const found = await outcomes([1, frame.length], async (length) => {
      await sourceOf(frame.slice(0, length))[read](ANY);
      return "returned";
    });
    assertEquals(found, { CHAT_CONNECTION_CUT: frame.length - 1 });
  }
});

Deno.test("FrameSource.frame() reports a cut when the stream ends and a frame was due", async () => {
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => sourceOf().frame(ANY));
});

Deno.test("FrameSource.frame() and frames() refuse a length before the frame is there", async () => {
  const header = Uint8Array.of(0, 0, 1, 0x11); // 273
  for (const read of ["frame", "frames"] as const) {
    const duplex = new ScriptedDuplex([header], { silent: true });
    await assertRefusesLater(
      "CHAT_FRAME_SIZE",
      async () => await new FrameSource(duplex)[read](isRecordLength),
    );
  }
});

Deno.test("FrameSource.drain() reads to the end of the stream and no further than its bound", async () => {
  const rest = Array.from({ length: 5 }, () => new Uint8Array(10_000));
  const duplex = new ScriptedDuplex(rest);
  await new FrameSource(duplex).drain();
  assertEquals(await duplex.read(new Uint8Array(1)), null);
});

Deno.test("FrameSource.drain() ends when reading fails", async () => {
  const duplex = new ScriptedDuplex([], { silent: true });
  const draining = new FrameSource(duplex).drain();
  duplex.close();
  await draining;
});
