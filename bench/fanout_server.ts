// deno-lint-ignore-file no-console -- it prints its results
/**
 * A server under load: `ours` is the real one with its rate limits lifted,
 * `naive` does the obvious thing, one awaited seal and one awaited write per
 * message and member, over the same handshake and records.
 */
import {
  decodeClientMessage,
  encodeServerMessage,
} from "../lib/protocol/codec.ts";
import { generateIdentity, type Identity } from "../lib/identity/identity.ts";
import { ExpectClientHello } from "../lib/channel/server_handshake.ts";
import { FrameSource } from "../lib/channel/frame_source.ts";
import { Inbox } from "../lib/channel/inbox.ts";
import type { Session } from "../lib/channel/session.ts";
import { fingerprintBytes } from "../lib/identity/fingerprint.ts";
import { TcpDuplex } from "../lib/net/tcp_duplex.ts";
import { isRecordLength } from "../lib/wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES } from "../lib/wire/message.ts";
import { MemoryHistory } from "../lib/store/memory_history.ts";
import { serve } from "../server.ts";
import { LIFTED_LIMITS } from "./lifted.ts";

const identity = await generateIdentity();
const port = Deno.args[0] === "naive" ? await naive(identity) : ours();
console.log(JSON.stringify({ port, fingerprint: identity.fingerprint }));

function ours(): number {
  return serve({
    history: new MemoryHistory({ keepLast: 1_000 }),
    host: "127.0.0.1",
    port: 0,
    identity,
    limits: LIFTED_LIMITS,
  }).port;
}

interface Member {
  readonly duplex: TcpDuplex;
  readonly session: Session;
}

// deno-lint-ignore require-await -- both servers are started the same way
async function naive(identity: Identity): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const members: Member[] = [];
  let seq = 0;
  (async (): Promise<void> => {
    for await (const conn of listener) void take(new TcpDuplex(conn));
  })();
  return listener.addr.port;

  async function take(duplex: TcpDuplex): Promise<void> {
    const frames = new FrameSource(duplex);
    const start = new ExpectClientHello(identity);
    const reply = await start.receive(await frames.frame(() => true));
    await duplex.write(reply.frames);
    const admission = await reply.next.receive(await frames.frame(() => true));
    const { frame, session } = await admission.accept({
      serverTime: Date.now(),
      maxMessage: 65_530,
      idleTimeout: 60_000,
    });
    await duplex.write(frame);
    const member = { duplex, session };
    members.push(member);
    const inbox = new Inbox(session.opener);
    for (;;) {
      const received = await frames.frames(isRecordLength);
      if (received === null) return;
      for (const payload of (await inbox.open(received)).data) {
        await relay(decodeClientMessage(payload), member);
      }
    }
  }

  async function relay(
    message: ReturnType<typeof decodeClientMessage>,
    from: Member,
  ): Promise<void> {
    const { fingerprint } = from.session.peer;
    const position = {
      room: 0,
      at: Date.now(),
      name: "naive",
      fingerprint: fingerprintBytes(fingerprint),
    };
    if (message.kind === "enter") {
      const entered = encodeServerMessage({
        kind: "entered",
        name: "naive",
        standing: "member",
        serverName: "naive",
        motd: "",
        present: members.length,
        log: new Uint8Array(16),
        number: 0,
      });
      await send(from, entered);
    }
    if (message.kind !== "say") return;
    const said = encodeServerMessage({
      ...position,
      kind: "said",
      seq: ++seq,
      text: message.text,
    });
    await Promise.all(members.map((member) => send(member, said)));
  }

  async function send(member: Member, payload: Uint8Array): Promise<void> {
    const message = encodeMessage(MESSAGE_TYPES.data, payload);
    await member.duplex.write(await member.session.sealer.seal(message));
  }
}
