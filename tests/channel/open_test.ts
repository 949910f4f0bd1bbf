import { utf8 } from "../../lib/bytes.ts";
import { acceptChannel } from "../../lib/channel/accept.ts";
import type { Channel } from "../../lib/channel/channel.ts";
import { inspectServer, openChannel } from "../../lib/channel/open.ts";
import { ChatError } from "../../lib/errors.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type MemoryDuplex, memoryDuplexes } from "../support/memory_duplex.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { FIXED } from "./fixed_states.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

const OTHER = await generateIdentity();

/** A real server at the other end, and what becomes of it. */
function server(): {
  end: MemoryDuplex;
  accepting: Promise<Channel>;
  admitted: string[];
} {
  const [end, serverEnd] = memoryDuplexes();
  const admitted: string[] = [];
  const accepting = acceptChannel(serverEnd, {
    identity: FIXED.server,
    admit: (peer) => void admitted.push(peer.fingerprint),
    limits: () => ({ serverTime: 1, maxMessage: 2, idleTimeout: 3 }),
  });
  return { end, accepting, admitted };
}

function pinning(...pins: Fingerprint[]): Parameters<typeof openChannel>[1] {
  return { identity: FIXED.client, pins };
}

Deno.test("openChannel() goes through its steps and accepts a server that proves any of the pins", async () => {
  const { end, accepting } = server();
  const steps: string[] = [];
  const channel = await openChannel(end, {
    ...pinning(OTHER.fingerprint, FIXED.server.fingerprint),
    onStep: (step) => steps.push(step),
  });
  assertEquals(steps, ["hello", "verified", "ready"]);
  assertEquals(channel.peer.fingerprint, FIXED.server.fingerprint);
  assertEquals((await accepting).peer.fingerprint, FIXED.client.fingerprint);
  end.close();
});

Deno.test("openChannel() hides who the client is from everybody who listens", async () => {
  const { end, accepting } = server();
  await openChannel(end, pinning(FIXED.server.fingerprint));
  await accepting;
  const written = end.written.map((bytes) => bytes.toHex()).join("");
  assert(!written.includes(FIXED.client.publicKey.toHex()));
  end.close();
});

Deno.test("openChannel() tells a server with another key nothing, and closes", async () => {
  for (const pins of [[OTHER.fingerprint], []]) {
    const { end, accepting, admitted } = server();
    const steps: string[] = [];
    await assertRefusesLater("CHAT_PIN_MISMATCH", () =>
      openChannel(end, {
        ...pinning(...pins),
        onStep: (step) => steps.push(step),
      }), FIXED.server.fingerprint);
    await end.closed;
    await assertRefusesLater("CHAT_CONNECTION_CUT", () => accepting);
    assertEquals([steps, admitted], [["hello"], []]);
    assertEquals(end.written.length, 1);
    assertEquals(end.written[0]?.length, FIXED.frames.clientHello.length);
  }
});

Deno.test("inspectServer() returns the identity the server proves, without telling ours", async () => {
  const { end, accepting, admitted } = server();
  const { fingerprint } = await inspectServer(end);
  assertEquals(fingerprint, FIXED.server.fingerprint);
  await end.closed;
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => accepting);
  assertEquals(admitted, []);
  assertEquals(end.written.length, 1);
});

Deno.test("openChannel() and inspectServer() report what does not speak chat", async () => {
  const answers = [
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2p1 Debian\r\n",
    "220 mail.example.org ESMTP\r\n",
    "\x15\x03\x01\x00\x02\x02\x46", // a TLS alert
  ];
  for (const answer of answers) {
    const open = new ScriptedDuplex([utf8(answer)]);
    await assertRefusesLater(
      "CHAT_NOT_CHAT",
      () => openChannel(open, pinning(FIXED.server.fingerprint)),
    );
    assertEquals(open.calls, ["close"]);
    const inspect = new ScriptedDuplex([utf8(answer)]);
    await assertRefusesLater("CHAT_NOT_CHAT", () => inspectServer(inspect));
    assertEquals(inspect.calls, ["close"]);
  }
});

Deno.test("openChannel() refuses frames of other sizes once the server has said hello", async () => {
  for (const length of [0, 3, 5, 271, 273, 1155, 65_552]) {
    const [end, serverEnd] = memoryDuplexes();
    const opening = assertRefusesLater(
      "CHAT_FRAME_SIZE",
      () => openChannel(end, pinning(FIXED.server.fingerprint)),
    );
    // Any ServerHello will do: the size of what follows is looked at first.
    await serverEnd.write(FIXED.frames.serverHello);
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length);
    await serverEnd.write(header);
    await opening;
    await end.closed;
  }
});

Deno.test("openChannel() reports a cut when the server ends at any step", async () => {
  const silent = new ScriptedDuplex([]);
  await assertRefusesLater(
    "CHAT_CONNECTION_CUT",
    () => openChannel(silent, pinning(FIXED.server.fingerprint)),
  );
  const hello = new ScriptedDuplex([FIXED.frames.serverHello]);
  await assertRefusesLater(
    "CHAT_CONNECTION_CUT",
    () => openChannel(hello, pinning(FIXED.server.fingerprint)),
  );
  assertEquals([silent.calls, hello.calls], [["close"], ["close"]]);
});

Deno.test("openChannel() fails with the reason its connection was closed for, such as the deadline", async () => {
  for (const said of [[], [FIXED.frames.serverHello]]) {
    const duplex = new ScriptedDuplex(said, { silent: true });
    const opening = assertRefusesLater(
      "CHAT_TIMEOUT",
      () => openChannel(duplex, pinning(FIXED.server.fingerprint)),
    );
    await new Promise((resolve) => setTimeout(resolve, 0));
    duplex.close(new ChatError("CHAT_TIMEOUT", "Cannot wait: ten seconds"));
    await opening;
  }
});
