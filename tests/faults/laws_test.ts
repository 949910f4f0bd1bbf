import { broken, type LoggedEntry } from "../../faults/laws.ts";
import { sealPlain } from "../../faults/simulation/plain.ts";
import type {
  Device,
  Missed,
  Observed,
  Run,
  Said,
  Shown,
} from "../../faults/observed.ts";
import { frameMessage } from "../../server/framing.ts";
import { assert, assertEquals } from "../support/assert.ts";

const ALICE = new Uint8Array(32).fill(1);

function logged(seq: number, text: string): LoggedEntry {
  const entry = { kind: "said", room: 0, seq, at: seq, name: "alice" } as const;
  const payload = frameMessage({ ...entry, fingerprint: ALICE, text });
  return { room: 0, seq, at: seq, payload, sent: sentAs(seq), torn: false };
}

/** The same in a room of which the server knows no more than bytes. */
function loggedSealed(seq: number, text: string): LoggedEntry {
  const group = new Uint8Array(32);
  const body = sealPlain({ kind: "say", text, number: seq }, group);
  const place = { room: 7, seq, at: seq, name: "", fingerprint: ALICE };
  const payload = frameMessage({ kind: "sealed", ...place, body });
  return {
    room: 7,
    seq,
    at: seq,
    payload,
    sent: sentAs(100 + seq),
    torn: false,
  };
}

function sentAs(number: number): NonNullable<LoggedEntry["sent"]> {
  const sender = { fingerprint: ALICE, device: new Uint8Array(16) };
  return { sender, number };
}

function said(order: number, state: Said["state"] = "acknowledged"): Said {
  const text = `alice ${order}`;
  return { order, room: 0, text, state, why: "", unnoted: false };
}

function shown(seq: number, text = `alice ${seq}`): Shown {
  return { seq, at: seq, author: ALICE.toHex(), text };
}

function life(
  items: readonly (Shown | Missed)[],
  end: Run["end"] = "alive",
): Run {
  const streams = [{ room: 0, items: [...items], parted: false }];
  return { streams, follows: [], unnoted: [], complaints: [], end };
}

const LOG = [1, 2, 3].map((seq) => logged(seq, `alice ${seq}`));
const ALL = [1, 2, 3].map((seq) => shown(seq));
const SAID = [1, 2, 3].map((order) => said(order));

/** What is reported of a log, of what was said and of what was shown. */
function judge(
  { log = LOG, says = SAID, runs = [life(ALL)], pruned = 0 }: {
    readonly log?: readonly LoggedEntry[];
    readonly says?: readonly Said[];
    readonly runs?: readonly Run[];
    readonly pruned?: number;
  },
): readonly string[] {
  const device: Device = {
    ...{ name: "alice", identity: ALICE.toHex(), rooms: [0] },
    ...{ said: [...says], runs: [...runs] },
  };
  const observed: Observed = {
    ...{ devices: [device], isOrdered: true, refused: false },
    ...{ pruned: new Map([[0, pruned]]), rejoined: new Map() },
    ...{ left: new Set(), belongs: [] },
  };
  return broken(log, observed);
}

Deno.test("broken() finds nothing where everything holds", () => {
  assertEquals(judge({}), []);
  const crashed = [life(ALL.slice(0, 2), "crash"), life(ALL.slice(1))];
  assertEquals(judge({ runs: crashed }), []);
  const closed = [life(ALL.slice(0, 2), "clean"), life(ALL.slice(2))];
  assertEquals(judge({ runs: closed }), []);
  const missed = [life([{ from: 1, to: 2 }, shown(3)])];
  assertEquals(judge({ runs: missed, pruned: 2 }), []);
  const unheard = [...SAID.slice(0, 2), said(3, "unsure"), said(4, "failed")];
  assertEquals(judge({ says: unheard }), []);
});

Deno.test("broken() lets what is sealed come later than what is said elsewhere", () => {
  const says = [{ ...said(1), room: 7 }, said(2), { ...said(3), room: 7 }];
  const open = { ...logged(1, "alice 2") };
  const runs = [life([shown(1, "alice 2")])];
  const late = [open, loggedSealed(1, "alice 1"), loggedSealed(2, "alice 3")];
  assertEquals(judge({ log: late, says, runs }), []);
  const swapped = [
    open,
    loggedSealed(1, "alice 3"),
    loggedSealed(2, "alice 1"),
  ];
  const [report = ""] = judge({ log: swapped, says, runs });
  assert(report.includes("stored after"));
});

/** What is judged, and what is said of it. */
type Case = readonly [string, Parameters<typeof judge>[0], string];

const CASES: readonly Case[] = [
  ["an acknowledged message that is not stored", {
    says: [...SAID, said(4)],
  }, "not stored"],
  ["a message that waits in the end", {
    says: [...SAID, said(4, "waiting")],
  }, "still waits"],
  ["a failed message that is stored", {
    says: [...SAID.slice(0, 2), said(3, "failed")],
  }, "but failed"],
  ["a message that is stored twice", {
    log: [...LOG, logged(4, "alice 1")],
    runs: [life([...ALL, shown(4, "alice 1")])],
  }, "stored twice"],
  ["messages out of their order", {
    log: [logged(1, "alice 2"), logged(2, "alice 1")],
    says: SAID.slice(0, 2),
    runs: [life([shown(1, "alice 2"), shown(2, "alice 1")])],
  }, "stored after"],
  ["a number that is used twice", {
    log: LOG.with(2, { ...logged(3, "alice 3"), sent: sentAs(1) }),
  }, "stored twice"],
  ["a gap in the log", {
    log: [LOG[0], LOG[2]] as LoggedEntry[],
    says: [said(1), said(3)],
  }, "entry 3 of room 0"],
  ["an entry that is not shown", {
    runs: [life([shown(1), shown(3)])],
  }, "shows 3 instead of 2"],
  ["an entry that is shown twice", {
    runs: [life([shown(1), shown(1), shown(2), shown(3)])],
  }, "shows 1 instead of 2"],
  ["an entry that the log does not have", {
    runs: [life([...ALL, shown(4)])],
  }, "another entry 4"],
  ["an entry that was another one", {
    runs: [life([shown(1), shown(2, "bob 2"), shown(3)])],
  }, "another entry 2"],
  ["what is left out before the end", {
    runs: [life(ALL.slice(0, 2))],
  }, "ends at 2 of 3"],
  ["what is said to be gone, and is not", {
    runs: [life([{ from: 1, to: 2 }, shown(3)])],
  }, "which is kept"],
  ["what is left out between two lives", {
    runs: [life(ALL.slice(0, 1), "crash"), life(ALL.slice(2))],
  }, "goes on at 3 instead of 2"],
  ["what comes again though the client meant to end", {
    runs: [life(ALL.slice(0, 2), "clean"), life(ALL.slice(1))],
  }, "goes back"],
  ["a client that is over in the end", {
    runs: [life(ALL, "clean")],
  }, "over at the end"],
  ["nothing shown of a room that it was in from the start", {
    runs: [{ ...life([]), follows: [{ room: 0, reach: 0 }] }],
  }, "ends at 0 of 3"],
];

for (const [what, state, report] of CASES) {
  Deno.test(`broken() reports ${what}`, () => {
    const reports = judge(state);
    assert(reports.some((each) => each.includes(report)), reports.join("\n"));
  });
}
