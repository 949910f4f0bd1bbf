import { RecordOpener } from "../lib/channel/record_opener.ts";
import { RecordSealer } from "../lib/channel/record_sealer.ts";
import { trafficKey } from "../lib/channel/traffic_key.ts";
import { encodeMessage, MESSAGE_TYPES } from "../lib/wire/message.ts";
import { concat } from "../lib/bytes.ts";
import { channelPair } from "./pairs.ts";
import { alternate, short, table } from "./stats.ts";
import { type Certificate, makeCertificate, tcpPair, tlsPair } from "./tls.ts";

const SIZES = [64, 1024, 16_384];
const VOLUME = 16 * 1024 * 1024;

/** Messages that one measurement sends: enough to measure, not to wait for. */
function countOf(size: number, most: number): number {
  return Math.min(most, Math.floor(VOLUME / size));
}

/** Sealing and opening alone, without a network. */
export async function benchSealing(rounds: number): Promise<string> {
  const rows: string[][] = [];
  for (const size of SIZES) {
    const message = encodeMessage(MESSAGE_TYPES.data, new Uint8Array(size));
    const batched = Math.floor(65_533 / message.length);
    const batch = concat(...Array<Uint8Array>(batched).fill(message));
    const perSecond = await alternate({
      single: () => sealing(message, 1, countOf(size, 4_000)),
      batched: () => sealing(batch, batched, countOf(size, 100_000)),
    }, rounds);
    rows.push([
      `${size} B`,
      short(perSecond.single),
      short(perSecond.batched),
      (perSecond.batched / perSecond.single).toFixed(1),
    ]);
  }
  return table(
    ["messages/s sealed and opened", "one a record", "batched", "ratio"],
    rows,
  );
}

async function sealing(
  messages: Uint8Array,
  each: number,
  count: number,
): Promise<number> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const sealer = new RecordSealer(await trafficKey(secret));
  const opener = new RecordOpener(await trafficKey(secret));
  const started = performance.now();
  for (let done = 0; done < count; done += each) {
    const frame = await sealer.seal(messages);
    await opener.open({ header: frame.slice(0, 4), body: frame.subarray(4) });
  }
  return count / ((performance.now() - started) / 1000);
}

/** Messages over one loopback connection, one direction. */
export async function benchTransfer(rounds: number): Promise<string> {
  const certificate = await makeCertificate();
  const rows: string[][] = [];
  for (const size of SIZES) {
    const perSecond = await alternate({
      tcp: () => overTcp(size),
      tls: () => overTls(size, certificate),
      single: () => overChannel(size, 1),
      batched: () => overChannel(size, 256),
    }, rounds);
    rows.push([
      `${size} B`,
      short(perSecond.tcp),
      short(perSecond.tls),
      short(perSecond.single),
      short(perSecond.batched),
      (perSecond.batched / perSecond.tls).toFixed(2),
    ]);
  }
  return table(
    [
      "messages/s over loopback",
      "TCP, one a write",
      "TLS 1.3, one a write",
      "chat/1, one a record",
      "chat/1, batched",
      "batched / TLS",
    ],
    rows,
  );
}

interface ByteConn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

async function overTcp(size: number): Promise<number> {
  return await overBytes(await tcpPair(), size);
}

async function overTls(size: number, cert: Certificate): Promise<number> {
  return await overBytes(await tlsPair(cert), size);
}

async function overBytes(
  [from, to]: readonly [ByteConn, ByteConn],
  size: number,
): Promise<number> {
  const count = countOf(size, 20_000);
  const message = new Uint8Array(size);
  const started = performance.now();
  const received = (async (): Promise<void> => {
    const buffer = new Uint8Array(131_072);
    for (let left = count * size; left > 0;) {
      left -= await to.read(buffer) ?? left;
    }
  })();
  for (let i = 0; i < count; i++) {
    for (let sent = 0; sent < size;) {
      sent += await from.write(message.subarray(sent));
    }
  }
  await received;
  const seconds = (performance.now() - started) / 1000;
  from.close();
  to.close();
  return count / seconds;
}

/** @param burst Messages queued before the sender lets the others run. */
async function overChannel(size: number, burst: number): Promise<number> {
  const [from, to] = await channelPair();
  const count = countOf(size, burst === 1 ? 20_000 : 200_000);
  const message = new Uint8Array(size);
  const started = performance.now();
  const received = (async (): Promise<void> => {
    let left = count;
    for await (const batch of to.batches()) {
      left -= batch.length;
      if (left === 0) break;
    }
  })();
  const bursts = Math.min(burst, Math.floor(262_144 / size));
  for (let i = 0; i < count; i += bursts) {
    for (let n = i; n < Math.min(count, i + bursts); n++) from.send(message);
    await from.flush();
  }
  await received;
  const seconds = (performance.now() - started) / 1000;
  await from.close();
  return count / seconds;
}
