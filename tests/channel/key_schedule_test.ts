import { finishedKey, KeySchedule } from "../../lib/channel/key_schedule.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import { assertEquals } from "../support/assert.ts";

const T1 = new Uint8Array(32).fill(1);
const T3 = new Uint8Array(32).fill(3);

async function schedule(): Promise<KeySchedule> {
  return await KeySchedule.from({
    mlKem: new Uint8Array(32).fill(0xaa),
    x25519: new Uint8Array(32).fill(0xbb),
  });
}

Deno.test("KeySchedule.from() wipes both secrets when it has used them", async () => {
  const secrets = {
    mlKem: new Uint8Array(32).fill(0xaa),
    x25519: new Uint8Array(32).fill(0xbb),
  };
  await KeySchedule.from(secrets);
  assertEquals(secrets.mlKem, new Uint8Array(32));
  assertEquals(secrets.x25519, new Uint8Array(32));
});

Deno.test("KeySchedule depends on both secrets, so that either of them may be broken", async () => {
  const of = async (mlKem: number, x25519: number): Promise<string> => {
    const keys = await KeySchedule.from({
      mlKem: new Uint8Array(32).fill(mlKem),
      x25519: new Uint8Array(32).fill(x25519),
    });
    return (await keys.exporter(T3)).toHex();
  };
  const found = [
    await of(1, 1),
    await of(1, 2),
    await of(2, 1),
    await of(2, 2),
  ];
  assertEquals(new Set(found).size, 4);
});

Deno.test("KeySchedule gives no secret, key or IV to two directions or two phases", async () => {
  const keys = await schedule();
  const secrets = [
    await keys.handshakeTraffic("client", T1),
    await keys.handshakeTraffic("server", T1),
    await keys.applicationTraffic("client", T3),
    await keys.applicationTraffic("server", T3),
    await keys.exporter(T3),
    // The transcript matters, not just the label.
    await keys.handshakeTraffic("client", T3),
    await keys.applicationTraffic("client", T1),
  ];
  const ivs = await Promise.all(
    secrets.map(async (secret) => (await trafficKey(secret)).iv),
  );
  const all = [...secrets, ...ivs].map((bytes) => bytes.toHex());
  assertEquals(new Set(all).size, all.length);
});

Deno.test("finishedKey() differs by sender and by transcript", async () => {
  const keys = await schedule();
  const macs: string[] = [];
  for (const role of ["client", "server"] as const) {
    for (const hash of [T1, T3]) {
      const secret = await keys.handshakeTraffic(role, T1);
      const key = await finishedKey(secret, hash);
      macs.push((await key.mac(T1)).toHex());
    }
  }
  assertEquals(new Set(macs).size, 4);
});
