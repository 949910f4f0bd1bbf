import { ExpectClientHello } from "../../lib/channel/server_handshake.ts";
import { type Bytes, concat } from "../../lib/bytes.ts";
import { startClientHandshake } from "../../lib/channel/client_handshake.ts";
import { generateMlKem, type MlKemKeyPair } from "../../lib/crypto/ml_kem.ts";
import {
  generateX25519,
  x25519FromScalar,
  type X25519KeyPair,
} from "../../lib/crypto/x25519.ts";
import { x25519PublicOf } from "../../lib/crypto/x25519_public.ts";
import { encodeClientMessage } from "../../lib/protocol/codec.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import {
  type Recorded,
  stealLater,
} from "../../lib/lab/later_theft/experiment.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { framesOf } from "../../tools/vectors/frames.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";

/** What somebody might build who knows no better. */
interface Carelessness {
  /** The client's X25519 key is made of its identity. */
  readonly staticX25519: boolean;
  /** The ML-KEM secret is always zero. */
  readonly emptyMlKem: boolean;
}

/** Has a conversation in memory that is careless, and one word in it. */
async function record(
  lab: Laboratory,
  { staticX25519, emptyMlKem }: Carelessness,
): Promise<Recorded> {
  const [alice, owner] = [await lab.person("Alice"), await lab.person("Sam")];
  const secrets = { x25519: new Uint8Array(0), mlKem: new Uint8Array(32) };
  const seed = alice.pkcs8.slice(16);
  const own = staticX25519
    ? await x25519FromScalar(seed, x25519PublicOf(seed))
    : await generateX25519();
  const x25519: X25519KeyPair = {
    publicKey: own.publicKey,
    agree: async (peer): Promise<Bytes> => {
      const secret = await own.agree(peer);
      secrets.x25519 = secret.slice();
      return secret;
    },
  };
  const { publicKey } = await generateMlKem();
  const shared = emptyMlKem
    ? new Uint8Array(32)
    : crypto.getRandomValues(new Uint8Array(32));
  secrets.mlKem = shared.slice();
  const mlKem: MlKemKeyPair = {
    publicKey,
    decapsulate: () => Promise.resolve(shared.slice()),
  };
  const random = crypto.getRandomValues(new Uint8Array(32));
  const start = await startClientHandshake({ random, x25519, mlKem });
  const server = new ExpectClientHello(owner.identity, {
    random,
    x25519: await generateX25519(),
    encapsulate: () =>
      Promise.resolve({
        ciphertext: crypto.getRandomValues(new Uint8Array(1088)),
        secret: shared.slice(),
      }),
  });
  const reply = await server.receive(frame(start.frame));
  const [serverHello, serverAuth] = framesOf(reply.frames) as [Frame, Frame];
  const expectAuth = await start.next.receive(serverHello);
  const proof = await expectAuth.receive(serverAuth, {
    pins: [owner.identity.fingerprint],
    identity: alice.identity,
  });
  const admission = await reply.next.receive(frame(proof.frame));
  const { frame: ready } = await admission.accept({
    serverTime: 1,
    maxMessage: 2,
    idleTimeout: 3,
  });
  const session = await proof.next.receive(frame(ready));
  const word = "tufunopevi";
  const said = await session.sealer.seal(encodeMessage(
    MESSAGE_TYPES.data,
    encodeClientMessage({ kind: "say", id: 1, room: 0, number: 1, text: word }),
  ));
  const streams = {
    up: concat(start.frame, proof.frame, said),
    down: concat(reply.frames, ready),
  };
  return { streams, secrets, word, alice, server: { owner } };
}

function frame(bytes: Bytes): Frame {
  return framesOf(bytes)[0] as Frame;
}

const KEYS = "Both private keys open nothing that was recorded";
const X25519 = "Nor do they with the X25519 secret: ML-KEM holds";
const ML_KEM = "Nor with the ML-KEM secret: X25519 holds";

const WORLDS: readonly {
  readonly name: string;
  readonly world: Carelessness;
  readonly failing: readonly string[];
}[] = [
  {
    name: "holds when both secrets are fresh",
    world: { staticX25519: false, emptyMlKem: false },
    failing: [],
  },
  {
    name: "fails when both secrets come from the identity",
    world: { staticX25519: true, emptyMlKem: true },
    failing: [KEYS, X25519, ML_KEM],
  },
  {
    name: "fails when there is no ML-KEM",
    world: { staticX25519: false, emptyMlKem: true },
    failing: [X25519],
  },
  {
    name: "fails when there is no fresh X25519",
    world: { staticX25519: true, emptyMlKem: false },
    failing: [ML_KEM],
  },
];

for (const { name, world, failing } of WORLDS) {
  Deno.test(`stealLater() ${name}`, async () => {
    await using lab = new Laboratory({ signal: soon(), short: true });
    const { verdicts } = await stealLater(lab, (each) => record(each, world));
    const failed = verdicts.filter(({ held }) => !held);
    assertEquals(failed.map(({ claim }) => claim), failing);
  });
}

Deno.test("stealLater() fails when the thief's code cannot open anything", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const { verdicts } = await stealLater(lab, async (each) => {
    const world = { staticX25519: false, emptyMlKem: false };
    const recorded = await record(each, world);
    const x25519 = new Uint8Array(32).fill(7);
    return { ...recorded, secrets: { ...recorded.secrets, x25519 } };
  });
  assertEquals(verdicts.map(({ held }) => held), [true, true, true, false]);
});
