import type { Bytes } from "../../lib/bytes.ts";
import { acceptChannel } from "../../lib/channel/accept.ts";
import { inspectServer, openChannel } from "../../lib/channel/open.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { encodeClearAlert } from "../../lib/wire/alert.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import type { Forgery } from "../../lib/lab/forge.ts";
import { framesOf } from "../../tools/vectors/frames.ts";
import { BAD_IDENTITIES } from "../../tools/vectors/refused_auths.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { memoryDuplexes } from "../support/memory_duplex.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { FIXED } from "./fixed_states.ts";
import {
  hostileClient,
  hostileServer,
  nextFrame,
} from "../../lib/lab/hostile.ts";

const IMPOSTOR = await generateIdentity();
const NEUTRAL = Uint8Array.fromHex(BAD_IDENTITIES["the neutral element"] ?? "");

/** What somebody tries who is not the server that was pinned. */
const SERVER_FORGERIES: readonly {
  readonly name: string;
  readonly code: ErrorCode;
  readonly forgery: Forgery;
}[] = [
  {
    name: "proves another identity",
    code: "CHAT_PIN_MISMATCH",
    forgery: {
      identity: IMPOSTOR.publicKey,
      sign: (message) => IMPOSTOR.sign(message),
    },
  },
  {
    name: "shows the pinned identity and signs with its own",
    code: "CHAT_SIGNATURE_INVALID",
    forgery: {
      identity: FIXED.server.publicKey,
      sign: (message) => IMPOSTOR.sign(message),
    },
  },
  {
    name: "signs as a client",
    code: "CHAT_SIGNATURE_INVALID",
    forgery: {
      identity: FIXED.server.publicKey,
      sign: (message) => FIXED.server.sign(message),
      signAs: "client",
    },
  },
  {
    name: "relays a signature and cannot make the Finished",
    code: "CHAT_FINISHED_INVALID",
    forgery: {
      identity: FIXED.server.publicKey,
      sign: (message) => FIXED.server.sign(message),
      finishedKey: new Uint8Array(32),
    },
  },
  {
    name: "shows a point of small order, which verifies anything",
    code: "CHAT_IDENTITY_INVALID",
    forgery: {
      identity: NEUTRAL,
      sign: () => {
        const signature = new Uint8Array(64);
        signature[0] = 1;
        return Promise.resolve(signature);
      },
    },
  },
];

for (const { name, code, forgery } of SERVER_FORGERIES) {
  Deno.test(`openChannel() sends nothing of the client when a server ${name}`, async () => {
    const [clientEnd, serverEnd] = memoryDuplexes();
    const hostile = hostileServer(serverEnd, forgery);
    const steps: string[] = [];
    await assertRefusesLater(code, () =>
      openChannel(clientEnd, {
        identity: FIXED.client,
        pins: [FIXED.server.fingerprint],
        onStep: (step) => steps.push(step),
      }));
    await hostile;
    assertEquals(steps, ["hello"]);
    await clientEnd.closed;
    const [hello, ...more] = clientEnd.written;
    assertEquals(more, []);
    assert(!hello?.toHex().includes(FIXED.client.publicKey.toHex()));
  });

  if (code !== "CHAT_PIN_MISMATCH") {
    Deno.test(`inspectServer() believes nothing when a server ${name}`, async () => {
      const [clientEnd, serverEnd] = memoryDuplexes();
      const hostile = hostileServer(serverEnd, forgery);
      await assertRefusesLater(code, () => inspectServer(clientEnd));
      await hostile;
      assertEquals(clientEnd.written.length, 1);
    });
  }
}

/** What somebody tries who does not hold the client's key. */
const CLIENT_FORGERIES: typeof SERVER_FORGERIES = [
  {
    name: "offers an identity and proves another",
    code: "CHAT_SIGNATURE_INVALID",
    forgery: {
      identity: FIXED.client.publicKey,
      sign: (message) => IMPOSTOR.sign(message),
    },
  },
  {
    name: "offers the server's own identity",
    code: "CHAT_SIGNATURE_INVALID",
    forgery: {
      identity: FIXED.server.publicKey,
      sign: (message) => IMPOSTOR.sign(message),
    },
  },
  {
    name: "signs as a server",
    code: "CHAT_SIGNATURE_INVALID",
    forgery: {
      identity: FIXED.client.publicKey,
      sign: (message) => FIXED.client.sign(message),
      signAs: "server",
    },
  },
  {
    name: "relays a signature and cannot make the Finished",
    code: "CHAT_FINISHED_INVALID",
    forgery: {
      identity: FIXED.client.publicKey,
      sign: (message) => FIXED.client.sign(message),
      finishedKey: new Uint8Array(32),
    },
  },
  ...SERVER_FORGERIES.filter(({ code }) => code === "CHAT_IDENTITY_INVALID"),
];

for (const { name, code, forgery } of CLIENT_FORGERIES) {
  Deno.test(`acceptChannel() looks nobody up and says nothing but that it failed when a client ${name}`, async () => {
    const [clientEnd, serverEnd] = memoryDuplexes();
    const accepting = assertRefusesLater(code, () =>
      acceptChannel(serverEnd, {
        identity: FIXED.server,
        admit(): never {
          throw new Error("Cannot admit: nobody has proven anything");
        },
        limits: () => ({ serverTime: 0, maxMessage: 0, idleTimeout: 0 }),
      }));
    const { frames } = await hostileClient(clientEnd, forgery);
    await accepting;
    assertEquals(
      await nextFrame(frames),
      encodeFrame(encodeClearAlert("handshake_failed")),
    );
    assertEquals(await nextFrame(frames), undefined);
    clientEnd.close();
    await serverEnd.closed;
    assert(serverEnd.lingering);
    assertEquals(framesOf(serverEnd.written.at(-1) ?? NEUTRAL).length, 1);
  });
}

Deno.test("acceptChannel() looks a client up once its proof holds, and only then", async () => {
  const [clientEnd, serverEnd] = memoryDuplexes();
  const admitted: string[] = [];
  const accepting = acceptChannel(serverEnd, {
    identity: FIXED.server,
    admit: (peer) => void admitted.push(peer.fingerprint),
    limits: () => ({ serverTime: 0, maxMessage: 0, idleTimeout: 0 }),
  });
  await hostileClient(clientEnd, {
    identity: IMPOSTOR.publicKey,
    sign(message): Promise<Bytes> {
      assertEquals(admitted, []);
      return IMPOSTOR.sign(message);
    },
  });
  assertEquals((await accepting).peer.fingerprint, IMPOSTOR.fingerprint);
  assertEquals(admitted, [IMPOSTOR.fingerprint]);
  clientEnd.close();
  serverEnd.close();
});
