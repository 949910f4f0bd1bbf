import { type Bytes, concat, utf8 } from "../../bytes.ts";
import { RecordOpener } from "../../channel/record_opener.ts";
import { trafficKey } from "../../channel/traffic_key.ts";
import { openChannel } from "../../channel/open.ts";
import { ChatError } from "../../errors.ts";
import { generateIdentity } from "../../identity/identity.ts";
import { dial } from "../../net/dial.ts";
import { ALERTS, decodeAlert } from "../../wire/alert.ts";
import { MESSAGE_TYPES, soleMessage } from "../../wire/message.ts";
import { encodeFrame, frameHeader } from "../../wire/frame.ts";
import { hostileClient } from "../hostile.ts";
import type { Part } from "../part.ts";
import { RawMember } from "../raw_member.ts";
import { sealRaw } from "../seal_raw.ts";
import type { Verdict } from "../verdict.ts";
import type { Reason, WatchedServer } from "../watched_server.ts";

/** More than a refusal ever needs: an alert in clear has 8 bytes. */
const MAX_ANSWER_BYTES = 64;

/** What a stranger sends in place of a greeting. */
const STRANGERS: readonly (readonly [what: string, bytes: Bytes])[] = [
  ["a web browser's request", utf8("GET / HTTP/1.1\r\nHost: chat\r\n\r\n")],
  ["the greeting of SSH", utf8("SSH-2.0-OpenSSH_9.6\r\n")],
  ["the start of TLS", Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3)],
  ["a frame of 4 GiB", frameHeader(0xffffffff)],
  ["a frame of 4097 bytes", frameHeader(4097)],
  ["an empty frame", frameHeader(0)],
  ["4096 zeros in a frame", encodeFrame(new Uint8Array(4096))],
  ["a message that is cut", encodeFrame(Uint8Array.of(1, 255))],
  [
    "1252 random bytes with the right start",
    encodeFrame(
      concat(
        Uint8Array.fromHex("0104e56368617401"),
        crypto.getRandomValues(new Uint8Array(1248)),
      ),
    ),
  ],
  ["a megabyte of noise", noise(1_048_576)],
];

/** What a member sends that has proven who it is, in place of a message. */
const MEMBERS: readonly (readonly [what: string, bytes: Bytes])[] = [
  ["an empty message", new Uint8Array(0)],
  ["noise", crypto.getRandomValues(new Uint8Array(200))],
  ["65,000 bytes of noise", noise(65_000)],
  ["a thousand arrays in each other", new Uint8Array(1000).fill(0x81)],
  ["an array of 2^64 - 1 items", Uint8Array.fromHex("9bffffffffffffffff")],
  ["a text that is not UTF-8", Uint8Array.fromHex("8502010001" + "62fffe")],
  ["a message with one item too many", Uint8Array.fromHex("8602010001616800")],
  ["a number of no message", Uint8Array.fromHex("8118ff")],
];

/** Sends what is not chat, and looks at what comes back. */
export async function garbage(server: WatchedServer): Promise<Part> {
  const strangers: Answered[] = [];
  for (const [what, bytes] of STRANGERS) {
    let answer = 0;
    const reason = await server.handshakeDuring(async () => {
      answer = await answerTo(server.port, bytes);
    });
    strangers.push({ what, answer, reason });
  }
  const members: ShownOut[] = [];
  for (const [what, bytes] of MEMBERS) {
    members.push({ what, code: await saidByMember(server, bytes) });
  }
  const records = await rawRecords(server);
  const reasons = [...new Set(strangers.map(({ reason }) => reason))];
  const codes = [...new Set([...members, ...records].map(({ code }) => code))];
  return {
    steps: [
      {
        who: "attacker",
        did: `Sends what is not chat to the port, ${strangers.length} kinds: ${
          strangers.map(({ what }) => what).join(", ")
        }.`,
        saw: `${reasons.join(", ")}; at most ${
          Math.max(...strangers.map(({ answer }) => answer))
        } bytes came back`,
      },
      {
        who: "attacker",
        did:
          `Enters as a member, whose records open, and sends nonsense in them: ${
            [...members, ...records].map(({ what }) => what).join(", ")
          }.`,
        saw: codes.join(", "),
      },
    ],
    verdicts: [refusesAll(strangers, [...members, ...records])],
  };
}

