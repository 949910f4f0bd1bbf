import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { pcapng } from "../../lib/lab/pcapng.ts";
import { type Direction, Recording } from "../../lib/lab/recording.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { readPcapng } from "./pcapng_reader.ts";

const captures = fc.array(
  fc.record({
    direction: fc.constantFrom<Direction>("up", "down"),
    length: fc.integer({ min: 1, max: 70_000 }),
  }),
  { maxLength: 6 },
);

Deno.test("pcapng() holds every byte of both directions, in segments that follow one another", () => {
  fc.assert(
    fc.property(captures, fc.boolean(), (captures, ended) => {
      const recording = new Recording();
      captures.forEach(({ direction, length }, at) =>
        recording.add({
          direction,
          at: at * 1.5,
          bytes: new Uint8Array(length).fill(at + 1),
        })
      );
      if (ended) recording.end();
      const file = pcapng([{ port: 7878, recordings: [recording] }], 1e12);
      const segments = readPcapng(file);
      assertEquals(segments.slice(0, 3).map(({ flags }) => flags), [2, 18, 16]);
      for (const direction of ["up", "down"] as const) {
        const port = direction === "up" ? 40_000 : 7878;
        const own = segments.filter(({ from }) => from === port);
        let next = 0;
        for (const { sequence, flags, data } of own) {
          assertEquals(sequence, next);
          next += data.length + (flags & 3 && 1); // SYN and FIN count
        }
        const sent = concat(...own.map(({ data }) => data));
        assertEquals(sent.toHex(), recording.stream(direction).toHex());
        assertEquals(own.at(-1)?.flags === 17, ended);
      }
      const times = segments.map(({ time }) => time);
      assertEquals(times, times.toSorted((a, b) => a - b));
      assert(times.every((time) => time >= 1e15));
    }),
    { numRuns: 30 },
  );
});

Deno.test("pcapng() keeps connections apart", () => {
  const recordings = [new Recording(), new Recording()];
  const file = pcapng([
    { port: 1, recordings },
    { port: 2, recordings: [new Recording()] },
  ], 0);
  const clients = readPcapng(file).filter(({ flags }) => flags === 2)
    .map(({ from, to }) => `${from} ${to}`);
  assertEquals(clients, ["40000 1", "40001 1", "41000 2"]);
});
