import { type Bytes, concat } from "../../bytes.ts";
import { KeySchedule } from "../../channel/key_schedule.ts";
import { type Frame, RecordOpener } from "../../channel/record_opener.ts";
import { trafficKey } from "../../channel/traffic_key.ts";
import { Transcript } from "../../channel/transcript.ts";
import { ChatError } from "../../errors.ts";
import { decodeClientMessage } from "../../protocol/codec.ts";
import { decodeAuth, encodeAuth, type Role } from "../../wire/auth.ts";
import { MESSAGE_TYPES, splitMessages } from "../../wire/message.ts";
import { splitFrames } from "../frames.ts";
import type { Direction } from "../recording.ts";
import type { SharedSecrets } from "./leaky_client.ts";

/** Both directions of a connection, as an eavesdropper kept them. */
export type Streams = Readonly<Record<Direction, Bytes>>;

/** What somebody has read in a recording. */
export interface Reading {
  /** Public keys, 32 bytes each. */
  readonly server: Bytes;
  readonly client: Bytes;
  /** Records that opened, of all that there are. */
  readonly opened: number;
  readonly records: number;
  /** What the client said. */
  readonly texts: readonly string[];
}

/**
 * Runs the key schedule of docs/protocol.md over a recording.
 *
 * @returns `undefined` when these are not its secrets: nothing opens.
 */
export async function openRecording(
  streams: Streams,
  secrets: SharedSecrets,
): Promise<Reading | undefined> {
  const up = framesOf(streams.up);
  const down = framesOf(streams.down);
  const [clientHello, clientAuth, ...upRecords] = up;
  const [serverHello, serverAuth, ...downRecords] = down;
  if (
    clientHello === undefined || serverHello === undefined ||
    serverAuth === undefined || clientAuth === undefined
  ) throw new Error("Cannot open a recording: it has no handshake");
  const schedule = await KeySchedule.from({
    x25519: secrets.x25519.slice(), // they are wiped
    mlKem: secrets.mlKem.slice(),
  });
  const hellos = concat(clientHello.body, serverHello.body);
  const t1 = await new Transcript(hellos).hash();
  const auth = async (role: Role, frame: Frame): Promise<Bytes> =>
    await new RecordOpener(
      await trafficKey(await schedule.handshakeTraffic(role, t1)),
    ).open(frame);
  try {
    const server = decodeAuth("server", await auth("server", serverAuth));
    const client = decodeAuth("client", await auth("client", clientAuth));
    const t3 = await new Transcript(
      hellos,
      encodeAuth("server", server),
      encodeAuth("client", client),
    ).hash();
    const open = async (role: Role, frames: Frame[]): Promise<Bytes[]> => {
      const secret = await schedule.applicationTraffic(role, t3);
      const opener = new RecordOpener(await trafficKey(secret));
      const plaintexts: Bytes[] = [];
      for (const frame of frames) plaintexts.push(await opener.open(frame));
      return plaintexts;
    };
    const said = await open("client", upRecords);
    const answered = await open("server", downRecords);
    return {
      server: server.identity,
      client: client.identity,
      opened: 2 + said.length + answered.length,
      records: up.length + down.length - 2,
      texts: said.flatMap(textsOf),
    };
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}

function framesOf(stream: Bytes): Frame[] {
  return splitFrames(stream).map(({ bytes, body }) => ({
    header: bytes.slice(0, bytes.length - body.length),
    body,
  }));
}

function textsOf(plaintext: Bytes): string[] {
  return splitMessages(plaintext)
    .filter(({ type }) => type === MESSAGE_TYPES.data)
    .map(({ payload }) => decodeClientMessage(payload))
    .flatMap((message) => message.kind === "say" ? [message.text] : []);
}
