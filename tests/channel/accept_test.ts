import { type Bytes, utf8 } from "../../lib/bytes.ts";
import {
  acceptChannel,
  type Refusal,
  turnAway,
} from "../../lib/channel/accept.ts";
import { openChannel } from "../../lib/channel/open.ts";
import { ChatError } from "../../lib/errors.ts";
import { ALERTS, encodeClearAlert } from "../../lib/wire/alert.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { memoryDuplexes } from "../support/memory_duplex.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { say, textsOf } from "./channel_harness.ts";
import { FIXED } from "./fixed_states.ts";
import { outcomeOfChannel } from "./outcome.ts";
import { passOn, relayedHandshake } from "./relay.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

const LIMITS = { serverTime: 1, maxMessage: 2, idleTimeout: 3 };
const NOTHING = new Uint8Array(0);

function options(refusal?: Refusal): Parameters<typeof acceptChannel>[1] {
  return {
    identity: FIXED.server,
    admit: () => refusal,
    limits: () => LIMITS,
  };
}

for (
  const alert of [
    "not_authorized",
    "banned",
    "full",
    "development_identity",
  ] as const
) {
  Deno.test(`acceptChannel() refuses a proven client as "${alert}", sealed and with the reason`, async () => {
    const reason = `because of ${alert}`;
    const relayed = await relayedHandshake(passOn, {
      admit: () => ({ alert, reason }),
    });
    const { client, server } = relayed;
    assert(client instanceof ChatError && server instanceof ChatError);
    assertEquals(client.code, ALERTS[alert].code);
    assert(client.message.includes(reason), client.message);
    assertEquals(server.code, ALERTS[alert].code);
    assert(server.message.includes(FIXED.client.fingerprint));
    assert(relayed.ends.server.lingering);
    relayed.close();
    await relayed.ends.server.closed;
    const written = relayed.ends.server.written.map((bytes) => bytes.toHex());
    assert(!written.join("").includes(utf8(reason).toHex()));
  });
}

Deno.test("acceptChannel() hands on what the client sent before it could see READY", async () => {
  const [clientEnd, serverEnd] = memoryDuplexes();
  const accepting = acceptChannel(serverEnd, options());
  const client = await openChannel(clientEnd, {
    identity: FIXED.client,
    pins: [FIXED.server.fingerprint],
  });
  say(client, "at once");
  const server = await accepting;
  const closing = client.close();
  const { data, end } = await outcomeOfChannel(server);
  await closing;
  assertEquals([textsOf(data), end], [["at once"], "close"]);
});

Deno.test("acceptChannel() reads the limits when it sends READY, not before", async () => {
  const order: string[] = [];
  const relayed = await relayedHandshake(passOn, {
    admit: () => void order.push("admit"),
    limits(): typeof LIMITS {
      order.push("limits");
      return LIMITS;
    },
  });
  assertEquals(order, ["admit", "limits"]);
  relayed.close();
});

Deno.test("acceptChannel() closes without a word when its own side fails", async () => {
  const failure = new Error("the list cannot be read");
  const [clientEnd, serverEnd] = memoryDuplexes();
  const opening = assertRefusesLater(
    "CHAT_CONNECTION_CUT",
    () =>
      openChannel(clientEnd, {
        identity: FIXED.client,
        pins: [FIXED.server.fingerprint],
      }),
  );
  const accepting = acceptChannel(serverEnd, {
    ...options(),
    admit(): never {
      throw failure;
    },
  });
  await assertRejects(() => accepting, Error, failure.message);
  await serverEnd.closed;
  await opening;
  assertEquals(serverEnd.written.length, 1); // ServerHello and ServerAuth
});

Deno.test("acceptChannel() reports a cut when the client says nothing or stops in the middle", async () => {
  for (const chunk of [NOTHING, FIXED.frames.clientHello.slice(0, 700)]) {
    const duplex = new ScriptedDuplex([chunk]);
    await assertRefusesLater(
      "CHAT_CONNECTION_CUT",
      () => acceptChannel(duplex, options()),
    );
    await duplex.closed;
    assertEquals([duplex.written, duplex.calls], [[], ["close"]]);
  }
});

Deno.test("acceptChannel() fails with the reason its connection was closed for, such as the deadline", async () => {
  for (const said of [NOTHING, FIXED.frames.clientHello]) {
    const duplex = new ScriptedDuplex([said], { silent: true });
    const accepting = assertRefusesLater(
      "CHAT_TIMEOUT",
      () => acceptChannel(duplex, options()),
    );
    await new Promise((resolve) => setTimeout(resolve, 0));
    duplex.close(new ChatError("CHAT_TIMEOUT", "Cannot wait: ten seconds"));
    await accepting;
  }
});

Deno.test("acceptChannel() keeps the client's reset from hiding its alert", async () => {
  const wrong = FIXED.frames.clientHello.slice();
  wrong[11] = 9; // version
  const duplex = new ScriptedDuplex([wrong, new Uint8Array(5000)]);
  await assertRefusesLater(
    "CHAT_VERSION_UNSUPPORTED",
    () => acceptChannel(duplex, options()),
  );
  await duplex.closed;
  assertEquals(duplex.written, [
    encodeFrame(encodeClearAlert("unsupported_version")),
  ]);
  // Unread bytes at the time of closing would reset the connection.
  assertEquals(duplex.calls, ["linger", "closeWrite", "close"]);
  assert(!duplex.unread);
});

Deno.test("acceptChannel() reads other versions up to 4,096 bytes to tell them so, and no more", async () => {
  for (
    const [length, code] of [
      [4096, "CHAT_VERSION_UNSUPPORTED"],
      [4097, "CHAT_FRAME_SIZE"],
    ] as const
  ) {
    const body = new Uint8Array(length);
    body.set(FIXED.clientHello.subarray(0, 8));
    body[7] = 2; // version
    await assertRefusesLater(
      code,
      () => acceptChannel(new ScriptedDuplex([encodeFrame(body)]), options()),
    );
  }
});

Deno.test("turnAway() says busy, reads what comes, and closes", async () => {
  const duplex = new ScriptedDuplex([FIXED.frames.clientHello]);
  await turnAway(duplex);
  assertEquals(duplex.written, [encodeFrame(encodeClearAlert("busy"))]);
  assertEquals(duplex.calls, ["linger", "closeWrite", "close"]);
});

Deno.test("turnAway() closes when nothing can be written", async () => {
  const duplex = new ScriptedDuplex([], {
    onWrite: (_bytes: Bytes) => Promise.reject(new Error("gone")),
  });
  await turnAway(duplex);
  assertEquals(duplex.calls.at(-1), "close");
});
