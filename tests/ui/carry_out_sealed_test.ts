import { ChatError } from "../../lib/errors.ts";
import type { KeptEntry } from "../../lib/protocol/entry.ts";
import type { SealedPerson } from "../../lib/room/sealed_rooms.ts";
import { answer } from "../../lib/ui/answer.ts";
import { carryOut } from "../../lib/ui/carry_out.ts";
import type { Request } from "../../lib/ui/request.ts";
import {
  type LinkSecrets,
  Scene,
  type SceneOptions,
} from "../../lib/ui/scene.ts";
import { type Line, toPlain } from "../../lib/ui/style.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { MEMBER } from "../support/fake_sealed_rooms.ts";
import { member, NOON } from "../support/people.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { directRoom, sealedRoom } from "../support/rooms.ts";

const bob = person("bob", "Qm2d");
const BOB = `SHA256:${"Qm2d".padEnd(43, "A")}`;
const key = new Uint8Array(32).fill(9);

function person(name: string, mark: string): SealedPerson {
  const { fingerprint } = member(name, mark);
  return { name, fingerprint, publicKey: new Uint8Array(32) };
}

function linkFor({ invitation, room }: LinkSecrets = {}): string {
  const secret = invitation === undefined ? "" : "invite&";
  return `chat://x/${room?.name ?? ""}#${secret}${room?.key[0] ?? ""}`;
}

/** A conversation with a sealed room 1 and a direct room 2. */
class Stand {
  readonly conversation = new FakeConversation();
  readonly scene: Scene;

  constructor(options: SceneOptions = { room: 1, linkFor }, columns = 0) {
    const { rooms, sealed } = this.conversation;
    rooms.set(1, sealedRoom(1, "plans"));
    rooms.set(2, directRoom(2, bob));
    sealed.statuses.set(1, MEMBER).set(2, { ...MEMBER, phase: "unborn" });
    sealed.secrets.set(1, key);
    sealed.members = [{ ...person("alice", "x7Kp") }, bob];
    this.scene = new Scene(
      this.conversation,
      { timeZone: "UTC", ...options },
      { now: () => NOON, columns: () => columns },
    );
  }

  async ask(request: Request, room?: number): Promise<string[]> {
    const where = room ?? this.scene.views.current.room;
    return texts(await carryOut(request, where, this.scene));
  }
}

function texts(lines: readonly Line[]): string[] {
  return lines.map(({ spans }) => toPlain(spans));
}

const LINK_LINES = [
  "   -- Whoever has this link can join &plans and read all that is said from " +
  "then on. Hand it over in private, in person or by a scan:",
  "      chat://x/plans#9",
  "   -- They run `chat connect` and paste it, or type /open LINK here",
];

Deno.test("carryOut() makes a sealed room, goes there, and shows its link", async () => {
  const stand = new Stand({ linkFor });
  const lines = await stand.ask({ kind: "seal", name: "new" });
  assertEquals(lines.slice(0, 2), [
    "── &new · the server cannot read this ──",
    "   -- You made &new; the server cannot read it",
  ]);
  assertEquals(lines[3], "      chat://x/new#9");
  assertEquals(stand.conversation.asked, ["seal new"]);
  assertEquals(stand.scene.views.current.label, "&new");
  assertEquals(await stand.ask({ kind: "seal", name: "PLANS" }), [
    "   -- There is &plans already; /room &plans",
  ]);
  assertEquals(stand.conversation.asked.length, 1);
});

Deno.test("carryOut() opens the link of a sealed room, and goes there", async () => {
  const stand = new Stand({ readLink: () => ({ name: "tea", key }) });
  assertEquals(await stand.ask({ kind: "open", link: "secret" }), [
    "── &tea · the server cannot read this ──",
  ]);
  assertEquals(stand.conversation.asked, [`join &tea ${key.toHex()}`]);
  const nameless = new Stand({ readLink: () => ({ name: "tea", key }) });
  const info = sealedRoom(7, "");
  nameless.conversation.sealed.join = (): Promise<typeof info> =>
    Promise.resolve(info);
  assertEquals(await nameless.ask({ kind: "open", link: "secret" }), [
    "── &tea · the server cannot read this ──",
  ]);
  const none = new Stand({});
  assertEquals(await none.ask({ kind: "open", link: "x" }), [
    "   -- Nobody told this program the address of the server",
  ]);
});

Deno.test("carryOut() shows the link of a sealed room to any member, with a code where there is room", async () => {
  assertEquals(await new Stand().ask({ kind: "room_link" }), LINK_LINES);
  const drawn = await new Stand(undefined, 80).ask({ kind: "room_link" });
  assert(drawn.length > 10 && drawn.some((row) => row.includes("▀")));
  const narrow = await new Stand(undefined, 20).ask({ kind: "room_link" });
  assertEquals(narrow[2], "   -- The QR code needs 29 columns");
});

