import { createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import {
  generateIdentity,
  identityFromPkcs8,
  pkcs8OfSeed,
} from "../../lib/identity/identity.ts";
import { MAX_HELLO_BYTES } from "../../lib/protocol/limits.ts";
import {
  HELLO_BYTES,
  type HelloPlace,
  openHello,
  sealHello,
} from "../../lib/sealed/hello.ts";
import {
  generateRoomSecret,
  roomKeysOf,
} from "../../lib/sealed/room_secret.ts";
import {
  keyPairsOf,
  makeSealingKey,
  openPublishedKey,
} from "../../lib/sealed/sealing_key.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import vectors from "../vectors/sealing_keys.json" with { type: "json" };

const [ALICE, BOB, EVE] = await Promise.all(
  [1, 2, 3].map(generateIdentity),
) as [Id, Id, Id];
type Id = Awaited<ReturnType<typeof generateIdentity>>;
const KEYS = [await makeSealingKey(BOB, 1), await makeSealingKey(BOB, 2)];
const SECRET = generateRoomSecret();
const { roomId: GROUP } = await roomKeysOf(SECRET);

async function hello(
  more: { secret?: Bytes; identity?: Id; by?: number } = {},
): Promise<Bytes> {
  const { secret = SECRET, identity = ALICE, by = 0 } = more;
  const { published } = KEYS[by] as typeof KEYS[number];
  const bob = fingerprintBytes(BOB.fingerprint);
  const to = await openPublishedKey(published, bob);
  return await sealHello({ secret, group: GROUP, to, identity });
}

const PLACE: HelloPlace = {
  group: GROUP,
  peer: fingerprintBytes(ALICE.fingerprint),
  own: BOB,
  keys: KEYS,
};
const HELLO = await hello();

Deno.test("openHello() gives the secret that sealHello() was given, by any of our keys", async () => {
  assertEquals(HELLO.length, HELLO_BYTES);
  assert(HELLO_BYTES <= MAX_HELLO_BYTES);
  assertEquals(await openHello(HELLO, PLACE), SECRET);
  assertEquals(await openHello(await hello({ by: 1 }), PLACE), SECRET);
  assertNotEquals(await hello(), HELLO);
});

Deno.test("openHello() refuses a flip of any one bit", async () => {
  for (let at = 0; at < HELLO_BYTES; at++) {
    const flipped = HELLO.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << (at & 7));
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => openHello(flipped, PLACE),
    );
  }
});

Deno.test("openHello() says when a hello is of another version", async () => {
  const next = HELLO.slice().fill(2, 0, 1);
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => openHello(next, PLACE),
    "another version",
  );
});

const EVES = await makeSealingKey(EVE, 1);
const WRONG: Readonly<Record<string, Partial<HelloPlace>>> = {
  "another group": { group: GROUP.map((byte) => byte ^ 1) },
  "by another author": { peer: fingerprintBytes(EVE.fingerprint) },
  "for another recipient": { own: EVE },
};
for (const [what, more] of Object.entries(WRONG)) {
  Deno.test(`openHello() refuses one of ${what}`, async () => {
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => openHello(HELLO, { ...PLACE, ...more }),
    );
  });
}

Deno.test("openHello() says when it has not got the key any more", async () => {
  for (const keys of [[], KEYS.slice(1), [EVES]]) {
    await assertRefusesLater(
      "CHAT_SEAL_NO_KEYS",
      () => openHello(HELLO, { ...PLACE, keys }),
    );
  }
});

Deno.test("openHello() refuses a hello that Eve signs anew as her own", async () => {
  const stolen = await hello({ identity: EVE });
  await assertRefusesLater("CHAT_SEAL_REFUSED", () => openHello(stolen, PLACE));
});

Deno.test("openHello() refuses the secret of another room than that of the group", async () => {
  const other = await hello({ secret: generateRoomSecret() });
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => openHello(other, PLACE),
    "another room",
  );
});

Deno.test("sealHello() refuses keys that nobody honest publishes", async () => {
  const bob = fingerprintBytes(BOB.fingerprint);
  const to = await openPublishedKey(
    EVES.published,
    fingerprintBytes(EVE.fingerprint),
  );
  const bad = {
    "of small order": { ...to, fingerprint: bob, x25519: new Uint8Array(32) },
    "not reduced": {
      ...to,
      fingerprint: bob,
      mlKem: new Uint8Array(1_184).fill(0xff),
    },
  };
  for (const to of Object.values(bad)) {
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => sealHello({ secret: SECRET, group: GROUP, to, identity: ALICE }),
    );
  }
});

const BYTES = Object.fromEntries(
  Object.entries(vectors).flatMap(([name, value]) =>
    typeof value === "string" && name !== "about"
      ? [[name, Uint8Array.fromHex(value)]]
      : []
  ),
) as Record<keyof typeof vectors, Bytes>;

async function published(): Promise<HelloPlace> {
  const author = await identityFromPkcs8(pkcs8OfSeed(BYTES.author_seed));
  const own = await identityFromPkcs8(pkcs8OfSeed(BYTES.recipient_seed));
  const { published, sealing_secret: secret, group } = BYTES;
  const keys = [{ at: vectors.at, published, secret }];
  return { group, peer: fingerprintBytes(author.fingerprint), own, keys };
}

Deno.test("openHello() opens the published hello", async () => {
  assertEquals(
    await openHello(BYTES.hello, await published()),
    BYTES.room_secret,
  );
});

for (const { why, hello } of vectors.refused_hellos) {
  Deno.test(`openHello() refuses the published hello with ${why}`, async () => {
    const place = await published();
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => openHello(Uint8Array.fromHex(hello), place),
    );
  });
}

Deno.test("sealing_keys.json holds when node:crypto computes it", async () => {
  const { hello, published: key, sealing_secret: secret } = BYTES;
  const hash = (bytes: Bytes): Bytes =>
    Uint8Array.from(createHash("sha256").update(bytes).digest());
  const { x25519 } = await keyPairsOf(secret);
  const shared = await x25519.agree(hello.slice(65, 97));
  const blob = utf8("\0\0\0\x0bssh-ed25519\0\0\0\x20");
  const place = concat(
    BYTES.group,
    hash(concat(blob, BYTES.author)),
    hash(concat(blob, BYTES.recipient)),
  );
  const header = hello.slice(0, 1_185);
  assertEquals(header.slice(33, 65), hash(key));
  const label = utf8("chat/1 sealed hello");
  const info = concat(
    Uint8Array.of(0, 44, label.length),
    label,
    Uint8Array.of(32),
    hash(concat(place, key, header)),
  );
  const ikm = concat(BYTES.ml_kem_secret, shared);
  const bytes = new Uint8Array(
    hkdfSync("sha256", ikm, new Uint8Array(32), info, 44),
  );
  const decipher = createDecipheriv(
    "aes-256-gcm",
    bytes.slice(0, 32),
    bytes.slice(32),
  );
  decipher.setAAD(header);
  decipher.setAuthTag(hello.slice(1_217, 1_233));
  const opened = decipher.update(hello.slice(1_185, 1_217));
  decipher.final();
  assertEquals(Uint8Array.from(opened), BYTES.room_secret);
});