/** What became of something that a stranger sent. */
export interface Answered {
  readonly what: string;
  /** Bytes that came back. */
  readonly answer: number;
  readonly reason: Reason;
}

/** What became of something that a member sent. */
export interface ShownOut {
  readonly what: string;
  /** The code it was shown out with, or {@linkcode STAYED}. */
  readonly code: string;
}

/** In place of a code: nothing happened to who sent it. */
export const STAYED = "still connected";

/** Whether everything was refused, and strangers were told next to nothing. */
export function refusesAll(
  strangers: readonly Answered[],
  members: readonly ShownOut[],
): Verdict {
  const accepted =
    strangers.find(({ answer, reason }) =>
      answer > MAX_ANSWER_BYTES || reason === "ok" || reason === undefined
    ) ?? members.find(({ code }) => code === STAYED);
  return {
    claim: "What is not chat ends its connection, and nothing else",
    held: strangers.length > 0 && members.length > 0 && accepted === undefined,
    evidence: accepted === undefined
      ? `${strangers.length} kinds before the handshake and ${members.length} after it, each refused`
      : `not refused: ${accepted.what}`,
  };
}

/** How many bytes the server answers before it hangs up. */
async function answerTo(port: number, bytes: Bytes): Promise<number> {
  const duplex = await dial({ host: "127.0.0.1", port });
  let total = 0;
  try {
    await duplex.write(bytes).catch(() => {}); // it hangs up in the middle
    await duplex.closeWrite();
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = await duplex.read(buffer);
      if (count === null) break;
      total += count;
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error; // it reset the connection
  } finally {
    duplex.close();
  }
  return total;
}

/** The code that a member is shown out with. */
async function saidByMember(
  server: WatchedServer,
  bytes: Bytes,
): Promise<string> {
  const duplex = await dial({ host: "127.0.0.1", port: server.port });
  try {
    const channel = await openChannel(duplex, {
      identity: await generateIdentity(),
      pins: [server.fingerprint],
    });
    channel.send(bytes);
    channel.wake();
    await new RawMember(duplex, channel).next();
    return STAYED;
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  } finally {
    duplex.close();
  }
}

/** Records that open, but hold what no record may. */
async function rawRecords(
  server: WatchedServer,
): Promise<readonly ShownOut[]> {
  const plaintexts: readonly (readonly [string, Bytes])[] = [
    ["a record of padding alone", new Uint8Array(256)],
    [
      "a record with a message that is cut",
      padded(Uint8Array.of(0x10, 0xff, 0xff)),
    ],
    ["a record of an unknown type", padded(Uint8Array.of(0x77, 0, 0))],
    ["a handshake in a record", padded(Uint8Array.of(0x04, 0, 0))],
  ];
  const results: ShownOut[] = [];
  for (const [what, plaintext] of plaintexts) {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const identity = await generateIdentity();
    const { frames, schedule } = await hostileClient(duplex, {
      identity: identity.publicKey,
      sign: (message) => identity.sign(message),
    });
    const opener = new RecordOpener(await trafficKey(schedule.down.secret));
    await opener.open(await frames.frame(() => true)); // READY
    await duplex.write(await sealRaw(schedule.up.secret, plaintext));
    const answer = await opener.open(await frames.frame(() => true));
    const { name } = decodeAlert(soleMessage(answer, MESSAGE_TYPES.alert));
    await frames.drain();
    duplex.close();
    results.push({ what, code: ALERTS[name].code });
  }
  return results;
}

function padded(messages: Bytes): Bytes {
  const plaintext = new Uint8Array(256);
  plaintext.set(messages);
  return plaintext;
}

function noise(length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}
