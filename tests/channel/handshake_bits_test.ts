/**
 * Every single bit of every frame of the handshake, flipped on its way. The
 * ephemeral values are fixed, so that only the step that receives the frame
 * runs again, about 25,000 times.
 *
 * The encapsulation is fixed too, which makes the forger stronger than life:
 * a changed ClientHello leaves both shared secrets as they were, and nothing
 * but the transcript stands in the way.
 */

import { ExpectServerHello } from "../../lib/channel/client_handshake.ts";
import { ExpectClientHello } from "../../lib/channel/server_handshake.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import type { Bytes } from "../../lib/bytes.ts";
import { frameHeader } from "../../lib/wire/frame.ts";
import { bytesOf, frameOf, framesOf } from "../../tools/vectors/frames.ts";
import {
  fixedClientEphemeral,
  fixedServerEphemeral,
} from "../../tools/vectors/inputs.ts";
import { assertEquals } from "../support/assert.ts";
import { arrive, flipped, outcomes } from "./bits.ts";
import {
  expectClientAuth,
  expectReady,
  expectServerAuth,
  FIXED,
} from "./fixed_states.ts";

const { frames } = FIXED;
const HEADER_BITS = 8 * 4;
const CLIENT_EPHEMERAL = await fixedClientEphemeral();
const SERVER_EPHEMERAL = await fixedServerEphemeral();
const VERIFYING = {
  pins: [FIXED.server.fingerprint],
  identity: FIXED.client,
};

/** The server receives `frame` in place of ClientHello; the client its answer. */
async function tryClientHello(frame: Frame): Promise<string> {
  const server = new ExpectClientHello(FIXED.server, SERVER_EPHEMERAL);
  const [hello, auth] = framesOf((await server.receive(frame)).frames);
  // The client gets the same ServerHello whatever was done to its own.
  assertEquals(bytesOf(hello as Frame), frames.serverHello);
  await expectServerAuth().receive(auth as Frame, VERIFYING);
  return "accepted";
}

/** The client receives `frame` in place of ServerHello, then ServerAuth. */
async function tryServerHello(frame: Frame): Promise<string> {
  const client = new ExpectServerHello(CLIENT_EPHEMERAL, FIXED.clientHello);
  const next = await client.receive(frame);
  await next.receive(frameOf(frames.serverAuth), VERIFYING);
  return "accepted";
}

/** The sealed frames and the states that wait for them. */
const SEALED: readonly {
  readonly name: string;
  readonly frame: Bytes;
  readonly receive: (frame: Frame) => Promise<unknown>;
}[] = [
  {
    name: "ServerAuth",
    frame: frames.serverAuth,
    receive: (frame) => expectServerAuth().receive(frame, VERIFYING),
  },
  {
    name: "ClientAuth",
    frame: frames.clientAuth,
    receive: (frame) => expectClientAuth().receive(frame),
  },
  {
    name: "READY",
    frame: frames.ready,
    receive: (frame) => expectReady().receive(frame),
  },
];

Deno.test("ExpectClientHello.receive() and then the client refuse ClientHello when any bit of it was flipped", async () => {
  const body = FIXED.clientHello;
  const bits = await outcomes(
    [0, 8 * body.length],
    (bit) => tryClientHello(frameWith(flipped(body, bit))),
  );
  assertEquals(bits, {
    CHAT_NOT_CHAT: 8 * (1 + 4), // type and magic
    CHAT_WIRE_MALFORMED: 8 * 2, // length
    CHAT_VERSION_UNSUPPORTED: 8,
    CHAT_RECORD_REFUSED: 8 * (32 + 32 + 1184), // ServerAuth does not open
  });
});

Deno.test("ExpectServerHello.receive() and the next state refuse ServerHello when any bit of it was flipped", async () => {
  const body = FIXED.serverHello;
  const header = await outcomes(
    [0, 8 * 3],
    (bit) => tryServerHello(frameWith(flipped(body, bit))),
  );
  const { CHAT_WIRE_MALFORMED = 0, CHAT_UNEXPECTED_MESSAGE = 0 } = header;
  assertEquals(CHAT_WIRE_MALFORMED + CHAT_UNEXPECTED_MESSAGE, 8 * 3);
  const fields = await outcomes(
    [8 * 3, 8 * body.length],
    (bit) => tryServerHello(frameWith(flipped(body, bit))),
  );
  assertEquals(fields, { CHAT_RECORD_REFUSED: 8 * (32 + 32 + 1088) });
});

for (const { name, frame, receive } of SEALED) {
  const { body } = frameOf(frame);
  const attempt = async (changed: Bytes): Promise<string> => {
    await receive(frameWith(changed));
    return "accepted";
  };

  Deno.test(`${name} is accepted when nothing was changed`, async () => {
    assertEquals(await attempt(body), "accepted");
  });

  Deno.test(`${name} is refused when any bit of it was flipped`, async () => {
    const bits = await outcomes(
      [0, 8 * body.length],
      (bit) => attempt(flipped(body, bit)),
    );
    assertEquals(bits, { CHAT_RECORD_REFUSED: 8 * body.length });
  });

  Deno.test(`${name} is refused when it was cut anywhere or made longer`, async () => {
    const cut = await outcomes(
      [0, body.length],
      (length) => attempt(body.slice(0, length)),
    );
    assertEquals(cut, { CHAT_RECORD_REFUSED: body.length });
    const longer = await outcomes([1, 65], (more) => {
      const extended = new Uint8Array(body.length + more);
      extended.set(body);
      return attempt(extended);
    });
    assertEquals(longer, { CHAT_RECORD_REFUSED: 64 });
  });

  Deno.test(`${name} is refused or waited for when any bit of its length was flipped`, async () => {
    const lengths = await outcomes([0, HEADER_BITS], async (bit) => {
      const header = flipped(frame, bit).slice(0, 4);
      await receive({ header, body }); // as if every length were allowed
      return "accepted";
    });
    assertEquals(lengths, { CHAT_RECORD_REFUSED: HEADER_BITS });
    for (let bit = 0; bit < HEADER_BITS; bit++) {
      const changed = flipped(frame, bit);
      const code = await outcomes([0, 1], () => {
        const arrived = arrive(changed, (length) => length === body.length);
        return Promise.resolve(arrived === "incomplete" ? arrived : "accepted");
      });
      assertEquals(code, { CHAT_FRAME_SIZE: 1 });
    }
  });
}

function frameWith(body: Bytes): Frame {
  return { header: frameHeader(body.length), body };
}