Deno.test("carryOut() shows no link without its keys, its address, or in a room of two", async () => {
  const stand = new Stand();
  stand.conversation.sealed.secrets.clear();
  assertEquals(await stand.ask({ kind: "room_link" }), [
    "   -- This device has no keys of &plans: ask a member for its link",
  ]);
  assertEquals(await stand.ask({ kind: "room_link" }, 2), [
    "   -- @bob is just you two; nobody can be invited",
  ]);
  assertEquals(await new Stand({ room: 1 }).ask({ kind: "room_link" }), [
    "   -- Nobody told this program the address of the server",
  ]);
  assertEquals(await stand.ask({ kind: "room_link" }, 0), [
    "   -- #lobby is an open room, which the server can read: there are no keys",
  ]);
});

Deno.test("answer() and carryOut() say that another chat has the sealed rooms open", async () => {
  const stand = new Stand();
  const why = "they are open elsewhere";
  Object.assign(stand.conversation.sealed, { unavailable: why });
  for (const name of ["&tea", "@eve"]) {
    assertEquals(texts(answer({ kind: "room", name }, stand.scene)), [
      `   -- Cannot go to ${name}: ${why}`,
    ]);
  }
  assertEquals(await stand.ask({ kind: "rejoin", name: "tea" }), [
    `   -- Cannot go to &tea: ${why}`,
  ]);
  const [open] = texts(answer({ kind: "room", name: "dev" }, stand.scene));
  assert(open?.includes("/join ROOM"));
});

Deno.test("carryOut() says that an open room is not the sealed one of its name", async () => {
  const lines = await new Stand().ask({ kind: "join", name: "plans" });
  assertEquals(
    lines.at(-1),
    "   -- #plans is another room than &plans: the server can read it",
  );
});

Deno.test("carryOut() shows what is older than what the screen shows of a sealed room", async () => {
  const stand = new Stand();
  const { conversation, scene } = stand;
  const line = (seq: number): KeptEntry => ({
    ...{ kind: "said", room: 1, seq, at: NOON, text: `text ${seq}` },
    ...{ name: bob.name, fingerprint: bob.fingerprint },
  });
  const lines = [10, 20, 30, 40].map(line);
  // Pages count lines, as the store of sealed rooms does.
  conversation.history = (_room, { before, limit = 1 } = {}) => {
    const end = before ?? lines.length;
    const start = Math.max(0, end - limit);
    const page = { entries: lines.slice(start, end) };
    return Promise.resolve({ ...page, before: start === 0 ? null : start });
  };
  for (const entry of lines.slice(2)) scene.show(entry);
  const ask = async (): Promise<string> =>
    (await stand.ask({ kind: "history", count: 1 })).join();
  for (const seq of [20, 10]) {
    const shown = await ask();
    assert(shown.includes(`text ${seq}`) && !shown.includes("text 3"), shown);
  }
  assert((await ask()).includes("Nothing older is kept"));
  assert((await ask()).includes("text 40")); // and from the newest on
});

Deno.test("answer() says in a sealed room that the server's link does not lead into it", () => {
  const linked = (room: number): string[] => {
    const stand = new Stand({ room, linkFor: () => "chat://x/" });
    return texts(answer({ kind: "link" }, stand.scene));
  };
  const line = "      chat connect 'chat://x/'";
  assertEquals(linked(1), [
    "   -- This leads to the server, but not into &plans, whose link /invite gives:",
    line,
  ]);
  assertEquals(linked(2), ["   -- Hand this out:", line]); // of just two
});

Deno.test("carryOut() puts an invitation into the link of a sealed room", async () => {
  const [title, link] = await new Stand().ask({ kind: "invite", seconds: 60 });
  assertEquals(link, "      chat://x/plans#invite&9");
  assert(title?.includes("is admitted to the server, until 2026-03-03 12:04"));
});

Deno.test("carryOut() lists who has the keys, with fingerprints and digits", async () => {
  const stand = new Stand();
  stand.conversation.members = [
    stand.conversation.self,
    { ...member("bob", "Qm2d"), online: false },
  ];
  assertEquals(await stand.ask({ kind: "who" }), [
    "   -- 2 members with the keys of &plans:",
    "      alice·x7Kp, online, you",
    `        SHA256:${"x7Kp".padEnd(43, "A")}`,
    "      bob·Qm2d, away, not verified; /verify bob shows how",
    `        ${BOB}`,
    "   -- Who has the same digits as you sees the same members and history (keys 7):",
    "        01234 56789 01234 56789 01234 56789",
  ]);
});

Deno.test("carryOut() says why there are no digits", async () => {
  const stand = new Stand();
  const status = { ...MEMBER, digits: null, epoch: null } as const;
  stand.conversation.sealed.statuses.set(1, {
    ...status,
    phase: "keyless",
    why: "Open the link of the room again",
  });
  assertEquals(await stand.ask({ kind: "digits" }), [
    "   -- &plans: Open the link of the room again",
  ]);
  assertEquals(await stand.ask({ kind: "digits" }, 0), [
    "   -- #lobby is an open room, which the server can read: there are no keys",
  ]);
});

