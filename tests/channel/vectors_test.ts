import { acceptChannel } from "../../lib/channel/accept.ts";
import { openChannel } from "../../lib/channel/open.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import type { Bytes } from "../../lib/bytes.ts";
import { type AlertName, ChatError, type ErrorCode } from "../../lib/errors.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { decodeAlert, encodeClearAlert } from "../../lib/wire/alert.ts";
import { SEALED_AUTH_BYTES } from "../../lib/wire/auth.ts";
import { encodeFrame, FRAME_HEADER_BYTES } from "../../lib/wire/frame.ts";
import { MESSAGE_TYPES, soleMessage } from "../../lib/wire/message.ts";
import { allVectors } from "../../tools/vectors/all.ts";
import { frameOf, framesOf } from "../../tools/vectors/frames.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import application from "../vectors/application.json" with { type: "json" };
import handshake from "../vectors/handshake.json" with { type: "json" };
import keySchedule from "../vectors/key_schedule.json" with { type: "json" };
import padding from "../vectors/padding.json" with { type: "json" };
import records from "../vectors/records.json" with { type: "json" };
import safetyNumbers from "../vectors/safety_numbers.json" with {
  type: "json",
};
import sealingKeys from "../vectors/sealing_keys.json" with { type: "json" };
import succession from "../vectors/succession.json" with { type: "json" };
import {
  expectClientAuth,
  expectReady,
  expectServerAuth,
  FIXED,
  KEYS,
  serverSession,
} from "./fixed_states.ts";
import { outcomeOf } from "./outcome.ts";
import { relayedHandshake } from "./relay.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

/** Frames of ServerAuth, ClientAuth and READY. */
const SEALED_FRAME_BYTES = FRAME_HEADER_BYTES + SEALED_AUTH_BYTES;

Deno.test("the published vectors are what the code computes today", async () => {
  assertEquals(await allVectors(), {
    "application.json": application,
    "padding.json": padding,
    "key_schedule.json": keySchedule,
    "handshake.json": handshake,
    "records.json": records,
    "safety_numbers.json": safetyNumbers,
    "sealing_keys.json": sealingKeys,
    "succession.json": succession,
  });
});

for (const refused of handshake.refused) {
  const frame = Uint8Array.fromHex(refused.frame);
  const code = refused.code as ErrorCode;
  const answer = refused.answer as AlertName | null;
  const name = `is refused as published: ${refused.why}`;

  if (refused.waiting_for === "client_hello") {
    Deno.test(`acceptChannel() ClientHello ${name}`, async () => {
      const duplex = new ScriptedDuplex([frame]);
      await assertRefusesLater(code, () => accept(duplex));
      await duplex.closed;
      assertEquals(
        duplex.written,
        answer === null ? [] : [encodeFrame(encodeClearAlert(answer))],
      );
    });
  } else if (refused.waiting_for === "server_hello") {
    Deno.test(`openChannel() ServerHello ${name}`, async () => {
      const duplex = new ScriptedDuplex([frame]);
      await assertRefusesLater(
        code,
        () =>
          openChannel(duplex, {
            identity: UNTOUCHED,
            pins: [FIXED.server.fingerprint],
          }),
      );
      await duplex.closed;
      assertEquals(duplex.written.length, 1); // ClientHello
    });
  } else if (frame.length !== SEALED_FRAME_BYTES) {
    Deno.test(`waiting for ${refused.waiting_for}, a frame ${name}`, async () => {
      await assertRefusesUnopened(refused.waiting_for, { frame, code, answer });
    });
  } else if (refused.waiting_for === "server_auth") {
    Deno.test(`ExpectServerAuth.receive() ${name}`, async () => {
      const pins = "pins" in refused && refused.pins !== undefined
        ? refused.pins as Fingerprint[]
        : [FIXED.server.fingerprint];
      await assertRefusesLater(
        code,
        async () =>
          await expectServerAuth().receive(frameOf(frame), {
            pins,
            identity: UNTOUCHED,
          }),
      );
    });
  } else if (refused.waiting_for === "client_auth") {
    Deno.test(`ExpectClientAuth.receive() ${name}`, async () => {
      await assertRefusesLater(
        code,
        () => expectClientAuth().receive(frameOf(frame)),
      );
    });
  } else {
    Deno.test(`ExpectReady.receive() ${name}`, async () => {
      await assertRefusesLater(
        code,
        () => expectReady().receive(frameOf(frame)),
      );
    });
  }
}

Deno.test("the published frames of the handshake are accepted in order", async () => {
  const { frames } = handshake;
  const [serverAuth, clientAuth, ready] = [
    frameOf(Uint8Array.fromHex(frames.server_auth)),
    frameOf(Uint8Array.fromHex(frames.client_auth)),
    frameOf(Uint8Array.fromHex(frames.ready)),
  ];
  const proof = await expectServerAuth().receive(serverAuth, {
    pins: [handshake.server.fingerprint as Fingerprint],
    identity: FIXED.client,
  });
  assertEquals(proof.frame.toHex(), frames.client_auth);
  const admission = await expectClientAuth().receive(clientAuth);
  assertEquals(admission.peer.fingerprint, FIXED.client.fingerprint);
  const accepted = await admission.accept({
    serverTime: handshake.ready.server_time,
    maxMessage: handshake.ready.max_message,
    idleTimeout: handshake.ready.idle_timeout,
  });
  assertEquals(accepted.frame.toHex(), frames.ready);
  const session = await proof.next.receive(ready);
  assertEquals(session.exporter.toHex(), handshake.exporter);
  assertEquals(accepted.session.exporter.toHex(), handshake.exporter);
});

