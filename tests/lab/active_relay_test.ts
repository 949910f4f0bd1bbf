import type { Bytes } from "../../lib/bytes.ts";
import {
  type Meddle,
  passOn,
  startActiveRelay,
} from "../../lib/lab/active_relay.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { assertEquals } from "../support/assert.ts";

const FRAMES = [1, 2, 3].map((value) =>
  encodeFrame(new Uint8Array(value).fill(value))
);
const [ONE, TWO, THREE] = FRAMES as [Bytes, Bytes, Bytes];

/** What both ends get when a client sends three frames through a relay. */
async function through(
  meddle: Meddle,
): Promise<{ readonly up: string; readonly down: string }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = { host: "127.0.0.1", port: listener.addr.port };
  await using relay = startActiveRelay(target, () => meddle);
  const client = await Deno.connect({ port: relay.port });
  const server = await listener.accept();
  listener.close();
  const received = readAll(server).finally(() => server.close());
  for (const frame of FRAMES) await client.write(frame);
  await client.closeWrite();
  const up = await received;
  const down = await readAll(client);
  client.close();
  await relay.connections[0]?.ended;
  assertEquals(relay.connections[0]?.sent.up, FRAMES);
  return { up, down };
}

async function readAll(conn: Deno.TcpConn): Promise<string> {
  let hex = "";
  const buffer = new Uint8Array(1024);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return hex;
    hex += buffer.slice(0, count).toHex();
  }
}

function hex(...frames: readonly Bytes[]): string {
  return frames.map((frame) => frame.toHex()).join("");
}

/** Does `meddle` to the second frame alone. */
function second(meddle: Meddle): Meddle {
  return (frame) => frame.index === 1 ? meddle(frame) : passOn(frame);
}

const CASES: readonly {
  readonly name: string;
  readonly meddle: Meddle;
  readonly up: string;
  readonly down?: string;
}[] = [
  { name: "everything on", meddle: passOn, up: hex(ONE, TWO, THREE) },
  {
    name: "other bytes in place of a frame",
    meddle: second(({ forward }) => forward(ONE)),
    up: hex(ONE, ONE, THREE),
  },
  {
    name: "nothing of a frame that is dropped",
    meddle: second(() => {}),
    up: hex(ONE, THREE),
  },
  {
    name: "nothing behind a cut",
    meddle: second(({ cut }) => cut()),
    up: hex(ONE),
  },
  {
    name: "a reflected frame to its sender",
    meddle: second(({ bytes, reflect }) => reflect(bytes)),
    up: hex(ONE, THREE),
    down: hex(TWO),
  },
];

for (const { name, meddle, up, down = "" } of CASES) {
  Deno.test(`startActiveRelay() sends ${name}`, async () => {
    assertEquals(await through(meddle), { up, down });
  });
}

Deno.test("startActiveRelay() hangs up on clients when nobody answers behind it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using relay = startActiveRelay(
    { host: "127.0.0.1", port },
    () => passOn,
  );
  const client = await Deno.connect({ port: relay.port });
  assertEquals(await readAll(client), "");
  client.close();
});