Deno.test("carryOut() removes a member by the key, whatever it is called", async () => {
  const stand = new Stand();
  const [line] = await stand.ask({ kind: "remove", subject: "BOB" });
  assert(line?.startsWith("   -- bob reads nothing that is said in &plans"));
  assertEquals(stand.conversation.asked, [
    "people in 1",
    `remove ${BOB} in 1`,
  ]);
  assertEquals(await stand.ask({ kind: "remove", subject: "bob" }, 2), [
    "   -- @bob is just you two; /leave leaves it",
  ]);
});

Deno.test("carryOut() removes nobody when several have that name", async () => {
  const stand = new Stand();
  const { sealed, asked } = stand.conversation;
  sealed.members = [bob, person("Bob", "Ev1l")];
  const error = await assertRefusesLater(
    "CHAT_NO_SUCH_MEMBER",
    () => stand.ask({ kind: "remove", subject: "bob" }),
    "2 members are called bob",
  );
  assert(error.hint.includes("fingerprint"));
  await stand.ask({ kind: "remove", subject: BOB });
  assertEquals(asked.at(-1), `remove ${BOB} in 1`);
});

Deno.test("carryOut() takes the keys from whoever an operator shows out of a sealed room", async () => {
  const stand = new Stand();
  const kick = {
    kind: "moderate",
    verb: "kick",
    subject: "bob",
    seconds: null,
  } as const;
  const [line] = await stand.ask(kick);
  assert(line?.includes("bob reads nothing"), line);
  assertEquals(stand.conversation.asked, [
    "kick bob",
    "people in 1",
    `remove ${BOB} in 1`,
  ]);
  for (const other of [{ ...kick, verb: "mute" } as const, kick]) {
    const elsewhere = other === kick ? 0 : 1;
    const { length } = stand.conversation.asked;
    assertEquals(await stand.ask(other, elsewhere), []);
    assertEquals(stand.conversation.asked.length, length + 1);
  }
});

Deno.test("carryOut() says when somebody was shown out and keeps the keys", async () => {
  const stand = new Stand();
  const { sealed } = stand.conversation;
  sealed.remove = (): Promise<never> =>
    Promise.reject(new ChatError("CHAT_SEAL_BUSY", "Cannot remove: busy"));
  const kick = { kind: "moderate", verb: "ban", subject: "bob" } as const;
  assertEquals(await stand.ask({ ...kick, seconds: null }), [
    "   -- The server has shown them out, but they keep the keys of &plans: Cannot remove: busy",
  ]);
});

Deno.test("carryOut() renews and takes keys, and shares lines", async () => {
  const stand = new Stand();
  const { asked, sealed } = stand.conversation;
  assertEquals(await stand.ask({ kind: "rekey" }), []);
  assertEquals(await stand.ask({ kind: "resync" }), [
    "   -- The current keys of &plans are taken anew",
  ]);
  const share = { kind: "share", count: 5 } as const;
  assertEquals(await stand.ask(share), [
    "   -- There is nothing to share of &plans",
  ]);
  for (const [lines, told] of [[1, "1 line"], [9, "5 lines"]] as const) {
    sealed.shareable = lines;
    assertEquals(await stand.ask(share), [
      `   -- You shared ${told} with everybody who is in &plans now`,
    ]);
  }
  assertEquals(asked.slice(0, 3), [
    "rekey in 1",
    "resync in 1",
    "share 5 in 1",
  ]);
  assertEquals(await stand.ask({ kind: "rekey" }, 0), [
    "   -- #lobby is an open room, which the server can read: there are no keys",
  ]);
});

Deno.test("carryOut() says that who leaves a sealed room has no keys any more", async () => {
  const stand = new Stand();
  assertEquals(await stand.ask({ kind: "leave" }), [
    "   -- You are not in &plans any more",
    "── #lobby ──",
    "   -- Your keys of &plans are gone; its link lets you come back",
  ]);
});

Deno.test("carryOut() goes to a sealed room again that its keys are kept of", async () => {
  const stand = new Stand({ room: 0, linkFor });
  const { sealed } = stand.conversation;
  const go = (name: string): Promise<string[]> =>
    stand.ask({ kind: "rejoin", name });
  assertEquals(await go("plans"), [
    "── &plans · the server cannot read this ──",
  ]);
  assertEquals(await go("old\x1b[2J"), [
    "   -- You are not in &old; /open LINK goes there",
  ]);
  sealed.kept.set("old", [key, key]);
  assertEquals(await go("old"), [
    "   -- You have keys of several rooms called &old; /open LINK says which",
  ]);
  assertEquals(await stand.ask({ kind: "seal", name: "old" }), [
    "   -- You have keys of &old; /join &old goes there",
  ]);
  assertEquals(stand.conversation.asked, []);
  sealed.kept.set("old", [key]);
  assertEquals(await go("old"), ["── &old · the server cannot read this ──"]);
  assertEquals(stand.conversation.asked, [`join &old ${key.toHex()}`]);
});
