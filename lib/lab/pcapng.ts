import { type Bytes, concat, utf8 } from "../bytes.ts";
import type { Recording } from "./recording.ts";

/** Raw IP packets without a link layer (LINKTYPE_RAW). */
const LINK_RAW = 101;
const MAX_SEGMENT_BYTES = 32_768;
const LOOPBACK = [127, 0, 0, 1] as const;

/** First port of the clients that are made up. */
const CLIENT_PORT = 40_000;

const FLAGS = { fin: 0x11, syn: 0x02, synAck: 0x12, ack: 0x10, data: 0x18 };

/** What a relay recorded, and where it listened. */
export interface RecordedPort {
  readonly port: number;
  readonly recordings: readonly Recording[];
}

/**
 * Recordings as a capture file (draft-ietf-opsawg-pcapng), for Wireshark. Bytes,
 * order and times of what was said are those recorded; packets, addresses of
 * clients and everything of TCP are made up around them, as a comment in it says.
 *
 * @param began Time of day at which relays began to listen, in milliseconds.
 */
export function pcapng(relays: readonly RecordedPort[], began: number): Bytes {
  const packets = relays.flatMap(({ port, recordings }, relay) =>
    recordings.flatMap((recording, index) =>
      packetsOf(recording, {
        server: port,
        client: CLIENT_PORT + 1000 * relay + index,
      })
    )
  ).toSorted((a, b) => a.at - b.at);
  return concat(
    sectionHeader(),
    interfaceDescription(),
    ...packets.map(({ at, bytes }) => packetBlock(began + at, bytes)),
  );
}

interface Packet {
  /** Milliseconds since the relay began. */
  readonly at: number;
  readonly bytes: Bytes;
}

interface Ports {
  readonly client: number;
  readonly server: number;
}

/** A connection: three packets to open it, the recorded ones, two to close it. */
function packetsOf(recording: Recording, ports: Ports): Packet[] {
  const { captures } = recording;
  const first = captures[0]?.at ?? 0;
  const last = captures.at(-1)?.at ?? 0;
  const next = { up: 1, down: 1 };
  const packet = (
    way: "up" | "down",
    at: number,
    rest: { readonly flags: number; readonly data?: Bytes },
  ): Packet => {
    const other = way === "up" ? "down" : "up";
    const { flags, data = new Uint8Array(0) } = rest;
    const opens = (flags & FLAGS.syn) !== 0;
    const bytes = ipPacket(way, ports, {
      flags,
      data,
      sequence: opens ? 0 : next[way],
      acknowledged: flags === FLAGS.syn ? 0 : next[other],
    });
    next[way] += data.length;
    return { at, bytes };
  };
  return [
    packet("up", first, { flags: FLAGS.syn }),
    packet("down", first, { flags: FLAGS.synAck }),
    packet("up", first, { flags: FLAGS.ack }),
    ...captures.flatMap(({ direction, at, bytes }) =>
      cut(bytes).map((data) =>
        packet(direction, at, { flags: FLAGS.data, data })
      )
    ),
    ...(recording.hasEnded
      ? (["up", "down"] as const).map((way) =>
        packet(way, last, { flags: FLAGS.fin })
      )
      : []),
  ];
}

function cut(bytes: Bytes): Bytes[] {
  return Array.from(
    { length: Math.ceil(bytes.length / MAX_SEGMENT_BYTES) },
    (_, at) =>
      bytes.slice(at * MAX_SEGMENT_BYTES, (at + 1) * MAX_SEGMENT_BYTES),
  );
}

/** IPv4 (RFC 791) around TCP (RFC 9293), with their checksums. */
function ipPacket(way: "up" | "down", ports: Ports, segment: {
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly data: Bytes;
}): Bytes {
  const [from, to] = way === "up"
    ? [ports.client, ports.server]
    : [ports.server, ports.client];
  const tcp = new Uint8Array(20 + segment.data.length);
  const tcpView = new DataView(tcp.buffer);
  tcpView.setUint16(0, from);
  tcpView.setUint16(2, to);
  tcpView.setUint32(4, segment.sequence);
  tcpView.setUint32(8, segment.acknowledged);
  tcpView.setUint8(12, 5 << 4);
  tcpView.setUint8(13, segment.flags);
  tcpView.setUint16(14, 65_535);
  tcp.set(segment.data, 20);
  const pseudo = Uint8Array.of(
    ...LOOPBACK,
    ...LOOPBACK,
    0,
    6,
    tcp.length >> 8,
    tcp.length & 0xff,
  );
  tcpView.setUint16(16, checksum(concat(pseudo, tcp)));
  const ip = new Uint8Array(20);
  const ipView = new DataView(ip.buffer);
  ipView.setUint8(0, 0x45);
  ipView.setUint16(2, ip.length + tcp.length);
  ipView.setUint16(6, 0x4000); // is not to be fragmented
  ipView.setUint8(8, 64);
  ipView.setUint8(9, 6);
  ip.set(LOOPBACK, 12);
  ip.set(LOOPBACK, 16);
  ipView.setUint16(10, checksum(ip));
  return concat(ip, tcp);
}

/** The checksum of the Internet (RFC 1071). */
function checksum(bytes: Bytes): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function sectionHeader(): Bytes {
  const comment = utf8(
    "Written from what a relay of chat lab recorded: the bytes and times are real, the packets around them are made up.",
  );
  return block(
    0x0a0d0d0a,
    u32(0x1a2b3c4d),
    u16(1, 0),
    new Uint8Array(8).fill(0xff), // of unknown length
    u16(1, comment.length), // opt_comment
    padded(comment),
    u16(0, 0),
  );
}

function interfaceDescription(): Bytes {
  return block(1, u16(LINK_RAW, 0), u32(0));
}

/** An Enhanced Packet Block; times are in microseconds. */
function packetBlock(at: number, bytes: Bytes): Bytes {
  const time = BigInt(Math.round(at * 1000));
  return block(
    6,
    u32(0, Number(time >> 32n), Number(time & 0xffff_ffffn)),
    u32(bytes.length, bytes.length),
    padded(bytes),
  );
}

function block(type: number, ...parts: readonly Bytes[]): Bytes {
  const body = concat(...parts);
  const length = u32(body.length + 12);
  return concat(u32(type), length, body, length);
}

function padded(bytes: Bytes): Bytes {
  return concat(bytes, new Uint8Array(-bytes.length & 3));
}

function u16(...numbers: readonly number[]): Bytes {
  const bytes = new Uint8Array(2 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, at) => view.setUint16(2 * at, number, true));
  return bytes;
}

function u32(...numbers: readonly number[]): Bytes {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, at) => view.setUint32(4 * at, number, true));
  return bytes;
}
