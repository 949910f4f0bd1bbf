import { type Bytes, utf8 } from "../../lib/bytes.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import type { Session } from "../../lib/channel/session.ts";
import type { TrafficKey } from "../../lib/channel/traffic_key.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { recordStream } from "../../tools/vectors/records.ts";
import { clientSession, FIXED, KEYS, serverSession } from "./fixed_states.ts";

/** One record of the recorded session. */
export interface Recorded {
  readonly bytes: Bytes;
  /** What the application gets of it. */
  readonly data: readonly Bytes[];
}

/** One direction of the recorded session, and how to receive it. */
export interface Direction {
  readonly name: string;
  readonly records: readonly Recorded[];
  /** The receiver's end, at the start of the records. */
  session(): Session;
}

/**
 * The key chain of `key`, derived once: receiving a record again and again
 * must not cost a KeyUpdate every time.
 */
async function chain(key: TrafficKey, updates: number): Promise<TrafficKey> {
  if (updates === 0) return key;
  const next = await chain(await key.next(), updates - 1);
  return { key: key.key, iv: key.iv, next: () => Promise.resolve(next) };
}

const UP = await chain(KEYS.up, 2);
const DOWN = await chain(KEYS.down, 1);

async function record(
  sealer: RecordSealer,
  ...messages: readonly (readonly [number, Bytes])[]
): Promise<Recorded> {
  const encoded = messages.map(([type, payload]) =>
    encodeMessage(type, payload)
  );
  return {
    bytes: await sealer.seal(
      new Uint8Array(encoded.flatMap((each) => [...each])),
    ),
    data: messages.filter(([type]) => type === MESSAGE_TYPES.data)
      .map(([, payload]) => payload),
  };
}

/** The client's direction: the stream of `tests/vectors/records.json`. */
const up: readonly Recorded[] = (await recordStream(FIXED.schedule.up.secret))
  .map(({ frame, messages }) => ({
    bytes: frame,
    data: messages.filter(({ type }) => type === MESSAGE_TYPES.data)
      .map(({ payload }) => payload),
  }));

/** The server's direction, after READY: less of everything. */
async function recordDown(): Promise<Recorded[]> {
  const { data, keyUpdate, close, ping } = MESSAGE_TYPES;
  const nothing = new Uint8Array(0);
  const sealer = new RecordSealer(DOWN);
  await sealer.seal(nothing); // in the place of READY
  const records = [
    await record(sealer, [data, utf8("welcome")]),
    await record(sealer, [ping, new Uint8Array(8)], [data, utf8("news")]),
    await record(sealer, [data, utf8("one")], [keyUpdate, nothing]),
  ];
  await sealer.update();
  records.push(
    await record(sealer, [data, utf8("two")]),
    await record(sealer, [close, nothing]),
  );
  return records;
}

/** The session after its handshake, both ways. */
export const RECORDED: { readonly up: Direction; readonly down: Direction } = {
  up: {
    name: "of the client",
    records: up,
    session: () => ({ ...serverSession(), opener: new RecordOpener(UP) }),
  },
  down: {
    name: "of the server",
    records: await recordDown(),
    session(): Session {
      const opener = new RecordOpener(DOWN);
      skipReady(opener);
      return { ...clientSession(), opener };
    },
  },
};

/** Claims the sequence number that READY had. */
function skipReady(opener: RecordOpener): void {
  const frame = { header: new Uint8Array(4), body: new Uint8Array(16) };
  try {
    void opener.open(frame);
  } catch {
    // It is not READY, but it stood in its place.
  }
}
