import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { identityFromPkcs8, pkcs8OfSeed } from "../../lib/identity/identity.ts";
import type { Role } from "../../lib/wire/auth.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { padMessages } from "../../lib/wire/message.ts";
import { forgeAuth, type Forgery } from "./forge.ts";
import { sealRaw } from "./frames.ts";
import type { FixedHandshake } from "./handshake.ts";
import { changed, type RefusedFrame, refusedFrame } from "./refused.ts";

/**
 * Ed25519 public keys that prove nothing: y coordinates of small order, and
 * encodings that are not reduced (RFC 8032 section 5.1.3).
 */
export const BAD_IDENTITIES: Readonly<Record<string, string>> = {
  "the neutral element": "01" + "00".repeat(31),
  "of order 2": "ec" + "ff".repeat(30) + "7f",
  "of order 4": "00".repeat(32),
  "of order 4, other sign": "00".repeat(31) + "80",
  "of order 8":
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "of order 8, other sign":
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "of order 8, negative":
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "the neutral element, not reduced": "ee" + "ff".repeat(30) + "7f",
  "of order 4, not reduced": "ed" + "ff".repeat(30) + "7f",
  "not reduced": "f0" + "ff".repeat(30) + "7f",
};

/** y = 2 belongs to no point of the curve. */
const NO_POINT = "02" + "00".repeat(31);

