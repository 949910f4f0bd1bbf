import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import type { Entry } from "../../lib/protocol/entry.ts";
import type { History } from "../../lib/room/history.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type Asked, group, HELLO, SealedWorld } from "./sealed_world.ts";

const MEMBERS = 3;
const GROUPS = 4;

/** What a member does; it believes what it likes about the group. */
interface Deed {
  readonly what: "found" | "propose" | "seal" | "refresh";
  readonly who: number;
  /** Which room: one of two, or a sealed one. */
  readonly room: 0 | 1;
  /** How far what it believes is from what is so. */
  readonly off: number;
  readonly group: number;
}

type Event = Deed | "flush" | "fill" | "clear" | "restart";

const who = fc.nat(MEMBERS - 1);
const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom("found", "propose", "propose", "seal", "refresh"),
  who,
  room: fc.constantFrom(0, 1),
  off: fc.constantFrom(0, 0, 0, 1, 2),
  group: fc.integer({ min: 1, max: GROUPS }),
});
const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: deed },
    { weight: 4, arbitrary: fc.constant("flush" as const) },
    { weight: 1, arbitrary: fc.constant("fill" as const) },
    { weight: 2, arbitrary: fc.constant("clear" as const) },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
  ),
  { minLength: 20, maxLength: 60 },
);

/** What a member has sent: told apart from all else by a number. */
interface Sent {
  readonly deed: Deed;
  readonly room: number;
  readonly n: number;
  /** The group it was meant for, or that it founds. */
  readonly group: string;
  readonly turn: number;
  session: number;
  id: number;
}

/** Where a log has got to, told by nothing but its entries. */
interface Reached {
  group: string | null;
  /** How often it was another one. */
  foundings: number;
  turn: number;
  /** The number of what the newest introduction came with. */
  introduced: number;
}

class Story {
  readonly world: SealedWorld;
  #sessions: number[] = [];
  readonly #rooms: readonly number[];
  /** What was sent since the last flush, then what was stored of it. */
  #open: Sent[] = [];
  readonly #stored = new Map<number, Sent>();
  readonly #refused = new Set<number>();
  /** What was stored before it was answered. */
  readonly #early = new Set<number>();
  /** Introductions that were replaced, by room, founding and turn. */
  readonly #refreshed = new Map<string, number>();
  /** Numbers of what founded a group, by room and place in its log. */
  readonly #founders = new Map<string, number>();
  /** Where each room was at the last look. */
  readonly #reached = new Map<number, Reached>();
  /** What kinds of answers there were. */
  readonly seen = new Set<string>();
  #n = 0;

  constructor(history: History) {
    this.world = new SealedWorld({ history });
    this.#enter();
    const [alice, bob] = this.#sessions as [number, number];
    const direct = this.world.direct(alice, "member-2");
    this.#rooms = [direct, this.world.found(bob, 1)];
    for (const session of this.#sessions) {
      const join = { kind: "join_sealed", group: group(1) } as const;
      this.world.ask(session, join);
    }
    this.check();
  }

  apply(event: Event): void {
    if (event === "fill" || event === "clear") {
      this.world.isFull = event === "fill";
    } else if (event === "flush") {
      this.world.hall.flush();
      this.#settle();
    } else if (event === "restart") {
      this.world.isFull = false;
      this.world.restart(); // what is not stored is lost
      this.#open = [];
      this.#enter();
    } else {
      this.#send(event);
    }
    this.check();
  }

  /** The log of each room is one line of turns, and its head is where it ends. */
  check(): void {
    for (const room of this.#rooms) {
      const sealed = this.world.history.room(room)?.kind === "sealed";
      const reached: Reached = {
        group: sealed ? group(1).toHex() : null,
        foundings: 0,
        turn: 0,
        introduced: 0,
      };
      for (const entry of this.world.log(room)) this.#follow(entry, reached);
      this.#reached.set(room, reached);
      const head = this.world.history.group(room);
      assertEquals(head?.id.toHex() ?? null, reached.group);
      if (head === undefined) continue;
      assertEquals(head.turn, reached.turn);
      const introduced = this.#refreshed.get(keyOf(room, reached)) ??
        reached.introduced;
      if (introduced > 0) assertEquals(numberIn(head.info), introduced);
      const remembered = this.world.house.rooms.get(room)?.group;
      assertEquals(remembered, { id: head.id.toHex(), turn: head.turn });
    }
  }