Deno.test("the published records are received in order, in one read or in many", async () => {
  const frames = records.records.map(({ frame }) => Uint8Array.fromHex(frame));
  const expected = records.records.flatMap(({ messages }) => messages)
    .filter(({ type }) => type === MESSAGE_TYPES.data)
    .map(({ payload }) => Uint8Array.fromHex(payload));
  const whole = new Uint8Array(frames.flatMap((frame) => [...frame]));
  for (const chunks of [frames, [whole]]) {
    const outcome = await outcomeOf(
      serverSession(),
      new ScriptedDuplex(chunks),
    );
    assertEquals(outcome, { data: expected, end: "close", message: "" });
  }
});

for (const refused of records.refused) {
  Deno.test(`Channel.batches() refuses a stream as published: ${refused.why}`, async () => {
    const frames = refused.frames.map((hex) => Uint8Array.fromHex(hex));
    const duplex = new ScriptedDuplex(frames);
    const { end, data } = await outcomeOf(serverSession(), duplex);
    assertEquals(end, refused.code);
    // Only what came before the last frame was seen.
    const before = await outcomeOf(
      serverSession(),
      new ScriptedDuplex(frames.slice(0, -1)),
    );
    assertEquals(data, before.data);
    await duplex.closed;
    assertEquals(await alertsIn(duplex), [refused.answer ?? []].flat());
  });
}

/** A frame in place of a sealed one, that is refused before it is opened. */
async function assertRefusesUnopened(
  waitingFor: string,
  { frame, code, answer }: {
    frame: Bytes;
    code: ErrorCode;
    answer: AlertName | null;
  },
): Promise<void> {
  const { frames } = handshake;
  if (waitingFor === "client_auth") {
    const hello = Uint8Array.fromHex(frames.client_hello);
    const duplex = new ScriptedDuplex([hello, frame]);
    await assertRefusesLater(code, () => accept(duplex));
    await duplex.closed;
    assert(answer !== null);
    const [, ...more] = duplex.written; // ServerHello and ServerAuth
    assertEquals(more, [encodeFrame(encodeClearAlert(answer))]);
    return;
  }
  if (waitingFor === "server_auth") {
    const hello = Uint8Array.fromHex(frames.server_hello);
    const duplex = new ScriptedDuplex([hello, frame]);
    const pins = [FIXED.server.fingerprint];
    await assertRefusesLater(
      code,
      () => openChannel(duplex, { identity: UNTOUCHED, pins }),
    );
    await duplex.closed;
    assertEquals(duplex.written.length, 1); // ClientHello
    return;
  }
  const relayed = await relayedHandshake((passing) => {
    const isReady = passing.sender === "server" && passing.index === 2;
    passing.forward(isReady ? frame : passing.bytes);
  });
  assert(relayed.client instanceof ChatError);
  assertEquals(relayed.client.code, code);
  assertEquals(relayed.ends.client.written.length, 2); // Hello and Auth
  relayed.close();
}

/** An identity that must not be looked at. */
const UNTOUCHED: Identity = {
  get publicKey(): never {
    throw new Error("Cannot look at the identity: the server is not verified");
  },
  get fingerprint(): never {
    throw new Error("Cannot look at the identity: the server is not verified");
  },
  sign(): never {
    throw new Error("Cannot sign: the server is not verified");
  },
};

async function accept(duplex: ScriptedDuplex): Promise<unknown> {
  return await acceptChannel(duplex, {
    identity: FIXED.server,
    admit(): never {
      throw new Error("Cannot admit: nobody has proven anything");
    },
    limits: () => ({ serverTime: 0, maxMessage: 0, idleTimeout: 0 }),
  });
}

/** Names of the sealed alerts that the server of the fixed handshake wrote. */
async function alertsIn(duplex: ScriptedDuplex): Promise<AlertName[]> {
  const opener = new RecordOpener(KEYS.down);
  const names: AlertName[] = [];
  for (const frame of framesOf(duplex.sent)) {
    const plaintext = await opener.open(frame);
    names.push(decodeAlert(soleMessage(plaintext, MESSAGE_TYPES.alert)).name);
  }
  return names;
}

Deno.test("trafficKey() follows the published chain when keys are updated", async () => {
  let key = await trafficKey(
    Uint8Array.fromHex(records.epochs[0]?.secret ?? ""),
  );
  for (const { iv } of records.epochs) {
    assertEquals(key.iv.toHex(), iv);
    key = await key.next();
  }
});
