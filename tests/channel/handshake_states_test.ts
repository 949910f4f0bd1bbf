import {
  ExpectServerHello,
  startClientHandshake,
} from "../../lib/channel/client_handshake.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import {
  type Admission,
  ExpectClientHello,
} from "../../lib/channel/server_handshake.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { frameOf } from "../../tools/vectors/frames.ts";
import {
  fixedClientEphemeral,
  fixedServerEphemeral,
} from "../../tools/vectors/inputs.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import {
  expectClientAuth,
  expectReady,
  expectServerAuth,
  FIXED,
  KEYS,
} from "./fixed_states.ts";
import { flipped } from "./bits.ts";

const VERIFYING = {
  pins: [FIXED.server.fingerprint],
  identity: FIXED.client,
};
const LIMITS = { serverTime: 1, maxMessage: 2, idleTimeout: 3 };

/** A state that waits for one frame, and how it receives it. */
interface Step {
  readonly name: string;
  readonly frame: Frame;
  /** A fresh state each time. */
  readonly state: () => Promise<(frame: Frame) => Promise<unknown>>;
  /** How other frames of the session are refused. */
  readonly others: readonly ErrorCode[];
}

const STEPS: readonly Step[] = [
  {
    name: "ExpectClientHello",
    frame: frameOf(FIXED.frames.clientHello),
    state: async () => {
      const ephemeral = await fixedServerEphemeral();
      const state = new ExpectClientHello(FIXED.server, ephemeral);
      return (frame) => state.receive(frame);
    },
    others: ["CHAT_NOT_CHAT"],
  },
  {
    name: "ExpectServerHello",
    frame: frameOf(FIXED.frames.serverHello),
    state: async () => {
      const ephemeral = await fixedClientEphemeral();
      const state = new ExpectServerHello(ephemeral, FIXED.clientHello);
      return (frame) => state.receive(frame);
    },
    others: ["CHAT_WIRE_MALFORMED", "CHAT_UNEXPECTED_MESSAGE"],
  },
  {
    name: "ExpectServerAuth",
    frame: frameOf(FIXED.frames.serverAuth),
    state: () => {
      const state = expectServerAuth();
      return Promise.resolve((frame) => state.receive(frame, VERIFYING));
    },
    others: ["CHAT_RECORD_REFUSED"],
  },
  {
    name: "ExpectClientAuth",
    frame: frameOf(FIXED.frames.clientAuth),
    state: () => {
      const state = expectClientAuth();
      return Promise.resolve((frame) => state.receive(frame));
    },
    others: ["CHAT_RECORD_REFUSED"],
  },
  {
    name: "ExpectReady",
    frame: frameOf(FIXED.frames.ready),
    state: () => {
      const state = expectReady();
      return Promise.resolve((frame) => state.receive(frame));
    },
    others: ["CHAT_RECORD_REFUSED"],
  },
];

for (const { name, frame, state, others } of STEPS) {
  Deno.test(`${name}.receive() refuses a second frame when the first was accepted`, async () => {
    const receive = await state();
    await receive(frame);
    await assertRefusesLater("CHAT_STATE_REUSED", () => receive(frame));
  });

  Deno.test(`${name}.receive() refuses the right frame when a wrong one was refused before`, async () => {
    const receive = await state();
    const wrong = { header: frame.header, body: flipped(frame.body, 0) };
    let refused = false;
    await receive(wrong).catch(() => refused = true);
    assert(refused);
    await assertRefusesLater("CHAT_STATE_REUSED", () => receive(frame));
  });

  Deno.test(`${name}.receive() accepts one frame when two come at the same time`, async () => {
    const receive = await state();
    const first = receive(frame);
    await assertRefusesLater("CHAT_STATE_REUSED", () => receive(frame));
    await first;
  });

  Deno.test(`${name}.receive() refuses every other frame of the session`, async () => {
    const session = Object.values(FIXED.frames).map(frameOf);
    for (const role of ["up", "down"] as const) {
      const sealer = new RecordSealer(KEYS[role]);
      sealer.seal(new Uint8Array(1)); // READY and whatever goes first
      session.push(frameOf(await sealer.seal(Uint8Array.of(0x10, 0, 1, 65))));
    }
    for (const other of session) {
      if (other.body.toHex() === frame.body.toHex()) continue;
      const receive = await state();
      const code = await receive(other).then(
        () => "accepted",
        (error) => error.code,
      );
      assert(others.includes(code), `${code} for ${other.body.length} bytes`);
    }
  });
}

Deno.test("ExpectServerAuth.inspect() shares its single use with receive()", async () => {
  const state = expectServerAuth();
  const frame = frameOf(FIXED.frames.serverAuth);
  const peer = await state.inspect(frame);
  assertEquals(peer.fingerprint, FIXED.server.fingerprint);
  await assertRefusesLater(
    "CHAT_STATE_REUSED",
    () => state.receive(frame, VERIFYING),
  );
});

Deno.test("Admission decides once: accept() and refuse() refuse a second decision", async () => {
  const decisions = {
    accept: (admission: Admission) => admission.accept(LIMITS),
    refuse: (admission: Admission) => admission.refuse("banned", ""),
  };
  for (const first of Object.values(decisions)) {
    for (const second of Object.values(decisions)) {
      const admission = await admit();
      await first(admission);
      await assertRefusesLater(
        "CHAT_STATE_REUSED",
        async () => await second(admission),
      );
    }
  }
});

Deno.test("Admission.refuse() reaches the client as its code and reason", async () => {
  const { frame } = await (await admit()).refuse("banned", "until Sunday");
  await assertRefusesLater(
    "CHAT_BANNED",
    () => expectReady().receive(frameOf(frame)),
    "until Sunday",
  );
});

Deno.test("Admission.accept() puts the proven identity and the given limits into READY", async () => {
  const { frame, session } = await (await admit()).accept(LIMITS);
  const client = await expectReady().receive(frameOf(frame));
  assertEquals(client.ready, {
    client: FIXED.client.publicKey,
    server: FIXED.server.publicKey,
    ...LIMITS,
  });
  assertEquals(session.ready, client.ready);
});

Deno.test("startClientHandshake() and ExpectClientHello never send the same values twice", async () => {
  const hellos = [await startClientHandshake(), await startClientHandshake()];
  const bodies = hellos.map(({ frame }) => frameOf(frame).body);
  // random, X25519 share and ML-KEM key, each of its own.
  for (const [from, to] of [[8, 40], [40, 72], [72, 1256]]) {
    const [a, b] = bodies.map((body) => body.slice(from, to));
    assertNotEquals(a, b);
  }
  const hello = frameOf(FIXED.frames.clientHello);
  const replies = [
    await new ExpectClientHello(FIXED.server).receive(hello),
    await new ExpectClientHello(FIXED.server).receive(hello),
  ];
  for (const [from, to] of [[7, 39], [39, 71], [71, 1159]]) {
    const [a, b] = replies.map(({ frames }) => frames.slice(from, to));
    assertNotEquals(a, b);
  }
});

async function admit(): Promise<Admission> {
  return await expectClientAuth().receive(frameOf(FIXED.frames.clientAuth));
}
