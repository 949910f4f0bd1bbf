import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { x25519FromScalar } from "../../lib/crypto/x25519.ts";
import { x25519PublicOf } from "../../lib/crypto/x25519_public.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { HELLO_LABEL, sealHello } from "../../lib/sealed/hello.ts";
import { roomKeysOf } from "../../lib/sealed/room_secret.ts";
import {
  makeSealingKey,
  openPublishedKey,
  SEALING_KEY_LABEL,
  type SealingKey,
} from "../../lib/sealed/sealing_key.ts";
import { fixedIdentity, INPUTS } from "./inputs.ts";

const SIGNATURE_BYTES = 64;

/** Content of `sealing_keys.json`: the server of the handshake greets the client. */
export async function sealingKeyVectors(): Promise<unknown> {
  const author = await fixedIdentity("server");
  const recipient = await fixedIdentity("client");
  const { x25519Private, mlKemSeed } = INPUTS.client;
  const key = await makeSealingKey(recipient, INPUTS.ready.serverTime, {
    secret: concat(x25519Private, mlKemSeed),
  });
  const roomSecret = Uint8Array.from({ length: 32 }, (_, i) => 0xc0 + i);
  const { roomId: group } = await roomKeysOf(roomSecret);
  const hello = await fixedHello({ author, recipient, key, roomSecret, group });
  return {
    about:
      "A sealing key, and a hello that gives the secret of a direct room to its owner. Fields: README.md, rules: docs/sealed.md",
    authorSeed: INPUTS.server.identitySeed,
    recipientSeed: INPUTS.client.identitySeed,
    author: author.publicKey,
    recipient: recipient.publicKey,
    at: key.at,
    sealingSecret: key.secret,
    published: key.published,
    ephemeralPrivate: INPUTS.server.x25519Private,
    mlKemSecret: INPUTS.server.mlKemSecret,
    roomSecret,
    group,
    hello,
    refusedKeys: await refusedKeys(recipient, key),
    refusedHellos: await refusedHellos({ author, recipient, hello, group }),
  };
}

interface Cast {
  readonly author: Identity;
  readonly recipient: Identity;
  readonly group: Bytes;
}

async function fixedHello(
  { author, recipient, key, roomSecret, group }: Cast & {
    readonly key: SealingKey;
    readonly roomSecret: Bytes;
  },
): Promise<Bytes> {
  const { x25519Private, mlKemCiphertext, mlKemSecret } = INPUTS.server;
  const share = x25519PublicOf(x25519Private);
  const owner = fingerprintBytes(recipient.fingerprint);
  return await sealHello({
    secret: roomSecret,
    group,
    to: await openPublishedKey(key.published, owner),
    identity: author,
    ephemeral: {
      x25519: await x25519FromScalar(x25519Private, share),
      encapsulate: () =>
        Promise.resolve({
          ciphertext: mlKemCiphertext.slice(),
          secret: mlKemSecret.slice(),
        }),
    },
  });
}

async function refusedKeys(
  owner: Identity,
  { published, secret }: SealingKey,
): Promise<unknown[]> {
  const unsigned = published.slice(0, -SIGNATURE_BYTES);
  const signed = async (bytes: Bytes, label: string): Promise<Bytes> =>
    concat(bytes, await owner.sign(concat(utf8(label), bytes)));
  const other = await fixedIdentity("server");
  return [
    { why: "cut short", published: published.slice(0, -1) },
    { why: "a byte too many", published: concat(published, new Uint8Array(1)) },
    {
      why: "of another version",
      published: await signed(changed(unsigned, 0, 2), SEALING_KEY_LABEL),
    },
    {
      why: "a time that is none",
      published: await signed(changed(unsigned, 1, 0xff), SEALING_KEY_LABEL),
    },
    {
      why: "signed as something else",
      published: await signed(unsigned, HELLO_LABEL),
    },
    {
      why: "by somebody else",
      published: (await makeSealingKey(other, 5, { secret })).published,
    },
  ];
}

async function refusedHellos(
  { author, recipient, hello, group }: Cast & { readonly hello: Bytes },
): Promise<unknown[]> {
  const place = concat(
    group,
    fingerprintBytes(author.fingerprint),
    fingerprintBytes(recipient.fingerprint),
  );
  const unsigned = hello.slice(0, -SIGNATURE_BYTES);
  const signed = async (
    bytes: Bytes,
    { at = place, label = HELLO_LABEL } = {},
  ): Promise<Bytes> =>
    concat(bytes, await author.sign(concat(utf8(label), at, bytes)));
  const lowOrder = unsigned.slice();
  lowOrder.fill(0, 65, 97);
  return [
    { why: "cut short", hello: hello.slice(0, -1) },
    { why: "a byte too many", hello: concat(hello, new Uint8Array(1)) },
    {
      why: "of another version",
      hello: await signed(changed(unsigned, 0, 2)),
    },
    {
      why: "signed as something else",
      hello: await signed(unsigned, { label: SEALING_KEY_LABEL }),
    },
    {
      why: "signed for another group",
      hello: await signed(unsigned, { at: changed(place, 0, 0) }),
    },
    {
      why: "signed for another recipient",
      hello: await signed(unsigned, { at: changed(place, 95, 0) }),
    },
    { why: "a share of small order", hello: await signed(lowOrder) },
    {
      why: "another ciphertext than was sealed with",
      hello: await signed(changed(unsigned, 97, 0)),
    },
    {
      why: "another secret than was sealed",
      hello: await signed(changed(unsigned, 1_185, 0)),
    },
  ];
}

/** The bytes with another value in one place: `value`, or any other one. */
function changed(bytes: Bytes, at: number, value: number): Bytes {
  const copy = bytes.slice();
  copy[at] = copy[at] === value ? value ^ 1 : value;
  return copy;
}
