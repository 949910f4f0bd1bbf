import { carryOut } from "../../lib/ui/carry_out.ts";
import { Scene } from "../../lib/ui/scene.ts";
import { toPlain } from "../../lib/ui/style.ts";
import type {
  ComparedNumber,
  Trust,
  Verification,
} from "../../lib/ui/verification.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { MEMBER } from "../support/fake_sealed_rooms.ts";
import { NOON } from "../support/people.ts";
import { sealedRoom } from "../support/rooms.ts";

const NUMBER: ComparedNumber = {
  groups: Array.from({ length: 12 }, (_, index) => `${10000 + index}`),
  words: Array.from({ length: 16 }, (_, index) => `word${index}`),
  code: "CHAT1:10000",
};

/** Verified identities that a test looks at. */
class Notes implements Verification {
  trust: Trust = "unverified";
  readonly made: string[] = [];

  judge(): Trust {
    return this.trust;
  }

  number(): Promise<ComparedNumber> {
    return Promise.resolve(NUMBER);
  }

  compare(
    { code }: ComparedNumber,
    scanned: string,
  ): "same" | "different" | "unreadable" {
    if (!scanned.startsWith("CHAT1:")) return "unreadable";
    return scanned === code ? "same" : "different";
  }

  mark({ name }: { readonly name: string }, how: string): Promise<void> {
    this.made.push(`${name} ${how}`);
    return Promise.resolve();
  }

  forget(): Promise<boolean> {
    this.made.push("forget");
    return Promise.resolve(this.trust !== "unverified");
  }
}

class Stand {
  readonly conversation = new FakeConversation();
  readonly notes = new Notes();
  readonly scene: Scene;

  constructor(columns = 0) {
    const { rooms, sealed } = this.conversation;
    rooms.set(1, sealedRoom(1, "plans"));
    sealed.statuses.set(1, MEMBER);
    this.scene = new Scene(
      this.conversation,
      { timeZone: "UTC", verification: this.notes },
      { now: () => NOON, columns: () => columns },
    );
  }

  async verify(claim = "", subject = "bob"): Promise<string[]> {
    const request = { kind: "verify", subject, claim } as const;
    const lines = await carryOut(request, 0, this.scene);
    return lines.map(({ spans }) => toPlain(spans));
  }
}

Deno.test("carryOut() shows the safety number, in digits, words and a code, and how to compare", async () => {
  const lines = await new Stand().verify();
  assertEquals(lines.slice(0, 6), [
    "   -- Safety number of you and bob·Qm2d:",
    `      SHA256:${"Qm2d".padEnd(43, "A")}`,
    "        10000 10001 10002 10003 10004 10005",
    "        10006 10007 10008 10009 10010 10011",
    "        word0 word1 word2 word3 word4 word5 word6 word7",
    "        word8 word9 word10 word11 word12 word13 word14 word15",
  ]);
  assert(lines[6]?.includes("in person or by voice"), lines[6]);
  assert(lines[7]?.includes("/verify bob ok"), lines[7]);
  assertEquals(lines.length, 8);
  assert((await new Stand(80).verify()).length > 15, "with a code");
});

Deno.test("carryOut() says that somebody is verified, or shows another key than was", async () => {
  const stand = new Stand();
  stand.notes.trust = "verified";
  assertEquals(
    (await stand.verify())[0],
    "   -- Safety number of you and bob·Qm2d✓, who is verified:",
  );
  stand.notes.trust = "changed";
  const [first, , alarm] = await stand.verify();
  assertEquals(first, "   -- Safety number of you and bob·Qm2d[OTHER KEY]:");
  assert(alarm?.includes("Another key was verified under the name bob"));
});

Deno.test("carryOut() marks somebody as verified, and says how it was compared", async () => {
  const stand = new Stand();
  await stand.verify();
  assertEquals(await stand.verify("OK"), [
    `   -- bob is verified in all rooms of all servers: SHA256:${
      "Qm2d".padEnd(43, "A")
    }`,
  ]);
  const [same] = await stand.verify("CHAT1:10000");
  assert(same?.includes("The code is the same"), same);
  assertEquals(stand.notes.made, ["bob digits"]); // comparing marks nobody
  await stand.verify("ok");
  assertEquals(stand.notes.made, ["bob digits", "bob code"]);
});

Deno.test("carryOut() is alarmed by another code, and by what is none", async () => {
  const stand = new Stand();
  assert((await stand.verify("CHAT1:9"))[0]?.includes("ANOTHER"));
  assert((await stand.verify("nonsense"))[0]?.includes("no safety number"));
  // What was not shown, nobody has compared.
  assertEquals(await stand.verify("ok"), [
    "   -- Nothing was compared yet: /verify bob shows the number that you and they must have alike",
  ]);
  assertEquals(stand.notes.made, []);
});

Deno.test("carryOut() forgets that somebody was verified", async () => {
  const stand = new Stand();
  assertEquals(await stand.verify("forget"), ["   -- bob was not verified"]);
  stand.notes.trust = "verified";
  assertEquals(await stand.verify("forget"), [
    "   -- bob is not verified any more",
  ]);
});

Deno.test("carryOut() verifies others only, and only where it can be kept", async () => {
  const stand = new Stand();
  assertEquals(await stand.verify("ok", "alice"), ["   -- That is you"]);
  const bare = new Scene(stand.conversation, {}, { now: () => NOON });
  const request = { kind: "verify", subject: "bob", claim: "" } as const;
  const [line] = await carryOut(request, 0, bare);
  assert(toPlain(line?.spans ?? []).includes("Nobody can be verified here"));
});

Deno.test("carryOut() asks the members of a sealed room whose a name is, not the server", async () => {
  const { conversation, scene, notes } = new Stand();
  const [, bob] = conversation.members;
  assert(bob !== undefined);
  conversation.sealed.members = [
    { ...bob, name: "Bobby", publicKey: new Uint8Array(32) },
  ];
  const request = { kind: "verify", subject: "bobby", claim: "" } as const;
  await carryOut(request, 1, scene);
  await carryOut({ ...request, claim: "ok" }, 1, scene);
  assertEquals(notes.made, ["Bobby digits"]);
  assertEquals(conversation.asked, ["people in 1", "people in 1"]);
});
