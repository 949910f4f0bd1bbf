import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { encodeAlert } from "../../lib/wire/alert.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  padMessages,
} from "../../lib/wire/message.ts";
import { encodeReady, type Ready } from "../../lib/wire/ready.ts";
import { sealRaw } from "../../lib/lab/seal_raw.ts";
import { frameOf } from "./frames.ts";
import type { FixedHandshake } from "./handshake.ts";
import { INPUTS } from "./inputs.ts";
import { changed, type RefusedFrame, refusedFrame } from "./refused.ts";

/** Records that a client refuses in place of READY. */
export async function refusedReadies(
  h: FixedHandshake,
): Promise<RefusedFrame[]> {
  const { down, up, shs } = h.schedule;
  const identities = {
    client: h.client.publicKey,
    server: h.server.publicKey,
  };
  const ready = (other: Partial<Ready> = {}): Bytes =>
    encodeMessage(
      MESSAGE_TYPES.ready,
      encodeReady({ ...identities, ...INPUTS.ready, ...other }),
    );
  const alert = (payload: Bytes): Bytes =>
    encodeMessage(MESSAGE_TYPES.alert, payload);
  const data = encodeMessage(MESSAGE_TYPES.data, utf8("early"));
  const banned = alert(encodeAlert("banned", "until tomorrow"));
  const flip = (byte: number): number => byte ^ 1;

  const refuse = (why: string, code: ErrorCode, frame: Bytes): RefusedFrame =>
    refusedFrame({ why, code, waitingFor: "ready", frame });
  const refuseMessages = async (
    why: string,
    code: ErrorCode,
    messages: Bytes,
  ): Promise<RefusedFrame> =>
    refuse(why, code, await sealRaw(down.secret, padMessages(messages)));

  const genuine = await sealRaw(down.secret, padMessages(ready()));
  if (frameOf(genuine).body.toHex() !== frameOf(h.frames.ready).body.toHex()) {
    throw new Error("Cannot write vectors: READY differs from the real one");
  }
  return [
    refuse(
      "a bit of the ciphertext",
      "CHAT_RECORD_REFUSED",
      changed(genuine, 4, flip),
    ),
    refuse(
      "sealed with the key of the other direction",
      "CHAT_RECORD_REFUSED",
      await sealRaw(up.secret, padMessages(ready())),
    ),
    refuse(
      "sealed with the handshake key",
      "CHAT_RECORD_REFUSED",
      await sealRaw(shs.secret, padMessages(ready())),
    ),
    await refuseMessages(
      "another client",
      "CHAT_READY_INVALID",
      ready({ client: changed(identities.client, 31, flip) }),
    ),
    await refuseMessages(
      "another server",
      "CHAT_READY_INVALID",
      ready({ server: changed(identities.server, 0, flip) }),
    ),
    await refuseMessages(
      "identities the wrong way round",
      "CHAT_READY_INVALID",
      ready({ client: identities.server, server: identities.client }),
    ),
    await refuseMessages(
      "payload a byte short",
      "CHAT_WIRE_MALFORMED",
      encodeMessage(MESSAGE_TYPES.ready, ready().slice(3, -1)),
    ),
    await refuseMessages(
      "payload a byte long",
      "CHAT_WIRE_MALFORMED",
      encodeMessage(
        MESSAGE_TYPES.ready,
        concat(ready().slice(3), data.slice(0, 1)),
      ),
    ),
    await refuseMessages(
      "server time above 2^53 - 1",
      "CHAT_WIRE_MALFORMED",
      changed(ready(), 3 + 64 + 1, 0x20),
    ),
    await refuseMessages(
      "data behind it",
      "CHAT_UNEXPECTED_MESSAGE",
      concat(ready(), data),
    ),
    await refuseMessages(
      "data before it",
      "CHAT_UNEXPECTED_MESSAGE",
      concat(data, ready()),
    ),
    await refuseMessages("data in its place", "CHAT_UNEXPECTED_MESSAGE", data),
    await refuseMessages(
      "close in its place",
      "CHAT_UNEXPECTED_MESSAGE",
      encodeMessage(MESSAGE_TYPES.close, new Uint8Array(0)),
    ),
    await refuseMessages("alert banned, with a reason", "CHAT_BANNED", banned),
    await refuseMessages(
      "alert with READY behind it",
      "CHAT_UNEXPECTED_MESSAGE",
      concat(banned, ready()),
    ),
    await refuseMessages(
      "alert that does not exist",
      "CHAT_WIRE_MALFORMED",
      alert(Uint8Array.of(0)),
    ),
    await refuseMessages(
      "alert whose reason is not UTF-8",
      "CHAT_WIRE_MALFORMED",
      alert(Uint8Array.of(18, 0xff)),
    ),
    refuse(
      "padding that is not zero",
      "CHAT_WIRE_MALFORMED",
      await sealRaw(down.secret, changed(padMessages(ready()), 255, 1)),
    ),
    refuse(
      "no message",
      "CHAT_WIRE_MALFORMED",
      await sealRaw(down.secret, new Uint8Array(256)),
    ),
  ];
}
