// deno-lint-ignore-file no-console -- it prints its results
/** What sealing, opening, joining and re-keying cost in a sealed room. */
import { utf8 } from "../lib/bytes.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { generateRoomSecret } from "../lib/sealed/room_secret.ts";
import type { RoomHead } from "../lib/sealed/propose.ts";
import type { Proposal } from "../lib/sealed/room_state.ts";
import {
  SealedRoom,
  type StateKeeper,
  type StateWrite,
} from "../lib/sealed/sealed_room.ts";
import { SealedDisk } from "./sealed_disk.ts";
import { median, short, table } from "./stats.ts";

/** Members of the room that is measured: what docs/sealed.md speaks of. */
const MEMBERS = 50;
/** Joins, messages and re-keys that medians are taken of. */
const JOINS = 9;
const MESSAGES = 300;

/** What is measured, in milliseconds or bytes. */
interface Taken {
  readonly [what: string]: number[];
}

/** A device that measures what it writes, to a disk if it has one. */
interface Measured {
  readonly room: SealedRoom;
  readonly written: { whole: number; change: number };
  readonly disk: SealedDisk | undefined;
}

/** How much is measured, and where. */
interface MeasureOptions {
  readonly members?: number;
  readonly joins?: number;
  readonly messages?: number;
  /** A folder; without one, nothing is kept. */
  readonly directory?: string;
}

/** Measures a sealed room of fifty: three devices of it do everything. */
export async function measureSealedRoom(
  { members = MEMBERS, joins = JOINS, messages = MESSAGES, directory }:
    MeasureOptions = {},
): Promise<Readonly<Record<string, number>>> {
  const taken: Taken = {};
  const secret = generateRoomSecret();
  using disks = new DisposableStack();
  const disk = async (name: string): Promise<SealedDisk | undefined> =>
    directory === undefined
      ? undefined
      : disks.use(await SealedDisk.open(`${directory}/${name}`, secret));
  const founder = await device(secret, { disk: await disk("founder") });
  let head = await founder.room.head();
  let last = founder;
  for (let i = 1; i < members + joins; i++) {
    const isMeasured = i >= members;
    const own = isMeasured ? await disk(`${i}`) : undefined;
    const start = performance.now();
    last = await device(secret, { head, disk: own });
    const proposal = last.room.proposal as Proposal;
    head = ordered(proposal);
    await last.room.receiveCommit(commitOf(proposal));
    if (isMeasured) note(taken, "join ms", performance.now() - start);
    await timed(isMeasured ? taken : {}, "see a join ms", async () => {
      await founder.room.receiveCommit(commitOf(proposal));
    });
  }
  for (let i = 0; i < messages; i++) {
    const sealed = await timed(
      taken,
      "send ms",
      () => founder.room.seal(utf8(`message ${i}`)),
    );
    await timed(taken, "receive ms", () => last.room.receiveMessage(sealed));
    await timed(taken, "read back ms", async () => {
      await founder.room.receiveMessage(sealed);
      founder.disk?.readBack(sealed);
    });
    note(taken, "message B", sealed.length);
    note(taken, "change B", founder.written.change);
  }
  for (let i = 0; i < joins; i++) {
    const proposal = await timed(
      taken,
      "re-key ms",
      () => founder.room.propose({ kind: "rekey" }),
    );
    await founder.room.receiveCommit(commitOf(proposal));
    await timed(
      taken,
      "see a re-key ms",
      () => last.room.receiveCommit(commitOf(proposal)),
    );
    note(taken, "commit B", proposal.commit.length);
    note(taken, "GroupInfo B", proposal.groupInfo.length);
  }
  note(taken, "state B", founder.written.whole);
  return Object.fromEntries(
    Object.entries(taken).map(([what, all]) => [what, median(all)]),
  );
}

async function device(
  secret: Uint8Array<ArrayBuffer>,
  { head, disk }: {
    readonly head?: RoomHead;
    readonly disk: SealedDisk | undefined;
  },
): Promise<Measured> {
  const written = { whole: 0, change: 0 };
  const keeper: StateKeeper = {
    async keep(write: StateWrite): Promise<void> {
      written[write.kind] = write.bytes.length;
      await disk?.keep(write);
    },
  };
  const identity = disk?.identity ?? await generateIdentity();
  const options = { identity, keeper, secret, name: "somebody" };
  const room = head === undefined
    ? await SealedRoom.create(options)
    : await SealedRoom.join(head, options);
  return { room, written, disk };
}

function ordered({ turn, groupInfo }: Proposal): RoomHead {
  return { turn: turn + 1, groupInfo };
}

function commitOf(
  { turn, commit }: Proposal,
): { turn: number; bytes: Uint8Array<ArrayBuffer> } {
  return { turn: turn + 1, bytes: commit };
}

async function timed<T>(
  taken: Taken,
  what: string,
  run: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const result = await run();
  note(taken, what, performance.now() - start);
  return result;
}

function note(
  taken: Record<string, number[]>,
  what: string,
  value: number,
): void {
  (taken[what] ??= []).push(value);
}

if (import.meta.main) {
  const directory = await Deno.makeTempDir({ prefix: "chat_bench_" });
  try {
    const kept = await measureSealedRoom({ directory });
    const alone = Object.entries(await measureSealedRoom());
    console.log(table(
      [`median in a sealed room of ${MEMBERS}`, "group alone", "and disk"],
      alone.map(([what, value]) => [
        what,
        short(value),
        short(kept[what] ?? NaN),
      ]),
    ));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
