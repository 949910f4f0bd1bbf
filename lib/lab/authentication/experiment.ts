import { type Bytes, concat, equalBytes, utf8 } from "../../bytes.ts";
import { RecordOpener } from "../../channel/record_opener.ts";
import { RecordSealer } from "../../channel/record_sealer.ts";
import { type TrafficKey, trafficKey } from "../../channel/traffic_key.ts";
import { ChatError } from "../../errors.ts";
import {
  FRAME_HEADER_BYTES,
  frameHeader,
  RECORD_OVERHEAD_BYTES,
} from "../../wire/frame.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import { BLOCK_BYTES, cbcMac, forgeCbcMac, type Tagged } from "./cbc_mac.ts";

/** A way to make one record of two, and what comes out. */
interface Splice {
  readonly name: string;
  readonly body: Bytes;
}

/** The control: the first record as it was sent. */
const UNCHANGED = "unchanged";

/** Why the authentication code of a record is not CBC-MAC. */
export const authentication: Experiment = {
  name: "authentication",
  title: "A forger has messages and their authentication codes",
  attacker:
    "Has seen messages with their codes, and wants a code for a message that nobody sent, without any key. First against CBC-MAC with AES-256, then against the records of chat.",
  run,
};

async function run(lab: Laboratory): Promise<Outcome> {
  lab.signal.throwIfAborted();
  const key = crypto.getRandomValues(new Uint8Array(32));
  const first = await tagged(key, "pay 10 to Bobby.then come here..");
  const second = await tagged(key, "pay 99 to Carol.today at eleven.");
  const forged = forgeCbcMac(first, second);
  const right = await cbcMac(key, forged.message);
  const [unchanged, ...splices] = await spliceRecords();
  const taken = splices.filter(({ accepted }) => accepted);
  return {
    steps: [{
      who: "people",
      did: "Two messages of two blocks are sent with their CBC-MAC.",
      exhibits: [
        { label: "first message and its code", bytes: joined(first) },
        { label: "second message and its code", bytes: joined(second) },
      ],
    }, {
      who: "attacker",
      did:
        "Puts the second behind the first, with the code of the first XORed into its first block, and takes the code of the second.",
      exhibits: [{ label: "forged message and code", bytes: joined(forged) }],
      saw: equalBytes(right, forged.tag)
        ? "Whoever has the key finds the code right."
        : "Whoever has the key finds the code wrong.",
    }, {
      who: "attacker",
      did: `Tries the same on two records of chat, and ${
        splices.length - 1
      } other ways to make one of two.`,
      saw: splices.map(({ name, accepted }) =>
        `${name}: ${accepted ? "taken" : "refused"}`
      ).join("; "),
    }],
    figures: [],
    verdicts: [
      {
        claim: "A code of CBC-MAC can be made without the key",
        held: equalBytes(right, forged.tag) &&
          forged.message.length > first.message.length,
        evidence:
          `a message of ${forged.message.length} bytes that nobody sent, from two of ${first.message.length} bytes: the code is right`,
      },
      {
        claim: "A record of chat cannot be made of others",
        held: unchanged?.accepted === true && taken.length === 0,
        evidence: taken.length === 0
          ? `${splices.length} of ${splices.length} were refused, and the first as it was sent was not`
          : `taken: ${taken.map(({ name }) => name).join(", ")}`,
      },
    ],
  };
}

async function tagged(key: Bytes, text: string): Promise<Tagged> {
  const message = utf8(text);
  return { message, tag: await cbcMac(key, message) };
}

function joined({ message, tag }: Tagged): Bytes {
  return concat(message, tag);
}

async function spliceRecords(): Promise<
  { readonly name: string; readonly accepted: boolean }[]
> {
  const key = await trafficKey(crypto.getRandomValues(new Uint8Array(32)));
  const sealer = new RecordSealer(key);
  const message = (letter: string): Bytes =>
    concat(Uint8Array.of(0x10, 0, 255), utf8(letter.repeat(255)));
  const first = (await sealer.seal(message("a"))).slice(FRAME_HEADER_BYTES);
  const second = (await sealer.seal(message("b"))).slice(FRAME_HEADER_BYTES);
  return await Promise.all(
    [{ name: UNCHANGED, body: first }, ...splicesOf(first, second)].map(async (
      { name, body },
    ) => ({
      name,
      accepted: await opens(key, body),
    })),
  );
}

function splicesOf(first: Bytes, second: Bytes): Splice[] {
  const [a, b] = [first, second].map((body) => ({
    text: body.slice(0, -RECORD_OVERHEAD_BYTES),
    tag: body.slice(-RECORD_OVERHEAD_BYTES),
  }));
  if (a === undefined || b === undefined) return [];
  const bent = b.text.map((byte, at) =>
    at < BLOCK_BYTES ? byte ^ (a.tag[at] ?? 0) : byte
  );
  return [
    { name: "as with CBC-MAC", body: concat(a.text, bent, b.tag) },
    { name: "one behind the other", body: concat(a.text, b.text, b.tag) },
    { name: "with the code of the first", body: concat(a.text, b.text, a.tag) },
    { name: "text of one, code of the other", body: concat(a.text, b.tag) },
    { name: "the second in place of the first", body: second },
    { name: "codes XORed", body: concat(a.text, xor(a.tag, b.tag)) },
    { name: "texts XORed", body: concat(xor(a.text, b.text), a.tag) },
    {
      name: "half of each",
      body: concat(
        a.text.slice(0, a.text.length / 2),
        b.text.slice(b.text.length / 2),
        a.tag,
      ),
    },
  ];
}

/** Whether a receiver that expects the first record takes `body` for it. */
async function opens(key: TrafficKey, body: Bytes): Promise<boolean> {
  const opener = new RecordOpener(key);
  try {
    await opener.open({ header: frameHeader(body.length), body });
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.code === "CHAT_RECORD_REFUSED") {
      return false;
    }
    throw error;
  }
}

function xor(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, at) => byte ^ (b[at] ?? 0));
}