  #enter(): void {
    this.#sessions = Array.from(
      { length: MEMBERS },
      (_, n) => this.world.enter(n + 1, `member-${n + 1}`),
    );
    this.world.hall.flush();
  }

  #send(deed: Deed): void {
    const { what, who, off } = deed;
    const room = this.#rooms[deed.room] as number;
    const now = this.world.house.rooms.get(room)?.group;
    const n = ++this.#n;
    const believed = off === 2 ? group(deed.group).toHex() : now?.id;
    const of = Uint8Array.fromHex(believed ?? group(deed.group).toHex());
    const turn = (now?.turn ?? 0) + off + pendingIn(this.#open, room, of);
    const bytes = numbered(n);
    const asked: Record<Deed["what"], Asked> = {
      found: {
        kind: "found",
        ...{ room, group: group(deed.group), title: bytes, info: bytes },
        replaces: believed === undefined ? null : Uint8Array.fromHex(believed),
        hello: HELLO,
      },
      propose: {
        kind: "propose",
        ...{ room, group: of, turn, commit: bytes, info: bytes },
      },
      seal: { kind: "seal", room, number: n, group: of, body: bytes },
      refresh: { kind: "refresh", room, group: of, turn, info: bytes },
    };
    const session = this.#sessions[who] as number;
    const id = this.world.send(session, asked[what]);
    const meant = what === "found" ? group(deed.group) : of;
    const sent = { deed, room, n, group: meant.toHex(), turn, session, id };
    this.#open.push(sent);
    const info = this.world.history.group(room)?.info ?? numbered(0);
    const isThere = info.length === 4 && numberIn(info) === n;
    if (!isThere) return;
    assertEquals(what, "refresh"); // just this is stored at once
    const reached = this.#reached.get(room) as Reached;
    assertEquals([sent.group, turn], [reached.group, reached.turn]);
    this.#refreshed.set(keyOf(room, reached), n);
    this.#early.add(n);
  }

  /** Everything has one answer by now. */
  #settle(): void {
    for (const sent of this.#open.splice(0)) {
      const { world } = this;
      const answers = world.told(sent.session)
        .filter((message) => "id" in message && message.id === sent.id);
      assertEquals(answers.length, 1);
      const [answer] = answers;
      assert(answer !== undefined);
      const code = answer.kind === "refused" ? answer.code : answer.kind;
      this.seen.add(`${sent.deed.what} ${code}`);
      assertEquals(code === "done", this.#early.has(sent.n));
      if (answer.kind === "refused") {
        this.#refused.add(sent.n);
      } else if (answer.kind === "ack") {
        this.#stored.set(sent.n, sent);
        const entry = world.log(sent.room)[answer.seq - 1];
        assert(entry !== undefined);
        const place = `${sent.room} ${entry.seq}`;
        if (entry.kind === "founded") this.#founders.set(place, sent.n);
        else assertEquals(bodyOf(entry), sent.n);
      }
    }
  }

  #follow(entry: Entry, reached: Reached): void {
    if (entry.kind === "founded") {
      assert(reached.group !== entry.group.toHex(), "founded in its own place");
      reached.group = entry.group.toHex();
      reached.turn = 0;
      reached.foundings += 1;
      // Its number is not in the log.
      const place = `${entry.room} ${entry.seq}`;
      reached.introduced = this.#founders.get(place) ?? 0;
      return;
    }
    const n = bodyOf(entry);
    assert(!this.#refused.has(n), "stored what was refused");
    const sent = this.#stored.get(n);
    if (entry.kind === "committed") {
      assertEquals(entry.turn, reached.turn + 1);
      reached.turn = entry.turn;
      reached.introduced = n;
      if (sent !== undefined) assertEquals(sent.turn + 1, entry.turn);
    }
    // It is of the group that was in force just there.
    if (sent !== undefined) assertEquals(sent.group, reached.group);
  }
}

/** Commits on their way, which come before the next one. */
function pendingIn(open: readonly Sent[], room: number, of: Bytes): number {
  return open.filter((sent) =>
    sent.room === room && sent.group === of.toHex() &&
    sent.deed.what === "propose" && sent.deed.off === 0
  ).length % 3;
}

function keyOf(room: number, { foundings, turn }: Reached): string {
  return `${room} ${foundings} ${turn}`;
}

function numbered(n: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

function numberIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

function bodyOf(entry: Entry): number {
  assert("body" in entry, entry.kind);
  return numberIn(entry.body);
}

function live(history: History, story: readonly Event[]): Set<string> {
  const lived = new Story(history);
  for (const event of story) lived.apply(event);
  lived.apply("clear");
  lived.apply("flush");
  return lived.seen;
}

Deno.test("Hall orders one commit of a turn, whatever comes together and is not stored", () => {
  const remember = () => new MemoryHistory({ keepLast: 1_000 });
  fc.assert(
    fc.property(events, (story) => void live(remember(), story)),
    { numRuns: 200 },
  );
  const seen = new Set<string>();
  for (const story of fc.sample(events, { seed: 1, numRuns: 100 })) {
    for (const each of live(remember(), story)) seen.add(each);
  }
  // Or it proves too little.
  const all = ["found", "propose", "seal"].flatMap((what) =>
    ["ack", "CHAT_SEAL_OUTRUN", "CHAT_STORE_FULL"].map((how) =>
      `${what} ${how}`
    )
  );
  const missed = [...all, "refresh done", "refresh CHAT_SEAL_OUTRUN"]
    .filter((each) => !seen.has(each));
  assertEquals(missed, []);
});

Deno.test("Hall does so on a disk", () => {
  const folder = Deno.makeTempDirSync({ prefix: "chat_order_" });
  try {
    let n = 0;
    fc.assert(
      fc.property(events, (story) => {
        using history = openHistory(`${folder}/${n++}`);
        live(history, story);
      }),
      { numRuns: 5 },
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
