import { concat } from "../../lib/bytes.ts";
import { splitFrames } from "../../lib/lab/frames.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { assertEquals } from "../support/assert.ts";

const bodies = [
  Uint8Array.of(1, 2, 3),
  new Uint8Array(0),
  new Uint8Array(300).fill(7),
];
const stream = concat(...bodies.map(encodeFrame));

Deno.test("splitFrames() finds every frame and where it starts", () => {
  const frames = splitFrames(stream);
  assertEquals(frames.map(({ body }) => body), bodies);
  assertEquals(frames.map(({ offset }) => offset), [0, 7, 11]);
  assertEquals(concat(...frames.map(({ bytes }) => bytes)), stream);
});

Deno.test("splitFrames() leaves out a frame that has not ended", () => {
  for (let length = 11; length < stream.length; length++) {
    assertEquals(splitFrames(stream.slice(0, length)).length, 2);
  }
});

Deno.test("splitFrames() reads a view that does not start its buffer", () => {
  const rest = splitFrames(stream.subarray(7));
  assertEquals(rest.map(({ body }) => body), bodies.slice(1));
});
