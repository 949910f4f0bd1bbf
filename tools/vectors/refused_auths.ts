import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { fingerprintOf } from "../../lib/identity/fingerprint.ts";
import {
  type Identity,
  identityFromPkcs8,
  pkcs8OfSeed,
} from "../../lib/identity/identity.ts";
import type { Role } from "../../lib/wire/auth.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  padMessages,
} from "../../lib/wire/message.ts";
import { forgeAuth, type Forgery } from "../../lib/lab/forge.ts";
import { sealRaw } from "../../lib/lab/seal_raw.ts";
import type { AuthValues, FixedHandshake } from "./handshake.ts";
import type { HandshakeTrafficValues } from "../../lib/lab/schedule_values.ts";
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

const NOTHING = new Uint8Array(0);
/** y = 2 belongs to no point of the curve. */
const NO_POINT = changed(new Uint8Array(32), 0, 2);

/** Somebody who holds a key of their own, and not the one that counts. */
const IMPOSTOR = await identityFromPkcs8(
  pkcs8OfSeed(new Uint8Array(32).fill(0xee)),
);

/** Records that the other side refuses in place of the Auth of `role`. */
export async function refusedAuths(
  h: FixedHandshake,
  role: Role,
): Promise<RefusedFrame[]> {
  const cases = new AuthCases(h, role);
  return [
    ...await wrongSeals(cases),
    ...await wrongProofs(cases),
    ...await wrongIdentities(cases),
    ...await wrongMessages(cases),
    ...role === "server" ? await wrongPins(cases) : await wrongOffers(cases),
  ];
}

/** One role's Auth in the fixed handshake, and how to get it wrong. */
class AuthCases {
  readonly type: number;
  readonly own: HandshakeTrafficValues;
  readonly other: HandshakeTrafficValues;
  readonly auth: AuthValues;
  readonly otherAuth: AuthValues;
  readonly genuine: Identity;
  readonly otherIdentity: Identity;
  /** Everything before the Auth. */
  readonly before: Bytes;

  constructor(h: FixedHandshake, readonly role: Role) {
    const isServer = role === "server";
    const { shs, chs } = h.schedule;
    this.type = MESSAGE_TYPES[`${role}Auth`];
    [this.own, this.other] = isServer ? [shs, chs] : [chs, shs];
    [this.auth, this.otherAuth] = isServer
      ? [h.serverAuth, h.clientAuth]
      : [h.clientAuth, h.serverAuth];
    [this.genuine, this.otherIdentity] = isServer
      ? [h.server, h.client]
      : [h.client, h.server];
    const hellos = concat(h.clientHello, h.serverHello);
    this.before = isServer ? hellos : concat(hellos, h.serverAuth.message);
  }

  /** The genuine plaintext. */
  get padded(): Bytes {
    return padMessages(this.auth.message);
  }

  /** The genuine record. */
  get sealed(): Promise<Bytes> {
    return sealRaw(this.own.secret, this.padded);
  }

  /** A record as it is. */
  record(why: string, code: ErrorCode, frame: Bytes): RefusedFrame {
    const waitingFor = `${this.role}_auth` as const;
    return refusedFrame({ why, code, waitingFor, frame });
  }

  /** A record sealed correctly around any plaintext. */
  async plaintext(
    why: string,
    code: ErrorCode,
    plaintext: Bytes,
  ): Promise<RefusedFrame> {
    const frame = await sealRaw(this.own.secret, plaintext);
    return this.record(why, code, frame);
  }

  /** A well-formed Auth that differs from the genuine one in `forgery`. */
  async forgery(
    why: string,
    code: ErrorCode,
    forgery: Partial<Forgery>,
  ): Promise<RefusedFrame> {
    const { role, before, own, genuine } = this;
    const payload = await forgeAuth(
      { role, before, finishedKey: own.finishedKey },
      {
        identity: genuine.publicKey,
        sign: (message) => genuine.sign(message),
        ...forgery,
      },
    );
    const message = encodeMessage(this.type, payload);
    return await this.plaintext(why, code, padMessages(message));
  }
}

async function wrongSeals(cases: AuthCases): Promise<RefusedFrame[]> {
  const { own, other, padded } = cases;
  const sealed = await cases.sealed;
  const refuse = (why: string, frame: Bytes): RefusedFrame =>
    cases.record(why, "CHAT_RECORD_REFUSED", frame);
  return [
    refuse("a bit of the ciphertext", changed(sealed, 4, flip)),
    refuse("a bit of the tag", changed(sealed, 275, flip)),
    refuse(
      "sealed with the key of the other direction",
      await sealRaw(other.secret, padded),
    ),
    refuse(
      "sealed as record 1",
      await sealRaw(own.secret, padded, { sequence: 1 }),
    ),
    refuse(
      "sealed without the length as additional data",
      await sealRaw(own.secret, padded, { additionalData: NOTHING }),
    ),
  ];
}

