/**
 * A recorded session of both directions, with every record flipped, cut,
 * extended, swapped, dropped, repeated and reflected: a channel yields what
 * came before, nothing of the record itself, nothing after, and one error.
 */

import { type Bytes, concat } from "../../lib/bytes.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { flipped, outcomes } from "./bits.ts";
import { outcomeOf } from "./outcome.ts";
import { type Direction, RECORDED } from "./recorded_session.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

/** More bytes than any length asks for, so that no receiver only waits. */
const FILLER = new Uint8Array(70_000);

/** Bytes before a large record is sampled: one bit in each byte, rotating. */
const EXHAUSTIVE_BYTES = 1024;

/**
 * How a receiver of `chunks` ends, after it is checked that it yielded exactly
 * what the first `genuine` records say.
 */
async function endOf(
  direction: Direction,
  genuine: number,
  chunks: readonly Bytes[],
): Promise<string> {
  const before = direction.records.slice(0, genuine);
  const duplex = new ScriptedDuplex([
    ...before.map(({ bytes }) => bytes),
    ...chunks,
  ]);
  const { data, end } = await outcomeOf(direction.session(), duplex);
  assertEquals(data, before.flatMap((record) => record.data));
  return end;
}

for (const direction of Object.values(RECORDED)) {
  const { name, records } = direction;
  const other = direction === RECORDED.up ? RECORDED.down : RECORDED.up;
  const all = records.map(({ bytes }) => bytes);

  Deno.test(`Channel.batches() yields the session ${name} when nothing was changed`, async () => {
    assertEquals(await endOf(direction, records.length, []), "close");
  });

  for (const [i, { bytes }] of records.entries()) {
    Deno.test(`Channel.batches() yields nothing of record ${i} ${name} when any bit of it was flipped`, async () => {
      const step = bytes.length <= EXHAUSTIVE_BYTES ? 1 : 9;
      const bits = Math.floor((8 * bytes.length - 1) / step) + 1;
      const found = await outcomes(
        [0, bits],
        (n) => endOf(direction, i, [flipped(bytes, n * step), FILLER]),
      );
      assertEquals(found, { CHAT_RECORD_REFUSED: bits });
    });

    Deno.test(`Channel.batches() reports a cut when record ${i} ${name} ends anywhere`, async () => {
      const found = await outcomes(
        [0, bytes.length],
        (length) => endOf(direction, i, [bytes.slice(0, length)]),
      );
      assertEquals(found, { CHAT_CONNECTION_CUT: bytes.length });
    });

    Deno.test(`Channel.batches() yields nothing of record ${i} ${name} when bytes of it are missing or added`, async () => {
      const rest = all.slice(i + 1);
      const body = bytes.slice(4);
      const changes = [
        ...[1, 4, 16, 100].flatMap((count) => [
          bytes.slice(count),
          concat(bytes.slice(0, -count), ...rest, FILLER),
          concat(bytes.slice(0, 8), bytes.slice(8 + count), ...rest, FILLER),
          encodeFrame(body.slice(0, -count)),
          encodeFrame(body.slice(count)),
        ]),
        ...[1, 16, 32, 64].map((count) =>
          encodeFrame(concat(body, new Uint8Array(count)))
        ),
      ];
      for (const changed of changes) {
        const end = await endOf(direction, i, [changed, FILLER]);
        assertEquals(end, "CHAT_RECORD_REFUSED");
      }
    });

    Deno.test(`Channel.batches() refuses any other record in the place of record ${i} ${name}`, async () => {
      for (
        const [j, wrong] of [...all, ...other.records.map((r) => r.bytes)]
          .entries()
      ) {
        if (j === i) continue; // swapped, dropped, repeated or reflected
        const end = await endOf(direction, i, [wrong, ...all.slice(i + 1)]);
        assertEquals(end, "CHAT_RECORD_REFUSED");
        const early = await endOf(direction, i, [wrong, ...all.slice(i)]);
        assertEquals(early, "CHAT_RECORD_REFUSED");
      }
    });
  }

  Deno.test(`Channel.batches() yields nothing out of place when tampered records ${name} arrive in one read`, async () => {
    const said = records.flatMap((record) => record.data);
    for (const [i, { bytes }] of records.entries()) {
      const tampered = all.with(i, flipped(bytes, 8 * 20));
      const duplex = new ScriptedDuplex([concat(...tampered)]);
      const { data, end } = await outcomeOf(direction.session(), duplex);
      assertEquals(end, "CHAT_RECORD_REFUSED");
      assertEquals(data, said.slice(0, data.length));
      const before = records.slice(0, i).flatMap((record) => record.data);
      assert(data.length <= before.length);
    }
  });

  Deno.test(`Channel.batches() refuses the session ${name} when it starts anew`, async () => {
    // Except after the goodbye, which ends it.
    for (let i = 1; i < records.length; i++) {
      const end = await endOf(direction, i, all);
      assertEquals(end, "CHAT_RECORD_REFUSED");
    }
    assertEquals(await endOf(direction, records.length, all), "close");
  });
}