/** Records that the other side refuses in place of the Auth of `role`. */
export async function refusedAuths(
  h: FixedHandshake,
  role: Role,
): Promise<RefusedFrame[]> {
  const own = role === "server" ? h.schedule.shs : h.schedule.chs;
  const other = role === "server" ? h.schedule.chs : h.schedule.shs;
  const auth = role === "server" ? h.serverAuth : h.clientAuth;
  const otherAuth = role === "server" ? h.clientAuth : h.serverAuth;
  const genuine = role === "server" ? h.server : h.client;
  const before = concat(
    h.clientHello,
    h.serverHello,
    role === "server" ? new Uint8Array(0) : h.serverAuth.message,
  );
  const impostor = await identityFromPkcs8(
    pkcs8OfSeed(new Uint8Array(32).fill(0xee)),
  );
  const type = MESSAGE_TYPES[`${role}Auth`];
  const waitingFor = `${role}_auth` as const;

  const refuse = (why: string, code: ErrorCode, frame: Bytes): RefusedFrame =>
    refusedFrame({ why, code, waitingFor, frame });
  const refusePlaintext = async (
    why: string,
    code: ErrorCode,
    plaintext: Bytes,
  ): Promise<RefusedFrame> =>
    refuse(why, code, await sealRaw(own.secret, plaintext));
  const refuseForgery = async (
    why: string,
    code: ErrorCode,
    forgery: Partial<Forgery>,
  ): Promise<RefusedFrame> => {
    const payload = await forgeAuth(
      { role, before, finishedKey: own.finishedKey },
      {
        identity: genuine.publicKey,
        sign: (message) => genuine.sign(message),
        ...forgery,
      },
    );
    return await refusePlaintext(
      why,
      code,
      padMessages(encodeMessage(type, payload)),
    );
  };

  const padded = padMessages(auth.message);
  const sealed = await sealRaw(own.secret, padded);
  const payload = auth.message.subarray(3);
  const flip = (byte: number): number => byte ^ 1;
  const cases = [
    refuse(
      "a bit of the ciphertext",
      "CHAT_RECORD_REFUSED",
      changed(sealed, 4, flip),
    ),
    refuse(
      "a bit of the tag",
      "CHAT_RECORD_REFUSED",
      changed(sealed, 275, flip),
    ),
    refuse(
      "sealed with the key of the other direction",
      "CHAT_RECORD_REFUSED",
      await sealRaw(other.secret, padded),
    ),
    refuse(
      "sealed as record 1",
      "CHAT_RECORD_REFUSED",
      await sealRaw(own.secret, padded, { sequence: 1 }),
    ),
    refuse(
      "sealed without the length as additional data",
      "CHAT_RECORD_REFUSED",
      await sealRaw(own.secret, padded, { additionalData: new Uint8Array(0) }),
    ),
    await refuseForgery("signed by another key", "CHAT_SIGNATURE_INVALID", {
      sign: (message) => impostor.sign(message),
    }),
    await refuseForgery("a bit of the signature", "CHAT_SIGNATURE_INVALID", {
      sign: async (message) => changed(await genuine.sign(message), 0, flip),
    }),
    await refuseForgery(
      "signed with the label of the other role",
      "CHAT_SIGNATURE_INVALID",
      { signAs: role === "server" ? "client" : "server" },
    ),
    await refuseForgery(
      "signed without the identity",
      "CHAT_SIGNATURE_INVALID",
      { signOver: before },
    ),
    await refuseForgery(
      "signed in another handshake",
      "CHAT_SIGNATURE_INVALID",
      {
        signOver: concat(changed(before, 8, flip), genuine.publicKey),
      },
    ),
    await refuseForgery(
      "Finished with the key of the other role",
      "CHAT_FINISHED_INVALID",
      { finishedKey: other.finishedKey },
    ),
    await refuseForgery(
      "Finished without the signature",
      "CHAT_FINISHED_INVALID",
      { finishOver: concat(before, genuine.publicKey) },
    ),
    await refusePlaintext(
      "a bit of the Finished",
      "CHAT_FINISHED_INVALID",
      changed(padded, 130, flip),
    ),
    ...await Promise.all(
      Object.entries(BAD_IDENTITIES).map(([name, hex]) =>
        refuseForgery(`identity ${name}`, "CHAT_IDENTITY_INVALID", {
          identity: Uint8Array.fromHex(hex),
          // Verifies under a point of small order where that is not refused.
          sign: () => Promise.resolve(smallOrderSignature()),
        })
      ),
    ),
    await refusePlaintext(
      "the Auth of the other role",
      "CHAT_UNEXPECTED_MESSAGE",
      padMessages(otherAuth.message),
    ),
    await refusePlaintext(
      "payload a byte short",
      "CHAT_WIRE_MALFORMED",
      padMessages(encodeMessage(type, payload.slice(0, -1))),
    ),
    await refusePlaintext(
      "payload a byte long",
      "CHAT_WIRE_MALFORMED",
      padMessages(encodeMessage(type, concat(payload, Uint8Array.of(0)))),
    ),
    await refusePlaintext(
      "another message behind it",
      "CHAT_UNEXPECTED_MESSAGE",
      padMessages(concat(auth.message, encodeMessage(0x10, utf8("early")))),
    ),
    await refusePlaintext(
      "padding that is not zero",
      "CHAT_WIRE_MALFORMED",
      changed(padded, 255, 1).fill(0, 131, 255),
    ),
    await refusePlaintext(
      "no message",
      "CHAT_WIRE_MALFORMED",
      new Uint8Array(256),
    ),
    await refusePlaintext(
      "data in its place",
      "CHAT_UNEXPECTED_MESSAGE",
      padMessages(encodeMessage(0x10, utf8("early"))),
    ),
  ];
  return [
    ...cases,
    ...role === "server" ? await pinCases() : [
      await refuseForgery(
        "identity that is no point",
        "CHAT_SIGNATURE_INVALID",
        {
          identity: Uint8Array.fromHex(NO_POINT),
        },
      ),
      await refuseForgery(
        "an identity it does not hold",
        "CHAT_SIGNATURE_INVALID",
        {
          identity: h.server.publicKey,
        },
      ),
    ],
  ];

  async function pinCases(): Promise<RefusedFrame[]> {
    const whole = await refuseForgery(
      "another identity, proven correctly",
      "CHAT_PIN_MISMATCH",
      {
        identity: impostor.publicKey,
        sign: (message) => impostor.sign(message),
      },
    );
    const pinned = refuse(
      "the right server, when the client has pinned another",
      "CHAT_PIN_MISMATCH",
      sealed,
    );
    return [whole, { ...pinned, pins: [impostor.fingerprint] }];
  }
}

/** R the neutral element, S zero: 0 * B = R + k * A where A has small order. */
function smallOrderSignature(): Bytes {
  return changed(new Uint8Array(64), 0, 1);
}
