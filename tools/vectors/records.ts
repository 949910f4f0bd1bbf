import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { RecordCounter } from "../../lib/channel/record_counter.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  padMessages,
} from "../../lib/wire/message.ts";
import { frameOf } from "./frames.ts";
import { trafficValues } from "../../lib/lab/schedule_values.ts";
import type { RefusedStream } from "./refused_records.ts";

const { data, keyUpdate, close, ping, pong } = MESSAGE_TYPES;
const NOTHING = new Uint8Array(0);

interface Said {
  readonly type: number;
  readonly payload: Bytes;
}

/** One record of the published stream. */
export interface RecordValues {
  /** KeyUpdates before it. */
  readonly epoch: number;
  readonly sequence: number;
  readonly messages: readonly Said[];
  readonly plaintext: Bytes;
  readonly nonce: Bytes;
  readonly additionalData: Bytes;
  readonly frame: Bytes;
}

/** What the published stream says, record by record. */
const STREAM: readonly (readonly Said[])[] = [
  [say("hello")],
  [say("several messages"), { type: data, payload: NOTHING }, say("世界 👋🏽")],
  // Large enough that crypto.subtle seals it, and padded by the second branch.
  [{ type: data, payload: Uint8Array.from({ length: 2_500 }, (_, i) => i) }],
  [{ type: ping, payload: utf8("12345678") }],
  [say("last under this key"), { type: keyUpdate, payload: NOTHING }],
  [say("first under the next key")],
  [{ type: keyUpdate, payload: NOTHING }],
  [{ type: pong, payload: utf8("87654321") }, say("bye")],
  [{ type: close, payload: NOTHING }],
];

/** Seals the published stream under `secret`, with the real sealer. */
export async function recordStream(secret: Bytes): Promise<RecordValues[]> {
  let key = await trafficKey(secret);
  let counter = new RecordCounter(key.iv);
  const sealer = new RecordSealer(key);
  const records: RecordValues[] = [];
  let epoch = 0;
  for (const messages of STREAM) {
    const encoded = concat(
      ...messages.map(({ type, payload }) => encodeMessage(type, payload)),
    );
    const frame = await sealer.seal(encoded);
    records.push({
      epoch,
      sequence: counter.records,
      messages,
      plaintext: padMessages(encoded),
      nonce: counter.claim(0),
      additionalData: frameOf(frame).header,
      frame,
    });
    if (messages.at(-1)?.type !== keyUpdate) continue;
    await sealer.update();
    key = await key.next();
    counter = new RecordCounter(key.iv);
    epoch += 1;
  }
  return records;
}

/** Content of `records.json`. */
export async function recordVectors(
  secret: Bytes,
  refused: readonly RefusedStream[],
): Promise<unknown> {
  const first = await trafficValues(secret);
  const second = await trafficValues(first.nextSecret);
  const third = await trafficValues(second.nextSecret);
  return {
    about:
      "Records of chat/1 in one direction, with KeyUpdates, and streams that must be refused. Fields: README.md",
    epochs: [first, second, third],
    records: await recordStream(secret),
    refused,
  };
}

function say(text: string): Said {
  return { type: data, payload: utf8(text) };
}