async function wrongProofs(cases: AuthCases): Promise<RefusedFrame[]> {
  const { genuine, before, other, padded, role } = cases;
  const signature = (
    why: string,
    forgery: Partial<Forgery>,
  ): Promise<RefusedFrame> =>
    cases.forgery(why, "CHAT_SIGNATURE_INVALID", forgery);
  const finished = (
    why: string,
    forgery: Partial<Forgery>,
  ): Promise<RefusedFrame> =>
    cases.forgery(why, "CHAT_FINISHED_INVALID", forgery);
  return [
    await signature("signed by another key", {
      sign: (message) => IMPOSTOR.sign(message),
    }),
    await signature("a bit of the signature", {
      sign: async (message) => changed(await genuine.sign(message), 0, flip),
    }),
    await signature("signed with the label of the other role", {
      signAs: role === "server" ? "client" : "server",
    }),
    await signature("signed without the identity", { signOver: before }),
    await signature("signed in another handshake", {
      signOver: concat(changed(before, 8, flip), genuine.publicKey),
    }),
    await finished("Finished with the key of the other role", {
      finishedKey: other.finishedKey,
    }),
    await finished("Finished without the signature", {
      finishOver: concat(before, genuine.publicKey),
    }),
    await cases.plaintext(
      "a bit of the Finished",
      "CHAT_FINISHED_INVALID",
      changed(padded, 130, flip),
    ),
  ];
}

async function wrongIdentities(cases: AuthCases): Promise<RefusedFrame[]> {
  return await Promise.all(
    Object.entries(BAD_IDENTITIES).map(([name, hex]) =>
      cases.forgery(`identity ${name}`, "CHAT_IDENTITY_INVALID", {
        identity: Uint8Array.fromHex(hex),
        // Verifies under a point of small order where that is not refused.
        sign: () => Promise.resolve(smallOrderSignature()),
      })
    ),
  );
}

async function wrongMessages(cases: AuthCases): Promise<RefusedFrame[]> {
  const { type, auth, otherAuth, padded } = cases;
  const payload = auth.message.slice(3);
  const data = encodeMessage(MESSAGE_TYPES.data, utf8("early"));
  const malformed = (why: string, plaintext: Bytes): Promise<RefusedFrame> =>
    cases.plaintext(why, "CHAT_WIRE_MALFORMED", plaintext);
  const unexpected = (why: string, messages: Bytes): Promise<RefusedFrame> =>
    cases.plaintext(why, "CHAT_UNEXPECTED_MESSAGE", padMessages(messages));
  return [
    await unexpected("the Auth of the other role", otherAuth.message),
    await malformed(
      "payload a byte short",
      padMessages(encodeMessage(type, payload.slice(0, -1))),
    ),
    await malformed(
      "payload a byte long",
      padMessages(encodeMessage(type, concat(payload, Uint8Array.of(0)))),
    ),
    await unexpected("another message behind it", concat(auth.message, data)),
    await malformed(
      "padding that is not zero",
      changed(padded, 255, 1),
    ),
    await malformed("no message", new Uint8Array(256)),
    await unexpected("data in its place", data),
  ];
}

/** What a client refuses because of its pins. */
async function wrongPins(cases: AuthCases): Promise<RefusedFrame[]> {
  const refused = cases.record(
    "the right server, when the client has pinned another",
    "CHAT_PIN_MISMATCH",
    await cases.sealed,
  );
  const noPoint = await cases.forgery(
    "identity that is no point, although the client has pinned it",
    "CHAT_SIGNATURE_INVALID",
    { identity: NO_POINT },
  );
  return [
    await cases.forgery(
      "another identity, proven correctly",
      "CHAT_PIN_MISMATCH",
      {
        identity: IMPOSTOR.publicKey,
        sign: (message) => IMPOSTOR.sign(message),
      },
    ),
    { ...refused, pins: [IMPOSTOR.fingerprint] },
    await cases.forgery(
      "identity that is no point, and not the pinned one",
      "CHAT_PIN_MISMATCH",
      { identity: NO_POINT },
    ),
    { ...noPoint, pins: [await fingerprintOf(NO_POINT)] },
  ];
}

/** What a server refuses, which has no pins. */
async function wrongOffers(cases: AuthCases): Promise<RefusedFrame[]> {
  return [
    await cases.forgery("identity that is no point", "CHAT_SIGNATURE_INVALID", {
      identity: NO_POINT,
    }),
    await cases.forgery(
      "an identity it does not hold",
      "CHAT_SIGNATURE_INVALID",
      { identity: cases.otherIdentity.publicKey },
    ),
    await cases.forgery(
      "the server's identity and signature, reflected",
      "CHAT_SIGNATURE_INVALID",
      {
        identity: cases.otherIdentity.publicKey,
        sign: () => Promise.resolve(cases.otherAuth.signature),
      },
    ),
  ];
}

function flip(byte: number): number {
  return byte ^ 1;
}

/** R the neutral element, S zero: 0 * B = R + k * A where A has small order. */
function smallOrderSignature(): Bytes {
  return changed(new Uint8Array(64), 0, 1);
}
