import { type Bytes, concat } from "../../lib/bytes.ts";

/** A TCP segment of a capture file. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly sequence: number;
  readonly flags: number;
  /** Microseconds since 1970. */
  readonly time: number;
  readonly data: Bytes;
}

/** Reads what `pcapng()` writes, block by block, and checks every length. */
export function readPcapng(file: Bytes): Segment[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const segments: Segment[] = [];
  for (let at = 0; at < file.length;) {
    const [type, length] = [
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
    ];
    if (length % 4 !== 0 || view.getUint32(at + length - 4, true) !== length) {
      throw new Error(`block at ${at} does not end`);
    }
    if (type === 6) {
      const time = view.getUint32(at + 12, true) * 2 ** 32 +
        view.getUint32(at + 16, true);
      const size = view.getUint32(at + 20, true);
      segments.push(readPacket(file.slice(at + 28, at + 28 + size), time));
    }
    at += length;
  }
  return segments;
}

function readPacket(ip: Bytes, time: number): Segment {
  const view = new DataView(ip.buffer);
  if (ip[0] !== 0x45 || view.getUint16(2) !== ip.length || ip[9] !== 6) {
    throw new Error("not TCP over IPv4");
  }
  const pseudo = concat(ip.slice(12, 20), Uint8Array.of(0, 6, 0, 0));
  new DataView(pseudo.buffer).setUint16(10, ip.length - 20);
  for (const part of [ip.slice(0, 20), concat(pseudo, ip.slice(20))]) {
    if (sumOf(part) !== 0xffff) throw new Error("wrong checksum");
  }
  return {
    from: view.getUint16(20),
    to: view.getUint16(22),
    sequence: view.getUint32(24),
    flags: ip[33] ?? 0,
    time,
    data: ip.slice(40),
  };
}

/** The ones' complement sum: all ones over what includes its checksum. */
function sumOf(bytes: Bytes): number {
  const even = bytes.length % 2 === 0
    ? bytes
    : concat(bytes, new Uint8Array(1));
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) {
    sum += 256 * (even[at] ?? 0) + (even[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}
