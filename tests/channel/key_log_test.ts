import { acceptChannel } from "../../lib/channel/accept.ts";
import { KeyLogger } from "../../lib/channel/key_log.ts";
import { openChannel } from "../../lib/channel/open.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import { AesGcmKey } from "../../lib/crypto/aes_gcm.ts";
import type { Bytes } from "../../lib/bytes.ts";
import { splitFrames } from "../../lib/lab/frames.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { memoryDuplexes } from "../support/memory_duplex.ts";
import { FIXED } from "./fixed_states.ts";

const secret = (): Bytes => new Uint8Array(32).fill(7);
const random = new Uint8Array(32).fill(1);

Deno.test("trafficKey() tells each key that records are sealed under", async () => {
  const told: { key: Bytes; iv: Bytes }[] = [];
  const key = await trafficKey(
    secret(),
    (key, iv) => told.push({ key: key.slice(), iv: iv.slice() }),
  );
  const sealer = new RecordSealer(key);
  const frames = [await sealer.seal(Uint8Array.of(0x12, 0, 0))];
  await sealer.update();
  frames.push(await sealer.seal(Uint8Array.of(0x12, 0, 0)));
  assertEquals(told.length, 2);
  for (const [at, frame] of frames.entries()) {
    const { key = secret(), iv = secret() } = told[at] ?? {};
    const opener = new RecordOpener({
      key: new AesGcmKey(key),
      iv,
      next: () => Promise.reject(new Error("is not needed here")),
    });
    const [seen] = splitFrames(frame);
    const header = frame.slice(0, 4);
    const plaintext = await opener.open({ header, body: seen?.body ?? header });
    assertEquals(plaintext.subarray(0, 3), Uint8Array.of(0x12, 0, 0));
  }
});

Deno.test("KeyLogger numbers the keys of a direction, and is silent without a log", () => {
  const lines: string[] = [];
  const onKey = new KeyLogger((line) => lines.push(line), random)
    .of("CHAT1_CLIENT_TRAFFIC");
  onKey?.(Uint8Array.of(0xab), Uint8Array.of(1));
  onKey?.(Uint8Array.of(0xcd), Uint8Array.of(2));
  const hex = "01".repeat(32);
  assertEquals(lines, [
    `CHAT1_CLIENT_TRAFFIC ${hex} 0 ab 01`,
    `CHAT1_CLIENT_TRAFFIC ${hex} 1 cd 02`,
  ]);
  const silent = new KeyLogger(undefined, random);
  assertEquals(silent.of("CHAT1_CLIENT_TRAFFIC"), undefined);
});

Deno.test("openChannel() logs four keys under the random of its greeting, and none unasked", async () => {
  const [clientEnd, serverEnd] = memoryDuplexes();
  const lines: string[] = [];
  const accepting = acceptChannel(serverEnd, {
    identity: FIXED.server,
    admit: () => undefined,
    limits: () => ({ serverTime: 1, maxMessage: 2, idleTimeout: 3 }),
  });
  await openChannel(clientEnd, {
    identity: FIXED.client,
    pins: [FIXED.server.fingerprint],
    keyLog: (line) => lines.push(line),
  });
  await accepting;
  for (const end of [clientEnd, serverEnd]) end.close();
  assertEquals(lines.map((line) => line.split(" ")[0]).toSorted(), [
    "CHAT1_CLIENT_HANDSHAKE",
    "CHAT1_CLIENT_TRAFFIC",
    "CHAT1_SERVER_HANDSHAKE",
    "CHAT1_SERVER_TRAFFIC",
  ]);
  for (const line of lines) {
    assert(/^\w+ [0-9a-f]{64} 0 [0-9a-f]{64} [0-9a-f]{24}$/.test(line), line);
  }
  assertEquals(new Set(lines.map((line) => line.split(" ")[1])).size, 1);
});
