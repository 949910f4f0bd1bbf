import type { Bytes } from "../../bytes.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { RawMember } from "../raw_member.ts";
import type { Verdict } from "../verdict.ts";
import type { WatchedServer } from "../watched_server.ts";

/** Connections that never finish their greeting. */
const CROWD = { short: 1_200, full: 10_000 } as const;

/** Connections that are opened at the same moment. */
const AT_ONCE = 100;

/** Closed again when no more can be opened, so that we can go on ourselves. */
const SPARE = 50;

/** Half-open connections that the server holds of one address. */
const HELD_PER_ADDRESS = 1_024;

/** Time for somebody honest to get in, in milliseconds. */
const MAX_ENTERING_MS = 5_000;

/** What the first frame of a connection may begin with, and never go on. */
const BEGINNINGS: readonly Bytes[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.of(0, 0, 4, 232, 1, 4, 229),
];

/** Opens connections and leaves them half open, as many as it may. */
export async function crowd(
  lab: Laboratory,
  server: WatchedServer,
): Promise<Part> {
  const wanted = lab.short ? CROWD.short : CROWD.full;
  const conns: Deno.TcpConn[] = [];
  let failed: string | undefined;
  const began = performance.now();
  try {
    while (conns.length < wanted && failed === undefined) {
      const count = Math.min(AT_ONCE, wanted - conns.length);
      failed = await openSome(server.port, count, conns);
      lab.signal.throwIfAborted();
    }
    if (failed !== undefined) {
      conns.splice(-SPARE).forEach((conn) => conn.close());
    }
    const elapsed = Math.round(performance.now() - began);
    const held = await server.count('chat_connections{state="half_open"}');
    const asked = performance.now();
    using _newcomer = await RawMember.enter(server, "Nora");
    const entering = Math.round(performance.now() - asked);
    return {
      steps: [
        {
          who: "attacker",
          did:
            `Opens ${conns.length} connections, says nothing on them, or a few bytes, and keeps them.`,
          saw: failed === undefined
            ? `all are open after ${elapsed} ms, as far as it can tell; the server holds ${held} of them${
              held < conns.length
                ? " and has cut the others, the oldest first"
                : ""
            }`
            : `${wanted} were wanted, but this machine lets one process have no more: ${failed}`,
        },
        {
          who: "people",
          did: "Nora connects in the middle of it, as a newcomer.",
          saw: `she is in after ${entering} ms`,
        },
      ],
      verdicts: [keepsNobodyOut({ opened: conns.length, held, entering })],
    };
  } finally {
    conns.forEach((conn) => conn.close());
  }
}

/**
 * Whether somebody honest gets in, and the server holds no more than it may.
 *
 * @param crowd `entering`: the time that took, in milliseconds.
 */
export function keepsNobodyOut(
  { opened, held, entering }: {
    readonly opened: number;
    readonly held: number;
    readonly entering: number;
  },
): Verdict {
  return {
    claim: "A crowd at the door keeps nobody out",
    held: opened > 0 && held > 0 && held <= HELD_PER_ADDRESS &&
      entering < MAX_ENTERING_MS,
    evidence:
      `with ${opened} connections open, the server held ${held} (at most ${HELD_PER_ADDRESS} of one address) and a newcomer was in after ${entering} ms`,
  };
}

/** @returns Why no more can be opened, if so. */
async function openSome(
  port: number,
  count: number,
  into: Deno.TcpConn[],
): Promise<string | undefined> {
  let failed: string | undefined;
  await Promise.all(Array.from({ length: count }, async (_, at) => {
    try {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      into.push(conn);
      const beginning = BEGINNINGS[at % BEGINNINGS.length];
      if (beginning !== undefined && beginning.length > 0) {
        await conn.write(beginning).catch(() => {}); // it was cut already
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failed = error.message;
    }
  }));
  return failed;
}
