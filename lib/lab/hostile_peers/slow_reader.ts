import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { RawMember } from "../raw_member.ts";
import type { Verdict } from "../verdict.ts";
import type { WatchedServer } from "../watched_server.ts";

/** Bytes that the attacker has the server answer, and does not read. */
const WANTED_BYTES = { short: 16, full: 64 } as const; // MiB

/** Largest growth of the server's memory that is no harm, in bytes. */
const MAX_GROWTH_BYTES = 96 * 1024 * 1024;

const MEMORY = "process_resident_memory_bytes";
const PAGE_TEXT_BYTES = 8_000;
const PAGE_TEXTS = 8;
const PAGE_BYTES = PAGE_TEXTS * PAGE_TEXT_BYTES;

/** Asks for the past again and again, and reads none of the answers. */
export async function slowReader(
  lab: Laboratory,
  server: WatchedServer,
): Promise<Part> {
  using writer = await RawMember.enter(server, "Walter");
  for (let at = 0; at < PAGE_TEXTS; at++) {
    writer.say(`${at} ${"x".repeat(PAGE_TEXT_BYTES)}`);
    const answer = await answerOf(writer);
    if (answer !== "ack") throw new Error(`Cannot fill the past: ${answer}`);
  }
  const before = await server.count(MEMORY);
  const wanted = (lab.short ? WANTED_BYTES.short : WANTED_BYTES.full) << 20;
  const pages = Math.ceil(wanted / PAGE_BYTES);
  using glutton = await RawMember.enter(server, "Gustav");
  let asked = 0;
  let peak = before;
  while (asked < pages && !glutton.over) {
    for (let at = 0; at < 50; at++, asked++) {
      glutton.send({
        kind: "history",
        id: glutton.nextId(),
        room: 0,
        before: null,
        limit: 100,
      });
    }
    peak = Math.max(peak, await server.count(MEMORY));
    lab.signal.throwIfAborted();
  }
  const growth = Math.max(0, peak - before);
  return {
    steps: [{
      who: "attacker",
      did: `Gustav asks for ${asked} pages of the past, ${
        mebibytes(asked * PAGE_BYTES)
      } MiB in all, and reads nothing of what comes.`,
      saw: `the server's memory grew by ${mebibytes(growth)} MiB at most${
        glutton.over ? "; then it hung up on him" : ""
      }`,
    }],
    verdicts: [costsNoMemory({ asked: asked * PAGE_BYTES, growth })],
  };
}

/** Whether what was asked for, and not read, is kept nowhere; in bytes. */
export function costsNoMemory(
  { asked, growth }: { readonly asked: number; readonly growth: number },
): Verdict {
  return {
    claim: "Somebody who does not read costs no memory",
    held: asked > 0 && growth < MAX_GROWTH_BYTES,
    evidence: `${
      mebibytes(asked)
    } MiB were asked for and not read, the server grew by ${
      mebibytes(growth)
    } MiB (allowed: ${mebibytes(MAX_GROWTH_BYTES)})`,
  };
}

async function answerOf(member: RawMember): Promise<string> {
  for (;;) {
    const message = await member.next();
    if (message.kind === "ack") return "ack";
    if (message.kind === "refused") return message.text;
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
